"""What changes of one resource, as a diff of its properties."""

import difflib
import json
from collections.abc import Iterator

from slipway.plan.model import Change, Path, Step
from slipway.plan.paths import readable
from slipway.recording.resource import Resource
from slipway.recording.wire import Json
from slipway.review.escape import one_line

_LONGEST_VALUE = 160
"""Characters of one value; the page has it whole."""
_MOST_LINES = 40
"""Lines of the diff of one resource."""


def diff(step: Step) -> str:
    """Return the step's changes as lines of a diff, none of them with a line break; empty where nothing is to say."""
    head = f"@@ {step.operation} {kind(step.resource)} {one_line(step.resource.name)} @@"
    lines = [line for change in step.changes for line in _lines(change)]
    lines += [f"! {one_line(option)}" for option in step.options]
    if not lines:
        return ""
    if len(lines) > _MOST_LINES:
        beyond = len(lines) - _MOST_LINES
        lines = [*lines[:_MOST_LINES], f"# … and {beyond} more lines, which are in the page"]
    return "\n".join((head, *lines))


def kind(resource: Resource) -> str:
    """Return what a resource is called; the type of a provider ends with its package alone."""
    return f"{resource.kind} provider" if resource.is_provider else resource.kind


def _lines(change: Change) -> Iterator[str]:
    path = path_text(change.path)
    forced = "  # forces a replacement" if change.forces else ""
    if change.secret:
        yield f"! {path}: a secret value, changed{forced}"
    elif isinstance(change.old, str) and isinstance(change.new, str) and "\n" in f"{change.old}{change.new}":
        yield f"! {path}: text of several lines{forced}"
        yield from _text_lines(change.old, change.new)
    else:
        if change.old is not None:
            yield f"- {path}: {value_text(change.old)}{forced if change.new is None else ''}"
        if change.new is not None:
            yield f"+ {path}: {value_text(change.new)}{forced}"
        if change.old is None and change.new is None:
            yield f"! {path}{forced}"
    if change.after is not None:
        yield f"#   follows the replacement of {one_line(change.after.rpartition('::')[2])}"
    if change.refused is not None:
        yield f"#   refused: {one_line(change.refused)}"


def _text_lines(old: str, new: str) -> Iterator[str]:
    """Yield the lines that differ, one line around them, without the diff's own heads."""
    for line in list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1))[2:]:
        if not line.startswith("@@"):
            yield f"{line[0]}   {_cut(one_line(line[1:]))}"


def path_text(path: Path) -> str:
    """Return a path as it is written in manifests, in one line."""
    return one_line(readable(path))


def value_text(value: Json) -> str:
    """Return a value in one line, cut where it is long."""
    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _cut(one_line(plain)) or '""'


def _cut(line: str) -> str:
    if len(line) <= _LONGEST_VALUE:
        return line
    return f"{line[:_LONGEST_VALUE]}… ({len(line)} characters)"
