"""What differs between the inputs of a resource before and after."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.apps.patches import MERGE_KEYS, PORT_KEYS
from slipway.plan.model import Path
from slipway.plan.paths import pointer
from slipway.recording.wire import SECRET, Json, leaves

Fingerprints = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """`path` leads to what differs; `at` to the property in which it is, which is shorter where that holds JSON.

    A value of None is none at all.
    """

    path: Path
    old: Json
    new: Json
    at: Path
    secret: bool = False


@dataclass(frozen=True, slots=True)
class _Side:
    """Where one side's values and their fingerprints are."""

    path: Path = ()
    fingerprints: Fingerprints = field(default_factory=dict)

    def below(self, step: str | int) -> "_Side":
        return _Side((*self.path, step), self.fingerprints)

    def fingerprint(self) -> str | None:
        return self.fingerprints.get(pointer(self.path))


def differences(
    old: Json, new: Json, old_fingerprints: Fingerprints | None = None, new_fingerprints: Fingerprints | None = None
) -> Iterator[Difference]:
    """Yield what differs, in the order of the keys.

    Objects are compared by key, lists as docs/guide/plan.md says. A secret differs where both sides have a
    fingerprint of it, and not the same one; its value is in no difference, nor is one that it takes the place of.
    """
    yield from _values(old, new, _Side((), old_fingerprints or {}), _Side((), new_fingerprints or {}))


def _values(old: Json, new: Json, was: _Side, now: _Side) -> Iterator[Difference]:
    path = now.path
    if SECRET in (old, new):
        marks = was.fingerprint(), now.fingerprint()
        if old != new or (None not in marks and marks[0] != marks[1]):
            yield Difference(path, old and SECRET, new and SECRET, path, secret=True)
    elif isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            yield from _values(old.get(key), new.get(key), was.below(key), now.below(key))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(old, new, was, now)
    elif not _same(old, new):
        yield from _other(old, new, path)


def _same(old: Json, new: Json) -> bool:
    """Python takes True for 1; a server does not."""
    return old == new and repr(old) == repr(new)


def _other(old: Json, new: Json, path: Path) -> Iterator[Difference]:
    parsed = _json(old), _json(new)
    if parsed[0] is None or parsed[1] is None:
        yield Difference(path, old, new, path)
        return
    for each in _values(*parsed, _Side(path), _Side(path)):
        yield Difference(each.path, each.old, each.new, path, each.secret)


def _json(value: Json) -> Json:
    """Return the object or list that a string holds as JSON, else None."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return None
    try:
        parsed: Json = json.loads(value)
    except ValueError:
        return None
    return parsed if isinstance(parsed, (dict, list)) else None


def _lists(old: list[Json], new: list[Json], was: _Side, now: _Side) -> Iterator[Difference]:
    if not all(isinstance(item, (dict, list)) for item in (*old, *new)) and SECRET not in (*leaves(old), *leaves(new)):
        if not _same(old, new):
            yield Difference(now.path, old, new, now.path)
        return
    key = _merge_key(now.path, old, new)
    if key is not None:
        yield from _keyed(_by(key, old), _by(key, new), was, now)
        return
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        yield from _values(before, after, was.below(index), now.below(index))


Items = dict[Json, tuple[int, Json]]
"""The items of a list by the value of their merge key, each with its index."""


def _keyed(old: Items, new: Items, was: _Side, now: _Side) -> Iterator[Difference]:
    """Compare items of one key. One that goes is at the index that it had; another order alone is one difference.

    An item that has another one in its very place got another name: it is compared with that one.
    """
    gone = {place: key for key, (place, _) in old.items() if key not in new}
    made = {place: key for key, (place, _) in new.items() if key not in old}
    same = {made[place]: gone[place] for place in made.keys() & gone.keys()}
    found = False
    for key, (index, after) in new.items():
        place, before = old.get(same.get(key, key), (index, None))
        for each in _values(before, after, was.below(place), now.below(index)):
            found = True
            yield each
    for place, key in gone.items():
        if place not in made:
            found = True
            yield from _values(old[key][1], None, was.below(place), now.below(place))
    if not found and list(old) != list(new):
        yield Difference(now.path, list(old), list(new), now.path)


def _merge_key(path: Path, *lists: list[Json]) -> str | None:
    """Return the key by which Kubernetes merges a list, where each item has it and no two have the same."""
    name = path[-1] if path else ""
    for key in PORT_KEYS if name == "ports" else (MERGE_KEYS.get(str(name), "name"),):
        if all(_unique(key, items) for items in lists):
            return key
    return None


def _unique(key: str, items: list[Json]) -> bool:
    names = [item[key] for item in items if isinstance(item, dict) and isinstance(item.get(key), (str, int))]
    return len(names) == len(items) == len(set(map(str, names)))


def _by(key: str, items: list[Json]) -> Items:
    return {item[key]: (index, item) for index, item in enumerate(items) if isinstance(item, dict)}
