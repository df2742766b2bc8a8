"""Redis in the cluster: one pod of the official image that keeps what it holds, and the dump of it."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from components import quantity
from components.apps.environment import VariableSettings
from components.apps.probes import ProbeSettings, ProbesSettings
from components.apps.volumes import VolumeSettings
from components.dependencies.passwords import password_key

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.dependencies.settings import DependencySettings

DATA = "/data"
START = "/etc/slipway/start.sh"
PASSWORD_VARIABLE = "REDISCLI_AUTH"  # noqa: S105 (a variable's name, which redis-cli reads)

_START = f"""\
# A dump that lies in {DATA} as restore.rdb takes the place of what is there, which is kept beside it once.
set -eu
if [ -f {DATA}/restore.rdb ]; then
  rm -rf {DATA}/before-restore
  if [ -d {DATA}/appendonlydir ]; then mv {DATA}/appendonlydir {DATA}/before-restore; fi
  mkdir {DATA}/appendonlydir
  echo 'file appendonly.aof.1.base.rdb seq 1 type b' >{DATA}/appendonlydir/appendonly.aof.manifest
  mv {DATA}/restore.rdb {DATA}/appendonlydir/appendonly.aof.1.base.rdb
fi
password=$(printf %s "${PASSWORD_VARIABLE}" | sed 's/[\\\\"]/\\\\&/g')
exec redis-server - <<EOF
port 6379
bind * -::*
dir {DATA}
appendonly yes
save ""
maxmemory $MAXMEMORY
maxmemory-policy volatile-lru
requirepass "$password"
EOF
"""


def store(app: "AppSettings", name: str, dependency: "DependencySettings") -> dict[str, Any]:
    """Return what the StatefulSet of a Redis has beside what every store has.

    As ElastiCache does, it keeps a quarter of the memory for itself, and forgets keys with an expiry when it is full.
    Every write is in a log that reaches the volume each second; a restart loses nothing more.
    """
    usable = int(quantity.parse(dependency.resources.limits.memory) * Decimal("0.75"))
    ready = ProbeSettings(exec=("sh", "-c", "redis-cli ping | grep -qx PONG"))
    return {
        "command": ("sh", START),
        "config": {"MAXMEMORY": str(usable)},
        "env": {PASSWORD_VARIABLE: VariableSettings(secret_key_ref=password_key(app.name, name, dependency))},
        "files": {START: _START},
        "probes": ProbesSettings(
            readiness=ready,
            startup=ready.model_copy(update={"failure_threshold": 360}),
            # while it loads or runs one long command it does not answer: a restart would make it load again
            liveness=ready.model_copy(update={"failure_threshold": 12}),
        ),
        "volumes": {
            "data": VolumeSettings(size=dependency.storage, mount_path=DATA, storage_class=dependency.storage_class)
        },
    }


def connection(_app: "AppSettings", dependency: "DependencySettings", host: str) -> dict[str, str]:
    """Return the variables by which the dump's command finds the server."""
    return {"REDIS_HOST": host, "REDIS_PORT": str(dependency.port)}


SUFFIX = "rdb"
DUMP = """\
redis-cli -h "$REDIS_HOST" -p "$REDIS_PORT" --rdb "$file"
redis-check-rdb "$file" >/dev/null
"""
"""Asks the server for all that it holds, as a replica does, and checks the file."""
