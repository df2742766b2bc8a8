"""The app files of one environment, and only of that one.

An app is deployed by the environment whose folder it is in. That holds by construction, because no other folder is
opened, and it is guarded twice: a path that leads out of the folder (a symbolic link) is refused, and so is a document
that says it belongs to another environment.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.apps.settings import AppSettings
from components.problem import KeyPath
from slipway.loading import shape
from slipway.loading.document import Document
from slipway.loading.errors import Mistake
from slipway.loading.yaml_file import read_yaml

FOLDER = "apps"
_SUFFIX = ".yaml"


@dataclass(slots=True)
class AppFiles:
    """The app documents by the name of their file (without its suffix), and what is wrong with the folder.

    `unread` are the names of the apps whose files were refused.
    """

    documents: dict[str, Document] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def data(self) -> dict[str, dict[str, Any]]:
        """The apps as they are to be validated, by the name of their file, which is also what they are called.

        Of an app that could not be read there is the name, so that what refers to it is no mistake.
        """
        apps: dict[str, dict[str, Any]] = {name: {"name": name} for name in self.unread}
        for name, document in self.documents.items():
            written = document.data if isinstance(document.data, dict) else {"name": name}
            named = {"name": name} if "name" in written else {}
            apps[name] = {**{key: value for key, value in written.items() if key != "environment"}, **named}
        return dict(sorted(apps.items()))

    @property
    def refused(self) -> set[tuple[str, KeyPath]]:
        """The places, by app and path, that there is a mistake of already; the empty path is a whole app."""
        places = {(name, path) for name, document in self.documents.items() for path in document.refused}
        broken = [name for name, document in self.documents.items() if not isinstance(document.data, dict)]
        return places | {(name, ()) for name in (*self.unread, *broken)}


def _unshown(path: KeyPath) -> bool:
    return shape.unshown_at(AppSettings, path)


def read_apps(root: Path, environment: str) -> AppFiles:
    """Read `apps/<environment>/*.yaml`. An environment without a folder has no apps.

    `environment` must be one that exists: it names the folder.
    """
    files = AppFiles()
    base = (root / FOLDER).resolve()
    folder = base / environment
    if not folder.exists() and not folder.is_symlink():
        return files
    if folder.resolve() != folder or not folder.is_dir():
        where = f"{FOLDER}/{environment}"
        files.mistakes.append(Mistake(where, 1, None, "", *_elsewhere(folder, f"a folder of its own, {where}")))
        return files
    for path in sorted(folder.iterdir()):
        shown = f"{FOLDER}/{environment}/{path.name}"
        mistake = _refusal(path, shown, folder)
        if mistake is not None:
            files.mistakes.append(mistake)
            files.unread.append(path.stem)
        elif path.suffix == _SUFFIX and not path.name.startswith("."):
            document = read_yaml(path, shown, unshown=_unshown)
            document.mistakes += list(_misplaced(document, path.stem, environment))
            files.documents[path.stem] = document
    return files


def _elsewhere(path: Path, allowed: str) -> tuple[str, str, str]:
    return "leads out of the environment's folder", f"a link to {path.resolve().name}", allowed


def _refusal(path: Path, shown: str, folder: Path) -> Mistake | None:
    """Return why a directory entry is no app file, where its author must have meant it to be one."""
    if path.name.startswith(".") or (path.suffix not in {_SUFFIX, ".yml", ".json"} and not path.is_dir()):
        return None
    if path.resolve().parent != folder:
        return Mistake(shown, 1, None, "", *_elsewhere(path, "a file in the folder itself"))
    if path.is_dir():
        return Mistake(shown, 1, None, "", "a folder, which is not read", path.name, "app files next to each other")
    if path.suffix != _SUFFIX:
        nearest = f"{path.stem}{_SUFFIX}"
        return Mistake(shown, 1, None, "", "not read, by its suffix", path.name, f"NAME{_SUFFIX}", nearest)
    if not path.is_file():
        return Mistake(shown, 1, None, "", "not a regular file", path.name, "a regular file")
    return None


def _misplaced(document: Document, name: str, environment: str) -> Iterator[Mistake]:
    """Yield what contradicts the document's place: no app at all, another name, another environment."""
    data = document.data
    if not isinstance(data, dict):
        if not document.mistakes:
            found = "an empty file" if data is None else "a list" if isinstance(data, list) else "a single value"
            yield Mistake(document.file, 1, None, "", "not an app", found, "a map with at least name and image")
        return
    for key, wanted, message in (
        ("name", name, "not the name of its file"),
        ("environment", environment, "an app of another environment"),
    ):
        if key in data and data[key] != wanted and (key,) not in document.refused:
            yield Mistake(document.file, document.line((key,)), None, key, message, str(data[key]), wanted, wanted)
