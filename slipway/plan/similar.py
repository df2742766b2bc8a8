"""How alike two resources are, were it not for their names."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq

from slipway.plan.drafts import scalars
from slipway.plan.model import Path
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.simulate.values import MARK
from slipway.recording.wire import Json

_SIMULATED = re.compile(rf"[\w./:-]*{MARK}[\w./:-]*")

Facts = Mapping[Path, tuple[Json, Json]]
"""Every scalar by its path: without simulated ids, which come from the name, and with a `*` for the name as well."""


def facts(resource: Resource, name: str) -> Facts:
    """Return what the inputs say."""
    found: dict[Path, tuple[Json, Json]] = {}
    for path, value in scalars(resource.inputs):
        plain = _SIMULATED.sub("*", value) if isinstance(value, str) else value
        found[path] = plain, plain.replace(name, "*") if isinstance(plain, str) else plain
    return found


def alike(one: Facts, other: Facts) -> float:
    """Return the share of the facts that are common, by their value or but for the name, from 0 to 1."""
    paths = one.keys() | other.keys()
    common = (path for path in one.keys() & other.keys() if any(map(eq, one[path], other[path])))
    return sum(1 for _ in common) / len(paths) if paths else 1.0


def name_likeness(old: str, new: str) -> float:
    """Return how alike two names are, from 0 to 1."""
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def parts(old: str, new: str) -> tuple[str, str]:
    """Return what differs between two names: `general` and `main` of nodes-general-2a and nodes-main-2a.

    What differs ends at a hyphen on both sides.
    """
    was, now = old.split("-"), new.split("-")
    head = _common(was, now)
    tail = _common(was[head:][::-1], now[head:][::-1])
    return "-".join(was[head : len(was) - tail]) or old, "-".join(now[head : len(now) - tail]) or new


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two sequences have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


Relative = tuple[str, str]
"""A resource below a component: its type, and its name with a `*` for the component's own."""


def family(component: Resource, recording: Recording) -> Mapping[Relative, Resource]:
    """Return all below a component by type and by name, a `*` for the component's own name in it."""
    return {
        (each.type, each.name.replace(component.name, "*", 1)): each
        for each in recording.within(component)
        if not each.read
    }


def family_likeness(old: Mapping[Relative, Facts], new: Mapping[Relative, Facts]) -> float:
    """Return how alike what is below two components is, from 0 to 1; 0 where there is nothing."""
    every = old.keys() | new.keys()
    return sum(alike(old[key], new[key]) for key in old.keys() & new.keys()) / len(every) if every else 0.0
