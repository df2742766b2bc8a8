"""Snapshots by the clock: a CronJob for each volume that wants them, which is an app like any other."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from components.apps.config_files import FileSettings
from components.apps.containers import small
from components.apps.environment import FieldSettings, VariableSettings
from components.apps.identity import PermissionSettings
from components.apps.jobs import CronSettings, JobSettings
from components.apps.settings import AppSettings
from components.apps.snapshot_settings import VolumeSnapshotsSettings
from components.apps.volumes import persistent
from components.foundation.storage import snapshot_class_name

if TYPE_CHECKING:
    from components.settings import StackSettings

PROGRAM = Path(__file__).with_name("snapshot_program.py")
MOUNTED = "/etc/slipway/snapshots.py"
LONGEST_NAME = 52
"""A CronJob's name and the minutes that Kubernetes appends to it for each Job fit into a label."""

OWNER = "slipway.dev/snapshots-of"
"""The label that names the app whose volumes they are."""

_JOB_NAME = "metadata.labels['batch.kubernetes.io/job-name']"
_PERMISSIONS = (
    PermissionSettings(resources=("persistentvolumeclaims",), verbs=("list",)),
    PermissionSettings(
        api_groups=("snapshot.storage.k8s.io",), resources=("volumesnapshots",), verbs=("list", "create", "delete")
    ),
)


def snapshots_name(app: AppSettings, volume: str) -> str:
    """Return the name of the CronJob that takes the snapshots of a volume."""
    return f"{app.name}-{volume}-snapshots"


def wanted(app: AppSettings) -> dict[str, VolumeSnapshotsSettings]:
    """Return the snapshots that an app asks for, by volume; only a StatefulSet has volumes that they can be of."""
    if app.kind != "StatefulSet":
        return {}
    found = {name: volume.snapshots for name, volume in persistent(app.volumes).items()}
    return {name: snapshots for name, snapshots in found.items() if snapshots is not None}


def _cron_job(app: AppSettings, volume: str, own: VolumeSnapshotsSettings, default_class: str | None) -> AppSettings:
    chosen = own.class_ or default_class
    name = snapshots_name(app, volume)
    return AppSettings(
        name=name,
        namespace=app.namespace,
        kind="CronJob",
        tier=app.tier,
        image=own.image,
        # an image of one's own may be in the registry that the app's is in
        image_pull_secrets=app.image_pull_secrets if "image" in own.model_fields_set else (),
        command=("python3", "-I", MOUNTED),
        args=(
            f"--namespace={app.namespace}",
            f"--app={app.name}",
            f"--volume={volume}",
            f"--cron-job={name}",
            "--job=$(JOB_NAME)",
            f"--keep={own.keep}",
            *([f"--snapshot-class={chosen}"] if chosen else []),
        ),
        env={"JOB_NAME": VariableSettings(field_ref=FieldSettings(field_path=_JOB_NAME))},
        files={MOUNTED: FileSettings(content=PROGRAM.read_text(encoding="utf-8"))},
        resources=small(),
        permissions=_PERMISSIONS,
        cron=CronSettings(schedule=own.schedule, concurrency_policy="Forbid", starting_deadline_seconds=3600),
        job=JobSettings(backoff_limit=2, active_deadline_seconds=600),
        labels={OWNER: app.name},
    )


def _cron_jobs(settings: "StackSettings") -> Iterator[AppSettings]:
    existing = settings.cluster.existing is not None
    default_class = snapshot_class_name(settings.storage, existing=existing)
    for app in settings.apps:
        for volume, own in wanted(app).items():
            if len(snapshots_name(app, volume)) <= LONGEST_NAME:  # the checks refuse a longer one
                yield _cron_job(app, volume, own, default_class)


def with_snapshots(settings: "StackSettings") -> "StackSettings":
    """Return the settings with the CronJobs of all volumes that want snapshots; those that are there stay."""
    made = tuple(each for each in _cron_jobs(settings) if each not in settings.apps)
    return settings.model_copy(update={"apps": (*settings.apps, *made)}) if made else settings
