"""Configuration files: a ConfigMap whose keys are projected into the directories that the program reads."""

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator

from components.apps.words import Manifest, MountPath

MOST_BYTES = 1024**2
"""What a ConfigMap holds at most."""

_PLAIN_KEY = re.compile(r"[-.a-zA-Z0-9]+(_[-.a-zA-Z0-9]+)*")


def _below_a_directory(value: str) -> str:
    if posixpath.dirname(value) == "/":
        raise ValueError(
            f"{value!r} is in the root directory: a file is mounted with its directory, as in /etc/app{value}"
        )
    return value


FilePath = Annotated[MountPath, AfterValidator(_below_a_directory)]
"""The absolute path of a file, in a directory other than the root."""


def key_of(path: str) -> str:
    """Return the ConfigMap's key of a file: `/etc/app/a.yaml` is `etc_app_a.yaml`.

    A path that does not survive the translation gets a hash of itself appended, so that no two share a key.
    """
    parts = path.strip("/").split("/")
    key = "_".join(parts)
    if all("_" not in part for part in parts) and _PLAIN_KEY.fullmatch(key) and len(key) <= 200:
        return key
    readable = re.sub(r"[^-.a-zA-Z0-9]+", "-", key)[-180:]
    return f"{readable}-{hashlib.sha256(path.encode()).hexdigest()[:10]}"


def directories(paths: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the directories that are mounted, each with its files.

    A directory below another one is part of that one's mount: nothing can be mounted into a read-only volume.
    """
    own = sorted({posixpath.dirname(path) for path in paths})
    roots = [each for each in own if not any(each.startswith(f"{other}/") for other in own)]
    return {root: sorted(path for path in paths if path.startswith(f"{root}/")) for root in roots}


def _names(files: Mapping[str, str]) -> dict[str, str]:
    return {root: f"files-{hashlib.sha256(root.encode()).hexdigest()[:8]}" for root in directories(files)}


def file_volumes(files: Mapping[str, str], config_map: str) -> list[Manifest]:
    """Return a projected volume for each directory."""
    names = _names(files)
    return [
        {
            "name": names[root],
            "projected": {
                "sources": [
                    {
                        "configMap": {
                            "name": config_map,
                            "items": [{"key": key_of(path), "path": path.removeprefix(f"{root}/")} for path in paths],
                        }
                    }
                ]
            },
        }
        for root, paths in directories(files).items()
    ]


def file_mounts(files: Mapping[str, str]) -> list[Manifest]:
    """Return the mounts of the files' directories, whole: a file mounted by subPath would never be updated."""
    return [{"name": name, "mountPath": root, "readOnly": True} for root, name in _names(files).items()]


def file_data(files: Mapping[str, str]) -> dict[str, str]:
    """Return the data of the ConfigMap."""
    return {key_of(path): content for path, content in files.items()}


def files_checksum(data: Mapping[str, str]) -> str:
    """Return what changes when a file does: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
