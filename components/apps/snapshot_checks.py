"""Checks of snapshots of volumes, and of volumes made from them."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.snapshots import LONGEST_NAME, snapshots_name, wanted
from components.foundation.addons import AddonSettings
from components.foundation.storage import snapshot_class_name
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def persistent_only(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Only a volume that outlives its pod has snapshots or comes from one."""
    for name, volume in app.volumes.items():
        given = {"snapshots": volume.snapshots, "restoreFrom": volume.restore_from}
        for key, value in given.items():
            if value is not None and volume.type != "persistent":
                why = "only a volume that each pod of a StatefulSet keeps has snapshots"
                yield Problem(("volumes", name, key), why, volume.type, "type: persistent, or unset", app=app.name)


@each_app
def short_names(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The CronJob that takes snapshots is named after the app and the volume."""
    for volume in wanted(app):
        name = snapshots_name(app, volume)
        if len(name) > LONGEST_NAME:
            yield Problem(
                ("volumes", volume, "snapshots"),
                "the CronJob that takes them, and each of its Jobs, is named after the app and the volume",
                f"{name}, of {len(name)} characters",
                f"at most {LONGEST_NAME}: names of the app and the volume with {LONGEST_NAME - 11} characters together",
                app=app.name,
            )


@each_app
def classes(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """There is a class that snapshots are taken by: the stack's, or in an existing cluster one that is named."""
    existing = settings.cluster.existing is not None
    own = snapshot_class_name(settings.storage, existing=existing)
    for volume, snapshots in wanted(app).items():
        path = ("volumes", volume, "snapshots")
        if own is None and not (existing and snapshots.class_):
            line = "`storage: {snapshots: {enabled: true}}` in the stack file"
            yield Problem(
                path,
                "the stack makes no VolumeSnapshotClass, without which no snapshot is taken",
                "storage.snapshots without a class",
                f"{line}, or class: NAME of one that the cluster has" if existing else line,
                app=app.name,
            )
        elif snapshots.class_ and not existing and snapshots.class_ != own:
            yield Problem(
                (*path, "class"),
                "no such VolumeSnapshotClass in this stack",
                snapshots.class_,
                f"{own}, or unset",
                own,
                app=app.name,
            )


@each_app
def controller(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What knows snapshots at all is an add-on."""
    addon = settings.cluster.addons.get("snapshot-controller", AddonSettings())
    if addon.enabled or settings.cluster.existing is not None:
        return
    for name, volume in app.volumes.items():
        if volume.restore_from is not None:
            yield Problem(
                ("volumes", name, "restoreFrom"),
                "the stack has the snapshot controller switched off: the volume would never be made",
                "cluster.addons.snapshot-controller.enabled false",
                "no line `enabled: false` under cluster.addons.snapshot-controller in the stack file",
                app=app.name,
            )


@each_app
def restored(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say what a volume from a snapshot needs, and that all pods get the same."""
    for name, volume in app.volumes.items():
        if volume.restore_from is not None and volume.type == "persistent":
            many = "" if app.most_replicas == 1 else ". Every pod's volume begins as this one snapshot"
            yield Advice(
                ("volumes", name, "restoreFrom"),
                f"Slipway does not make the VolumeSnapshot {volume.restore_from}: no pod starts before it is in the"
                f" namespace {app.namespace}. Volumes that there are already stay as they are{many}",
                app=app.name,
            )


def retained(settings: "StackSettings") -> Iterator[Advice]:
    """Say where `keep` deletes only what Kubernetes knows."""
    users = [app.name for app in settings.apps if wanted(app)]
    if users and settings.storage.snapshots.deletion_policy == "Retain":
        yield Advice(
            ("storage", "snapshots", "deletionPolicy"),
            f"Retain: what {', '.join(users)} no longer keep goes from the cluster and stays, paid for, in EBS",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (persistent_only, short_names, classes, controller)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (restored, retained)
