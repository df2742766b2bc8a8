"""Where an app may write: volumes that persist or live as long as the pod, and scratch space."""

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Literal

from pydantic import Field

from components.apps.snapshot_settings import VolumeSnapshotsSettings
from components.apps.words import Manifest, MountPath, ObjectName
from components.model import Settings
from components.quantity import Bytes

_PLAIN_PATH = re.compile(r"(/[a-z0-9]+)+")


class VolumeSettings(Settings):
    """One volume of each pod. A persistent one, which only a StatefulSet has, is kept when the pod or the set goes."""

    type: Literal["persistent", "ephemeral", "emptyDir", "claim"] = Field(
        default="persistent",
        description=(
            "persistent: one of each per pod of a StatefulSet. ephemeral: a new volume for each pod, deleted with it."
            " emptyDir: space on the node or in memory. claim: an existing PersistentVolumeClaim."
        ),
    )
    size: Bytes | None = Field(
        default=None, description="Its size in bytes; of an emptyDir the most it takes (unset: no limit)."
    )
    mount_path: MountPath = Field(description="Where the container sees it.")
    storage_class: ObjectName | None = Field(
        default=None, description="Its storage class (persistent, ephemeral). Unset: the stack's default class."
    )
    medium: Literal["Memory"] | None = Field(
        default=None, description="Memory keeps an emptyDir in memory, which counts as the container's."
    )
    claim_name: ObjectName | None = Field(default=None, description="The existing claim (claim).")
    read_only: bool = Field(default=False, description="Whether the container may only read it.")
    snapshots: VolumeSnapshotsSettings | None = Field(
        default=None, description="Snapshots of each pod's volume by the clock (persistent). Unset: none."
    )
    restore_from: ObjectName | None = Field(
        default=None,
        description=(
            "The VolumeSnapshot of the namespace that a new volume begins as (persistent). Unset: volumes begin empty."
        ),
    )


def persistent(volumes: Mapping[str, VolumeSettings]) -> dict[str, VolumeSettings]:
    """Return the volumes that a StatefulSet claims for each pod."""
    return {name: volume for name, volume in volumes.items() if volume.type == "persistent"}


def scratch_names(paths: Collection[str], taken: Collection[str]) -> dict[str, str]:
    """Return a volume name for each scratch path: `/var/run` is `var-run`.

    A path that does not survive the translation (upper case, dots, length) gets a hash of itself appended, so that
    no two paths share a name; `taken` are the names of the persistent volumes.
    """
    names: dict[str, str] = {}
    for path in paths:
        name = path.strip("/").replace("/", "-")
        if not _PLAIN_PATH.fullmatch(path) or len(name) > 40:
            readable = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
            name = "-".join(filter(None, (readable, hashlib.sha256(path.encode()).hexdigest()[:10])))
        while name in taken or name in names.values():
            name = f"scratch-{name}"
        names[path] = name
    return names


def mounts(volumes: Mapping[str, VolumeSettings], scratch: Collection[str]) -> list[Manifest]:
    """Return the `volumeMounts` of the container."""
    declared = [
        {"name": name, "mountPath": volume.mount_path, **({"readOnly": True} if volume.read_only else {})}
        for name, volume in volumes.items()
    ]
    return declared + [
        {"name": name, "mountPath": path} for path, name in scratch_names(scratch, volumes.keys()).items()
    ]


def scratch_volumes(volumes: Mapping[str, VolumeSettings], scratch: Collection[str]) -> list[Manifest]:
    """Return the `volumes` of the pod: an emptyDir for each scratch path."""
    return [{"name": name, "emptyDir": {}} for name in scratch_names(scratch, volumes.keys()).values()]


def _claim_spec(volume: VolumeSettings, default_class: str | None) -> Manifest:
    chosen = volume.storage_class or default_class
    return {
        "accessModes": ["ReadWriteOnce"],
        **({"storageClassName": chosen} if chosen else {}),
        "resources": {"requests": {"storage": volume.size}},
    }


def _data_source(volume: VolumeSettings) -> Manifest:
    if volume.restore_from is None:
        return {}
    source = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": volume.restore_from}
    return {"dataSource": source}


def pod_volumes(
    volumes: Mapping[str, VolumeSettings], default_class: str | None, labels: Mapping[str, str]
) -> list[Manifest]:
    """Return the `volumes` of the pod for those declared ones that no StatefulSet claims."""
    found: list[Manifest] = []
    for name, volume in volumes.items():
        if volume.type == "emptyDir":
            limits = {"medium": volume.medium, "sizeLimit": volume.size}
            found.append({"name": name, "emptyDir": {key: value for key, value in limits.items() if value}})
        elif volume.type == "ephemeral":
            claim = {"metadata": {"labels": dict(labels)}, "spec": _claim_spec(volume, default_class)}
            found.append({"name": name, "ephemeral": {"volumeClaimTemplate": claim}})
        elif volume.type == "claim":
            found.append({"name": name, "persistentVolumeClaim": {"claimName": volume.claim_name}})
    return found


def claim_templates(
    volumes: Mapping[str, VolumeSettings], default_class: str | None, labels: Mapping[str, str]
) -> list[Manifest]:
    """Return the `volumeClaimTemplates` of a StatefulSet.

    A volume takes its own storage class, else `default_class`, else (None) whatever the cluster's default is.
    """
    return [
        {
            "metadata": {"name": name, "labels": dict(labels)},
            "spec": {**_claim_spec(volume, default_class), **_data_source(volume)},
        }
        for name, volume in persistent(volumes).items()
    ]
