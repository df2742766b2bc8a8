"""PostgreSQL in the cluster: one pod of the official image, and the dump of its database."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from components import quantity
from components.apps.environment import VariableSettings
from components.apps.hooks import HookSettings, LifecycleSettings
from components.apps.probes import ProbeSettings, ProbesSettings
from components.apps.volumes import VolumeSettings
from components.dependencies.names import database_name, user_name
from components.dependencies.passwords import password_key

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.dependencies.settings import DependencySettings

DATA = "/data"
SOCKETS = "/var/run/postgresql"
LOGINS = "/etc/slipway/pg_hba.conf"
PREPARE = "/etc/slipway/prepare.sh"

_READY = ("pg_isready", "--quiet", "--host=127.0.0.1")

_LOGINS = """\
# Inside the container there is one user, who owns the files; from elsewhere everybody but the superuser has a password.
local all all trust
host all postgres all reject
host all all all scram-sha-256
"""

_PREPARE = """\
# The app's role and database, and the password as it is today: run after every start, until the server answers.
set -eu
waited=0
until pg_isready --quiet --host=127.0.0.1; do
  waited=$((waited + 1))
  [ "$waited" -lt 3600 ] || exit 1
  sleep 1
done
exec psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --host=/var/run/postgresql --username=postgres <<'SQL'
\\getenv owner DEPENDENCY_USER
\\getenv name DEPENDENCY_NAME
\\getenv password POSTGRES_PASSWORD
SELECT format('CREATE ROLE %I LOGIN', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \\gexec
ALTER ROLE :"owner" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'name', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'name') \\gexec
SQL
"""


def _mebibytes(memory: str, share: str) -> str:
    """Return a share of the container's memory as PostgreSQL writes it."""
    return f"{max(int(quantity.parse(memory) * Decimal(share) / 2**20), 16)}MB"


def store(app: "AppSettings", name: str, dependency: "DependencySettings") -> dict[str, Any]:
    """Return what the StatefulSet of a database has beside what every store has.

    A quarter of the memory is PostgreSQL's buffers, by the manual's rule of thumb; the rest is the sessions' and the
    page cache. The data is in a directory that does not name the version: another major version refuses it, where an
    empty directory of its own would look like lost data.
    """
    memory = dependency.resources.limits.memory
    tuning = {
        "hba_file": LOGINS,
        "shared_buffers": _mebibytes(memory, "0.25"),
        "effective_cache_size": _mebibytes(memory, "0.75"),
    }
    ready = ProbeSettings(exec=_READY)
    return {
        "args": ("postgres", *(part for key, value in tuning.items() for part in ("-c", f"{key}={value}"))),
        "config": {
            "PGDATA": f"{DATA}/pgdata",
            "POSTGRES_INITDB_ARGS": "--data-checksums --encoding=UTF8",
            "DEPENDENCY_NAME": database_name(app.name, dependency),
            "DEPENDENCY_USER": user_name(app.name, dependency),
        },
        "env": {"POSTGRES_PASSWORD": VariableSettings(secret_key_ref=password_key(app.name, name, dependency))},
        "files": {LOGINS: _LOGINS, PREPARE: _PREPARE},
        "lifecycle": LifecycleSettings(post_start=HookSettings(exec=("sh", PREPARE))),
        "probes": ProbesSettings(
            readiness=ready,
            # after a crash it replays its log before it answers, which may take long
            startup=ready.model_copy(update={"failure_threshold": 360}),
            liveness=ready.model_copy(update={"failure_threshold": 6}),
        ),
        "volumes": {
            "data": VolumeSettings(size=dependency.storage, mount_path=DATA, storage_class=dependency.storage_class),
            # parallel queries share memory here; the runtime's own has 64 MiB
            "shm": VolumeSettings(
                type="emptyDir",
                medium="Memory",
                size=quantity.memory(quantity.parse(memory) / 4),
                mount_path="/dev/shm",  # noqa: S108 (a path in the container)
            ),
        },
        "scratch": ("/tmp", SOCKETS),  # noqa: S108 (a path in the container)
    }


def connection(app: "AppSettings", dependency: "DependencySettings", host: str) -> dict[str, str]:
    """Return the variables by which libpq finds the database."""
    return {
        "PGHOST": host,
        "PGPORT": str(dependency.port),
        "PGDATABASE": database_name(app.name, dependency),
        "PGUSER": user_name(app.name, dependency),
        "PGCONNECT_TIMEOUT": "30",
    }


PASSWORD_VARIABLE = "PGPASSWORD"  # noqa: S105 (a variable's name)
SUFFIX = "dump"
DUMP = """\
pg_dump --no-password --format=custom --file="$file"
pg_restore --list "$file" >/dev/null
"""
"""Writes the database to a file, compressed, and reads its table of contents back."""
