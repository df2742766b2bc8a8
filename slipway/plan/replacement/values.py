"""Paths into inputs, patterns of paths, and the values that stand there."""

from collections.abc import Iterator

from slipway.plan.model import Path
from slipway.recording.wire import Json

Pattern = tuple[str, ...]
"""Keys from the root of the inputs; `*` stands for any index or key."""

ANY = "*"


def pattern_of(dotted: str) -> Pattern:
    """Return the pattern that is written with dots: `spec.ports.*.nodePort`."""
    return tuple(dotted.split("."))


def touches(pattern: Pattern, path: Path) -> bool:
    """Whether a change at `path` may change what is at `pattern`: one of the two leads to, or below, the other."""
    return all(part in (ANY, str(step)) for part, step in zip(pattern, path, strict=False))


def within(pattern: Pattern, path: Path) -> bool:
    """Whether `path` is what the pattern names, or lies below it."""
    return len(path) >= len(pattern) and touches(pattern, path)


def values(inputs: Json, pattern: Pattern) -> list[Json]:
    """Return what stands at a pattern, in order; an empty list where there is nothing."""
    return list(_found(inputs, pattern))


def _found(value: Json, pattern: Pattern) -> Iterator[Json]:
    if not pattern:
        if value is not None:
            yield value
        return
    part, *rest = pattern
    if part == ANY:
        below = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        for each in below:
            yield from _found(each, tuple(rest))
    elif isinstance(value, dict):
        yield from _found(value.get(part), tuple(rest))
    elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        yield from _found(value[int(part)], tuple(rest))
