"""Where an app may write: volumes that persist or live as long as the pod, and scratch space."""

import hashlib
import posixpath
import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from components.apps.secret_settings import SecretKey
from components.apps.snapshot_settings import VolumeSnapshotsSettings
from components.apps.words import Manifest, MountPath, ObjectName
from components.model import Settings
from components.problem import RefusedError
from components.quantity import Bytes, memory, parse

EMPTY_DIR_SIZE = "1Gi"
"""The most that an emptyDir takes where nothing is said: without a limit it can fill the node's disk, and the kubelet
evicts other pods (https://kubernetes.io/docs/concepts/storage/volumes/#emptydir)."""

ScratchSize = Annotated[
    Bytes,
    Field(description="The most that each scratch directory takes, in bytes: beyond it the pod is evicted."),
]

_PLAIN_PATH = re.compile(r"(/[a-z0-9]+)+")


def _mode(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        message = f"{value} is a number, which YAML may have read as decimal or octal: write the octal digits in quotes"
        raise RefusedError(message, f"{value:04d}" if re.fullmatch("[0-7]{3}", str(value)) else None)
    return value


def _item_path(value: str) -> str:
    if value.startswith("/") or posixpath.normpath(value) != value or value.split("/", maxsplit=1)[0] in {"..", "."}:
        raise ValueError(f"{value!r} is not a path below the volume: relative, without '..'")
    return value


FileMode = Annotated[str, BeforeValidator(_mode), Field(pattern=r"^0?[0-7]{3}$", examples=["0440", "0400"])]
"""A file's mode in octal digits."""

ItemPath = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(_item_path)]
"""The path of a file below its volume."""


class ItemSettings(Settings):
    """One key of a Secret as a file with a mode of its own."""

    path: ItemPath = Field(description="The file's path below mountPath.")
    mode: FileMode | None = Field(default=None, description="Its mode. Unset: the volume's.")


class VolumeSettings(Settings):
    """One volume of each pod. A persistent one, which only a StatefulSet has, is kept when the pod or the set goes."""

    type: Literal["persistent", "ephemeral", "emptyDir", "claim", "secret"] = Field(
        default="persistent",
        description=(
            "persistent: one of each per pod of a StatefulSet. ephemeral: a new volume for each pod, deleted with it."
            " emptyDir: space on the node or in memory. claim: an existing PersistentVolumeClaim. secret: the keys of"
            " an existing Secret as files."
        ),
    )
    size: Bytes | None = Field(
        default=None,
        description=(
            "Its size in bytes; of an emptyDir the most that it takes. Unset: 1Gi, or in memory half of the limit."
        ),
    )
    mount_path: MountPath = Field(description="Where the container sees it.")
    storage_class: ObjectName | None = Field(
        default=None, description="Its storage class (persistent, ephemeral). Unset: the stack's default class."
    )
    medium: Literal["Memory"] | None = Field(
        default=None, description="Memory keeps an emptyDir in memory, which counts as the container's."
    )
    claim_name: ObjectName | None = Field(default=None, description="The existing claim (claim).")
    access_mode: Literal["ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", "ReadOnlyMany"] | None = Field(
        default=None,
        description=(
            "How the existing claim may be mounted (claim), where it is not among the apps' objects. Unset:"
            " ReadWriteOnce, as on EBS."
        ),
    )
    secret_name: ObjectName | None = Field(default=None, description="The existing Secret (secret).")
    items: Annotated[dict[SecretKey, ItemPath | ItemSettings], Field(min_length=1)] | None = Field(
        default=None,
        description="The Secret's keys that become files, with their paths below mountPath. Unset: all, by name.",
    )
    mode: FileMode | None = Field(
        default=None,
        description="The files' mode in octal digits, such as \"0440\". Unset: 0440, the pod's group may read.",
    )
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
        {
            "name": name,
            "mountPath": volume.mount_path,
            **({"readOnly": True} if volume.read_only or volume.type == "secret" else {}),
        }
        for name, volume in volumes.items()
    ]
    return declared + [
        {"name": name, "mountPath": path} for path, name in scratch_names(scratch, volumes.keys()).items()
    ]


def scratch_volumes(volumes: Mapping[str, VolumeSettings], scratch: Collection[str], size: str) -> list[Manifest]:
    """Return the `volumes` of the pod: an emptyDir of at most `size` bytes for each scratch path."""
    return [empty_dir(name, size) for name in scratch_names(scratch, volumes.keys()).values()]


def empty_dir(name: str, size: str) -> Manifest:
    """Return the volume of a pod that is an emptyDir on the node's disk."""
    return {"name": name, "emptyDir": {"sizeLimit": size}}


def empty_dir_size(volume: VolumeSettings, memory_limit: str) -> str:
    """Return the most that an emptyDir takes: as it says, else the default of its medium."""
    half = memory(max(parse(memory_limit) / 2 // 1024**2, Decimal(1)) * 1024**2)
    return volume.size or (half if volume.medium == "Memory" else EMPTY_DIR_SIZE)


def _claim_spec(volume: VolumeSettings, default_class: str | None) -> Manifest:
    chosen = volume.storage_class or default_class
    return {
        "accessModes": ["ReadWriteOnce"],
        **({"storageClassName": chosen} if chosen else {}),
        "resources": {"requests": {"storage": volume.size}},
    }


def _item(key: str, item: str | ItemSettings) -> Manifest:
    if isinstance(item, str):
        return {"key": key, "path": item}
    return {"key": key, "path": item.path, **({"mode": int(item.mode, 8)} if item.mode else {})}


def _secret(volume: VolumeSettings) -> Manifest:
    items = [_item(key, item) for key, item in (volume.items or {}).items()]
    return {
        "secretName": volume.secret_name,
        "defaultMode": int(volume.mode or "0440", 8),
        **({"items": items} if items else {}),
    }


def _data_source(volume: VolumeSettings) -> Manifest:
    if volume.restore_from is None:
        return {}
    source = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": volume.restore_from}
    return {"dataSource": source}


def pod_volumes(
    volumes: Mapping[str, VolumeSettings], default_class: str | None, labels: Mapping[str, str], memory_limit: str
) -> list[Manifest]:
    """Return the `volumes` of the pod for those declared ones that no StatefulSet claims.

    `memory_limit` is that of the app's container, of which an emptyDir in memory takes a part.
    """
    found: list[Manifest] = []
    for name, volume in volumes.items():
        if volume.type == "emptyDir":
            limits = {"medium": volume.medium, "sizeLimit": empty_dir_size(volume, memory_limit)}
            found.append({"name": name, "emptyDir": {key: value for key, value in limits.items() if value}})
        elif volume.type == "ephemeral":
            claim = {"metadata": {"labels": dict(labels)}, "spec": _claim_spec(volume, default_class)}
            found.append({"name": name, "ephemeral": {"volumeClaimTemplate": claim}})
        elif volume.type == "secret":
            found.append({"name": name, "secret": _secret(volume)})
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
