"""Edits of files, written as a diff without line numbers.

`-` begins a line that goes, `+` one that comes, a space one that stays; `@@` alone stands between two hunks. The lines
that go and stay must stand in the file in one place, so that an edit says itself when it no longer fits.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path


def make(edit: Mapping[str, str | None], root: Path, move: Mapping[str, str] | None = None) -> None:
    """Rename files of a project, then edit each as its hunks say; None removes it."""
    for old, new in (move or {}).items():
        (root / new).parent.mkdir(parents=True, exist_ok=True)
        (root / old).rename(root / new)
    for name, text in edit.items():
        path = root / name
        if text is None:
            path.unlink()
            continue
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edited(before, text), encoding="utf-8")


def edited(before: str, hunks: str) -> str:
    """Return a file's text with each hunk made in it. Raises ValueError for one that fits nowhere, or twice."""
    lines = before.splitlines()
    for hunk in _hunks(hunks):
        old = [line[1:] for line in hunk if line[0] in " -"]
        new = [line[1:] for line in hunk if line[0] in " +"]
        if not old and lines:
            raise ValueError(f"a hunk that says not where: {hunk}")
        places = [at for at in range(len(lines) or 1) if lines[at : at + len(old)] == old]
        if len(places) != 1:
            raise ValueError(f"stands {len(places)} times in the file: {old}")
        lines[places[0] : places[0] + len(old)] = new
    return "".join(f"{line}\n" for line in lines)


def _hunks(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in text.splitlines():
        if line == "@@":
            yield lines
            lines = []
        elif line[:1] not in tuple(" +-"):
            raise ValueError(f"neither -, + nor a space begins {line!r}")
        else:
            lines.append(line)
    yield lines
