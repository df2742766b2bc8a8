"""The conditions that a rule may name: what must be true of the old and the new value for it to hold."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from components.quantity import parse
from slipway.recording.wire import SECRET, UNKNOWN, Json

Values = Sequence[Json]
Condition = Callable[[Values, Values], bool]
Version = tuple[int, ...]

_VERSION = re.compile(r"\d+(\.\d+)*")


def version(value: Json) -> Version | None:
    """Return the leading numbers of a version (1.34, 16.4, 7.x), None for what has none."""
    found = _VERSION.match(str(value)) if isinstance(value, (str, int, float)) else None
    return tuple(int(part) for part in found[0].split(".")) if found else None


def _smaller(old: Values, new: Values) -> bool:
    before, after = _quantity(old), _quantity(new)
    return before is not None and after is not None and after < before


def _quantity(values: Values) -> Decimal | None:
    if len(values) != 1 or not isinstance(values[0], (str, int, float)) or values[0] in (SECRET, UNKNOWN):
        return None
    try:
        return parse(str(values[0]))
    except ValueError:
        return None


def _lower(old: Values, new: Values) -> bool:
    before, after = _only_version(old), _only_version(new)
    if before is None or after is None:
        return False
    known = min(len(before), len(after))  # 16 after 16.4 says no more than the major version
    return after[:known] < before[:known]


def _skips(old: Values, new: Values) -> bool:
    before, after = _only_version(old), _only_version(new)
    return before is not None and after is not None and (before[0], before[-1] + 1) < (after[0], after[-1])


def _only_version(values: Values) -> Version | None:
    return version(values[0]) if len(values) == 1 else None


CONDITIONS: dict[str, Condition] = {
    "removed": lambda old, new: bool(old) and not new,
    "changed once set": lambda old, new: bool(old) and bool(new),
    "smaller": _smaller,
    "lower version": _lower,
    "skips a minor version": _skips,
}
"""By name, as data writes them. The arguments are what stood at the rule's pattern, and what stands there now."""
