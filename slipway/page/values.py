"""Values of a change as a reader sees them: short ones in a line, long ones as a difference line by line."""

import difflib
import json
from collections.abc import Iterator

from slipway.plan.model import Change, Path
from slipway.plan.paths import readable
from slipway.recording.wire import Json

_CONTEXT = 2
_LONGEST = 3_000
"""Lines beyond which a difference is not looked for, as its time grows with their square."""


def path_text(path: Path) -> str:
    """Return a path as it is written in manifests, and words for the whole of a resource."""
    return readable(path) or "(everything)"


def value_text(value: Json) -> str:
    """Return a value as text: a string as it is, anything else as JSON; what has more than one entry in lines."""
    if isinstance(value, str):
        return value
    several = isinstance(value, (dict, list)) and len(json.dumps(value)) > 60
    return json.dumps(value, indent=2 if several else None, ensure_ascii=False, sort_keys=True)


def shown(change: Change) -> dict[str, object]:
    """Return a change's values for the page: `old` and `new`, or `lines` of a difference, or neither for a secret.

    A line begins with `+`, `-`, a blank, or `@` where lines that are the same are left out.
    """
    if change.secret:
        return {}
    old = None if change.old is None else value_text(change.old)
    new = None if change.new is None else value_text(change.new)
    if old is not None and new is not None and "\n" in old + new:
        return {"lines": list(difference(old, new))}
    return {key: value for key, value in (("old", old), ("new", new)) if value is not None}


def difference(old: str, new: str) -> Iterator[str]:
    """Yield the lines of both texts, marked, with two lines around whatever differs."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) + len(after) > _LONGEST:
        yield from (f"-{line}" for line in before)
        yield from (f"+{line}" for line in after)
        return
    for number, group in enumerate(difflib.SequenceMatcher(None, before, after, False).get_grouped_opcodes(_CONTEXT)):
        if number:
            yield "@"
        for tag, first, last, start, end in group:
            if tag == "equal":
                yield from (f" {line}" for line in before[first:last])
            else:
                yield from (f"-{line}" for line in before[first:last])
                yield from (f"+{line}" for line in after[start:end])
