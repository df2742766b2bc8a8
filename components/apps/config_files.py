"""Configuration files: a ConfigMap whose keys are projected to where the program reads them."""

import hashlib
import json
import posixpath
import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from components.apps.volumes import FileMode
from components.apps.words import Manifest
from components.model import Settings
from components.names import Text

MOST_BYTES = 1024**2
"""What a ConfigMap holds at most."""

ALONE = "files-alone"
"""The volume of those files that are mounted one by one."""

_PLAIN_KEY = re.compile(r"[-.a-zA-Z0-9]+(_[-.a-zA-Z0-9]+)*")


class FileSettings(Settings):
    """One file. A plain text in YAML stands for `{content: TEXT}`."""

    content: Text = Field(description="What is in it.")
    mode: FileMode | None = Field(
        default=None, description='Its mode in octal digits: "0755" for a script that is run. Unset: 0644.'
    )
    sub_path: bool = Field(
        default=False,
        description=(
            "Whether the file is mounted alone, beside what the image has in its directory. Unset: the directory is"
            " mounted whole."
        ),
    )


def _content(value: object) -> object:
    return {"content": value} if isinstance(value, str) else value


File = Annotated[FileSettings, BeforeValidator(_content, json_schema_input_type=Text | FileSettings)]
"""A file by its text, or with what else is said of it."""

Files = Mapping[str, FileSettings]
"""Files by their paths."""


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


def directories(files: Files) -> dict[str, list[str]]:
    """Return the directories that are mounted whole, each with its files.

    A directory below another one is part of that one's mount: nothing can be mounted into a read-only volume.
    """
    paths = [path for path, file in files.items() if not file.sub_path]
    own = sorted({posixpath.dirname(path) for path in paths})
    roots = [each for each in own if not any(each.startswith(f"{other}/") for other in own)]
    return {root: sorted(path for path in paths if path.startswith(f"{root}/")) for root in roots}


def _names(files: Files) -> dict[str, str]:
    return {root: f"files-{hashlib.sha256(root.encode()).hexdigest()[:8]}" for root in directories(files)}


def _alone(files: Files) -> list[str]:
    return sorted(path for path, file in files.items() if file.sub_path)


def _volume(name: str, config_map: str, files: Files, below: Mapping[str, str]) -> Manifest:
    """Return a volume of files; `below` are their paths in it."""
    items = [
        {"key": key_of(path), "path": place, **({"mode": int(mode, 8)} if (mode := files[path].mode) else {})}
        for path, place in below.items()
    ]
    return {"name": name, "projected": {"sources": [{"configMap": {"name": config_map, "items": items}}]}}


def file_volumes(files: Files, config_map: str) -> list[Manifest]:
    """Return a projected volume for each directory, and one for the files that are mounted alone."""
    names, alone = _names(files), _alone(files)
    whole = [
        _volume(names[root], config_map, files, {path: path.removeprefix(f"{root}/") for path in paths})
        for root, paths in directories(files).items()
    ]
    return [*whole, *([_volume(ALONE, config_map, files, {path: key_of(path) for path in alone})] if alone else [])]


def file_mounts(files: Files) -> list[Manifest]:
    """Return the mounts of the files: of their directories whole, or of single ones by subPath.

    The latter are never updated in a running container; pods roll when a file changes.
    """
    whole = [{"name": name, "mountPath": root, "readOnly": True} for root, name in _names(files).items()]
    alone = [{"name": ALONE, "mountPath": path, "subPath": key_of(path), "readOnly": True} for path in _alone(files)]
    return [*whole, *alone]


def file_data(files: Files) -> dict[str, str]:
    """Return the data of the ConfigMap."""
    return {key_of(path): file.content for path, file in files.items()}


def files_checksum(data: Mapping[str, str]) -> str:
    """Return what changes when a file does: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
