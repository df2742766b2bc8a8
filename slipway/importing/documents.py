"""Reading Kubernetes objects out of YAML files: several documents a file, lists, what `helm template` prints."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from slipway.importing.foreign import command, of_folder, of_template
from slipway.importing.kubectl_yaml import load_all
from slipway.recording.by_nature import without_values

SUFFIXES = {".yaml", ".yml", ".json"}

STANDARD_INPUT = Path("-")
"""The path that is no file but what another program prints, such as `helm template`."""

Step = str | int
LeafPath = tuple[Step, ...]


class UnreadableError(Exception):
    """A path that is no YAML of Kubernetes objects."""


class NoObjectError(UnreadableError):
    """A document that is YAML, but no Kubernetes object."""


@dataclass(frozen=True, slots=True)
class Source:
    """One object: the file that it is in, the number of its document from 1, and the object itself."""

    file: str
    document: int
    manifest: dict[str, Any]

    @property
    def kind(self) -> str:
        """The object's kind."""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """The object's name; empty where it has none."""
        return str((self.manifest.get("metadata") or {}).get("name", ""))


def read_documents(paths: list[Path], skipped: list[str] | None = None) -> list[Source]:
    """Return the objects in files and folders, in order.

    What is in a folder and is no object, such as another tool's file, is added to `skipped` with its place and the
    reason, where that is given. Raises UnreadableError, which names file and line.
    """
    return [
        source
        for path in paths
        for file in _files(path)
        for source in _objects(file, skipped if file != path else None)
    ]


def _files(path: Path) -> list[Path]:
    if path != STANDARD_INPUT and path.is_dir():
        if rendered := of_folder(path):
            raise UnreadableError("\n".join(rendered))
        return sorted(each for each in path.rglob("*") if each.suffix in SUFFIXES and each.is_file())
    return [path]


def _objects(path: Path, skipped: list[str] | None) -> Iterator[Source]:
    file = "standard input" if path == STANDARD_INPUT else str(path)
    text = ""
    try:
        text = sys.stdin.read() if path == STANDARD_INPUT else path.read_text("utf-8-sig")
        documents = load_all(text)
    except OSError as error:
        raise UnreadableError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableError(f"{file}: not UTF-8 text") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        # What is written there may be a secret: the name of an alias or a tag, the values of a key that is there twice.
        problem = re.sub(
            r"(alias|anchor|tag handle|the tag|duplicate key)\b.*", r"\1", str(error.problem), flags=re.DOTALL
        )
        template = of_template(path, text)
        raise UnreadableError(f"{file}:{line}: {template or f'not YAML: {problem}'}") from None
    except (YAMLError, ValueError) as error:
        raise UnreadableError(f"{file}: not YAML: {str(error).splitlines()[0]}") from None
    for number, document in enumerate(documents, 1):
        if document is None:
            continue  # helm template prints empty documents for what a chart leaves out
        try:
            yield from _flattened(file, number, _plain(document))
        except NoObjectError as error:
            if skipped is None:
                raise
            skipped.append(str(error))


def _flattened(file: str, number: int, document: Any) -> Iterator[Source]:
    words = document if isinstance(document, dict) else {}
    if rendered := command(file, document):
        raise NoObjectError(f"{file}: document {number}: {rendered}")
    if not all(isinstance(words.get(key), str) for key in ("apiVersion", "kind")):
        raise NoObjectError(f"{file}: document {number} is no Kubernetes object: it has no apiVersion and kind")
    if document["kind"].endswith("List") and isinstance(document.get("items"), list):
        for item in document["items"]:
            yield from _flattened(file, number, item)
    else:
        if not isinstance(document.get("metadata", {}), dict):
            raise UnreadableError(f"{file}: document {number} ({document['kind']}): metadata is not a map")
        # No app file takes a Secret along: its values are not needed, and in no report.
        secret = document["kind"] == "Secret" and document["apiVersion"] == "v1"
        yield Source(file, number, without_values(document) if secret else document)


def _plain(value: Any) -> Any:
    """Return a value with text for keys and for dates, as JSON has it."""
    if isinstance(value, dict):
        # true is the key "true", which is what kubectl makes of `on:`
        return {str(key).lower() if isinstance(key, bool) else str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def leaves(value: Any, path: LeafPath = ()) -> Iterator[tuple[LeafPath, Any]]:
    """Yield every value that holds no further one, with its path; an empty map or list is one."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path, value


def at(value: Any, path: LeafPath) -> Any:
    """Return the value at a path, None where there is nothing."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
