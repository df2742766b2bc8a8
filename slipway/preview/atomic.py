"""Writing so that a reader sees the old or the new, never a part, and so that nothing of anybody else's is lost."""

import contextlib
import errno
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARKER = ".slipway-manifests.json"
"""The file by which a folder of manifests is known as ours. It lists what was written there."""
_ABOUT = (
    "Written by `slipway preview --manifests`, and replaced as a whole by its next run: keep nothing of yours here."
)


class OccupiedError(Exception):
    """The place to write to holds something that Slipway did not write, or cannot be written to."""


def check_folder(target: Path) -> None:
    """Raise OccupiedError unless `target` may be replaced: absent, empty, or all that is in it was written by Slipway.

    What other files there are below it is compared with the list in its marker.
    """
    folder = target.resolve()
    if not folder.exists():
        return
    if not folder.is_dir():
        raise OccupiedError(f"{target} is a file, not a folder")
    if not any(folder.iterdir()):
        return
    written = _listed(folder)
    if written is None:
        raise OccupiedError(f"{target} is not empty, and has no {MARKER}: name an empty or a new folder")
    foreign = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink()
        if path.relative_to(folder).as_posix() not in written
    )
    if foreign:
        named = ", ".join(foreign[:3]) + (f" and {len(foreign) - 3} more" if len(foreign) > 3 else "")
        raise OccupiedError(f"{target} holds files that Slipway did not write: {named}. Move them away")


def replace_folder(target: Path, files: Mapping[str, str]) -> None:
    """Make `files` (text by relative path) the whole content of `target`. Raises OccupiedError, or OSError."""
    check_folder(target)
    folder = target.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        listing = {"about": _ABOUT, "files": sorted([*files, MARKER])}
        for path, content in {**files, MARKER: json.dumps(listing, indent=2) + "\n"}.items():
            place = fresh / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8", newline="\n")
        fresh.chmod(0o777 & ~_umask())
        _put(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_file(target: Path, content: str, *, mode: int | None = None) -> None:
    """Write one file; `mode` is its permissions, None for what new files of the user's have. Raises OSError."""
    place = target.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
        Path(name).chmod(0o666 & ~_umask() if mode is None else mode)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _put(fresh: Path, folder: Path) -> None:
    """Rename the new folder into place; a folder that is not empty is renamed out of it first, and back on failure."""
    try:
        fresh.rename(folder)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    else:
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def _listed(folder: Path) -> frozenset[str] | None:
    """Return the paths in the folder's marker, None where there is no marker of ours."""
    with contextlib.suppress(OSError, ValueError):
        listing: Any = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        if isinstance(listing, dict) and isinstance(listing.get("files"), list):
            return frozenset(str(path) for path in listing["files"])
    return None


def _umask() -> int:
    """Return the process's umask, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
