"""Which stacks a change touches: a pure decision over the paths that differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

HARMLESS_FOLDERS = frozenset({".ci", ".github", "docs", "schemas", "tests", "tools"})
"""Folders that no stack is made of. What is in no list touches every stack: it is better to look once too often."""
HARMLESS_FILES = frozenset({".gitignore", ".gitlab-ci.yml", ".pre-commit-config.yaml", "LICENSE", "Makefile"})
"""Files in the project's own folder that no stack is made of; also those whose names end in `.md`."""


@dataclass(frozen=True, slots=True)
class Touched:
    """The stacks to preview, and those whose file is deleted, of which there can be no preview."""

    stacks: tuple[str, ...]
    gone: tuple[str, ...] = ()


def touched(changed: Iterable[str], environments: Mapping[str, str | None]) -> Touched:
    """Return what a change touches.

    `changed` are paths in the project, with slashes, a renamed file's old and new one. `environments` are the
    environments of the stacks that there are by name, None for one whose environment cannot be told.
    """
    stacks: set[str] = set()
    gone: set[str] = set()
    for each in changed:
        path = PurePosixPath(each)
        named = _stack(path)
        if named is not None:
            (stacks if named in environments else gone).add(named)
        elif path.parts[0] == "apps" and len(path.parts) > 2:
            stacks |= {stack for stack, where in environments.items() if where in (path.parts[1], None)}
        elif not _harmless(path):
            stacks |= set(environments)
    return Touched(tuple(sorted(stacks)), tuple(sorted(gone)))


def _stack(path: PurePosixPath) -> str | None:
    """Return the stack whose file a path is."""
    name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    return name if len(path.parts) == 1 and path.name == f"Pulumi.{name}.yaml" else None


def _harmless(path: PurePosixPath) -> bool:
    if len(path.parts) == 1:
        return path.name in HARMLESS_FILES or path.suffix == ".md"
    return path.parts[0] in HARMLESS_FOLDERS
