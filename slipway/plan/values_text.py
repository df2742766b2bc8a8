"""Values and changes of properties as text. What is secret is masked in the recording, and here once more."""

import json
from collections.abc import Iterator
from difflib import unified_diff

from slipway.plan.model import Change
from slipway.plan.paths import written
from slipway.recording.wire import SECRET, Json

LONGEST = 100
"""Characters of a value that are shown; `--json` has all."""

MOST_LINES = 12
"""Lines of the difference between two texts that are shown."""


def change_lines(change: Change) -> Iterator[str]:
    """Yield the lines of one change: the property, and its value before and after."""
    name = written(change.path)
    ends = "".join(
        (
            "  (replaces)" if change.forces else "",
            f"  (REFUSED: {change.refused})" if change.refused else "",
        )
    )
    if change.after is not None:
        yield f"{name}: changes with {change.after.rpartition('::')[2]}{ends}"
    elif change.secret:
        yield f"{name}: {_secret(change)}{ends}"
    elif isinstance(change.old, str) and isinstance(change.new, str) and "\n" in change.old + change.new:
        yield f"{name}: the text changes{ends}"
        yield from _text(change.old, change.new)
    else:
        old, new = value_text(change.old), value_text(change.new)
        if old == new:  # "30" and 30, or two long values that differ in their middles
            old, new = (json.dumps(each, ensure_ascii=False) for each in (change.old, change.new))
        yield f"{name}: {old} -> {new}{ends}"


def value_text(value: Json) -> str:
    """Return a value on one line, in its middle cut to what fits."""
    if value is None:
        return "nothing"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = json.dumps(text, ensure_ascii=False) if "\n" in text or text == "" else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 + 3 :]}"


def _secret(change: Change) -> str:
    if change.old is None:
        return f"nothing -> {SECRET}"
    if change.new is None:
        return f"{SECRET} -> nothing"
    return f"{SECRET}, changed"


def _text(old: str, new: str) -> Iterator[str]:
    """Yield what differs between two texts, line by line."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]
    lines = [line for line in lines if not line.startswith("@@")]
    yield from (f"  {line[0]} {line[1:][:LONGEST]}" for line in lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        yield f"  … and {len(lines) - MOST_LINES} more lines"
