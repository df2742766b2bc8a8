"""Backups of what is in the cluster: a CronJob that dumps, and uploads to the stack's bucket or keeps on a claim."""

from typing import TYPE_CHECKING, Any

from components import quantity
from components.apps.aws_permissions import AwsPermissionsSettings, StatementSettings
from components.apps.containers import ContainerSettings, small
from components.apps.environment import VariableSettings
from components.apps.jobs import CronSettings, JobSettings
from components.apps.mesh_limits import mesh_of
from components.apps.network import EgressSettings
from components.apps.volumes import VolumeSettings
from components.dependencies import postgresql, redis
from components.dependencies.backup_store import bucket_host, bucket_name, prefix
from components.dependencies.images import UPLOADER
from components.dependencies.names import backup_name, store_host
from components.dependencies.passwords import password_key
from components.networking.mesh.membership import is_ambient

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.dependencies.settings import DependencySettings, Engine
    from components.settings import StackSettings

ENGINES = {"postgresql": postgresql, "redis": redis}

PLACE = "/backup"

JOB = JobSettings(backoff_limit=2, active_deadline_seconds=6 * 3600)
"""A dump that fails is tried again twice, and ends before the next night's."""


def _script(engine: "Engine", *, keep: int | None = None) -> str:
    """Return the shell script that leaves a dump in `PLACE`/out; with `keep` it removes all but so many."""
    parts = ENGINES[engine]
    done = f"{PLACE}/out/*.{parts.SUFFIX}"
    prune = f"ls -1 {done} | sort -r | tail -n +{keep + 1} | xargs -r rm --\n" if keep is not None else ""
    return (
        "set -eu\n"
        f"mkdir -p {PLACE}/out\n"
        f"rm -f {PLACE}/out/*.part\n"
        f'file="{PLACE}/out/$(date -u +%Y%m%dT%H%M%SZ).{parts.SUFFIX}.part"\n'
        f"{parts.DUMP}"
        'mv "$file" "${file%.part}"\n'
        f"{prune}"
    )


def _egress(app: "AppSettings", settings: "StackSettings") -> tuple[EgressSettings, ...]:
    """Return the way to the bucket: by its name where a proxy can tell, else HTTPS to wherever S3 is."""
    if mesh_of(app, settings) != "none" and not is_ambient(settings.mesh):
        return (EgressSettings(hosts=(bucket_host(settings),)),)
    return (EgressSettings(cidrs=("0.0.0.0/0",)),)


def _permissions(app: "AppSettings", name: str, settings: "StackSettings") -> AwsPermissionsSettings:
    """Return the right to add backups: not to read, list or delete any, which restoring people have."""
    key = settings.dependencies.backups.kms_key_arn
    objects = f"arn:aws:s3:::{bucket_name(settings)}/{prefix(app, name)}*"
    statements = [StatementSettings(actions=("s3:AbortMultipartUpload", "s3:PutObject"), resources=(objects,))]
    if key is not None:  # the parts of a large upload are decrypted when they are put together
        statements.append(StatementSettings(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key,)))
    return AwsPermissionsSettings(statements=tuple(statements))


def _uploaded(app: "AppSettings", name: str, dump: dict[str, Any], settings: "StackSettings") -> dict[str, Any]:
    """Return the parts of a CronJob that dumps first, on a volume as large as the data, and then uploads."""
    dependency = app.dependencies[name]
    script = _script(dependency.engine)
    region = settings.aws.region if settings.aws is not None else ""
    target = f"s3://{bucket_name(settings)}/{prefix(app, name)}"
    return {
        "image": UPLOADER,
        "args": ("s3", "cp", f"{PLACE}/out", target, "--recursive", "--only-show-errors"),
        "config": {"AWS_REGION": region, "HOME": "/tmp"},  # noqa: S108 (a path in the container)
        "init_containers": {
            "dump": ContainerSettings(
                **dump, command=("sh", "-c", script), resources=small("500m", "256Mi"), mounts={"backup": PLACE}
            )
        },
        "volumes": {
            "backup": VolumeSettings(
                type="ephemeral", size=dependency.storage, mount_path=PLACE, storage_class=dependency.storage_class
            )
        },
        "egress": _egress(app, settings),
        "aws": _permissions(app, name, settings),
    }


def claim_size(dependency: "DependencySettings") -> str:
    """Return the size of the claim that holds backups."""
    return dependency.backup.size or quantity.memory(quantity.parse(dependency.storage) * 2)


def _kept(app: "AppSettings", name: str, dump: dict[str, Any]) -> dict[str, Any]:
    """Return the parts of a CronJob that dumps to a claim of its own name."""
    dependency = app.dependencies[name]
    own = backup_name(app.name, name)
    return {
        **dump,
        "command": ("sh", "-c", _script(dependency.engine, keep=dependency.backup.keep)),
        "resources": small("500m", "256Mi"),
        "volumes": {"backup": VolumeSettings(type="claim", claim_name=own, mount_path=PLACE)},
    }


def backup(app: "AppSettings", name: str, image: str, settings: "StackSettings") -> dict[str, Any]:
    """Return what the CronJob of a dependency's backups has beside what all parts of one have.

    `image` is the engine's, whose own tool dumps.
    """
    dependency = app.dependencies[name]
    parts = ENGINES[dependency.engine]
    password = VariableSettings(secret_key_ref=password_key(app.name, name, dependency))
    dump = {
        "image": image,
        "config": parts.connection(app, dependency, store_host(app, name)),
        "env": {parts.PASSWORD_VARIABLE: password},
    }
    where = _kept(app, name, dump) if settings.cluster.existing else _uploaded(app, name, dump, settings)
    return {
        **where,
        "kind": "CronJob",
        "job": JOB,
        "cron": CronSettings(
            schedule=dependency.backup.schedule,
            time_zone=dependency.backup.time_zone,
            starting_deadline_seconds=3600,
        ),
    }
