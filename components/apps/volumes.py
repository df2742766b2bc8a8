"""Where an app may write: persistent volumes of a StatefulSet, and scratch space."""

import hashlib
import re
from collections.abc import Collection, Mapping

from pydantic import Field

from components.apps.words import Manifest, MountPath, ObjectName
from components.model import Settings
from components.quantity import Bytes

_PLAIN_PATH = re.compile(r"(/[a-z0-9]+)+")


class VolumeSettings(Settings):
    """One persistent volume per pod, kept when the pod or the StatefulSet goes."""

    size: Bytes = Field(description="Its size in bytes.")
    mount_path: MountPath = Field(description="Where the container sees it.")
    storage_class: ObjectName | None = Field(
        default=None, description="Its storage class. Unset: the stack's default class."
    )


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
    persistent = [{"name": name, "mountPath": volume.mount_path} for name, volume in volumes.items()]
    return persistent + [
        {"name": name, "mountPath": path} for path, name in scratch_names(scratch, volumes.keys()).items()
    ]


def scratch_volumes(volumes: Mapping[str, VolumeSettings], scratch: Collection[str]) -> list[Manifest]:
    """Return the `volumes` of the pod: an emptyDir for each scratch path."""
    return [{"name": name, "emptyDir": {}} for name in scratch_names(scratch, volumes.keys()).values()]


def claim_templates(
    volumes: Mapping[str, VolumeSettings], default_class: str | None, labels: Mapping[str, str]
) -> list[Manifest]:
    """Return the `volumeClaimTemplates` of a StatefulSet.

    A volume takes its own storage class, else `default_class`, else (None) whatever the cluster's default is.
    """
    templates = []
    for name, volume in volumes.items():
        chosen = volume.storage_class or default_class
        templates.append(
            {
                "metadata": {"name": name, "labels": dict(labels)},
                "spec": {
                    "accessModes": ["ReadWriteOnce"],
                    **({"storageClassName": chosen} if chosen else {}),
                    "resources": {"requests": {"storage": volume.size}},
                },
            }
        )
    return templates
