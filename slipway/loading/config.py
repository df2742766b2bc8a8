"""The stack's configuration as the engine hands it to a program: a map from `namespace:name` to text.

A value that is a map or a list arrives as JSON, a secret one decrypted; everything else as the text it was written as,
so that `true` and `3` arrive as text, too. Of Slipway's own keys only `environment` is not a map, and it is text.
"""

import json
import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

import pulumi
from pulumi.runtime import get_config_env

from components.problem import Problem, nearest

NAMESPACE = "slipway"
_OWN = f"{NAMESPACE}:"
_SCALARS = frozenset({"environment"})
_PROVIDERS = frozenset({"aws", "kubernetes", "pulumi"})
_PROVIDER_KEYS = frozenset({"kubernetes:cluster"})
_ALIKE = 0.75
"""How like `slipway` a namespace is that was meant to be it: `slipwy` is 0.92, the package `scaleway` 0.67."""


def engine_config(rooms: Iterable[str]) -> dict[str, str]:
    """Return the running program's configuration.

    `pulumi.Config` answers only for names that it is asked for, so keys that no room has are found in the map that
    the engine started the program with.
    """
    config = pulumi.Config(NAMESPACE)
    known = {f"{_OWN}{room}": config.get(room) for room in rooms}
    return {**get_config_env(), **{key: text for key, text in known.items() if text is not None}}


def rooms_of(config: Mapping[str, str]) -> dict[str, Any]:
    """Return the data of Slipway's own keys, by the name after the colon."""
    return {key.removeprefix(_OWN): _data(key, text) for key, text in config.items() if key.startswith(_OWN)}


def _data(key: str, text: str) -> Any:
    """Return what a value's text stands for; text that is no map, list or null stays text, for the model to refuse."""
    if key.removeprefix(_OWN) in _SCALARS:
        return text
    if text in {"", "null"}:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return data if isinstance(data, (dict, list)) else text


def strays(config: Mapping[str, str], rooms: Iterable[str]) -> list[Problem]:
    """Return the keys that are Slipway's but for their namespace; the path of each problem is the whole key.

    The namespaces of other Pulumi packages pass; one that is nearly `slipway`, none at all, or a room under the
    namespace of a provider that this program uses is a slip of the pen that would silently configure nothing.
    """
    return [problem for key in config if (problem := _stray(key, sorted(rooms))) is not None]


def _stray(key: str, rooms: list[str]) -> Problem | None:
    namespace, colon, name = key.rpartition(":")
    if key.startswith(_OWN) or key in _PROVIDER_KEYS:
        return None
    misplaced = namespace in _PROVIDERS and name in rooms
    likeness = SequenceMatcher(None, re.sub(r"[^a-z]", "", namespace.lower()), NAMESPACE).ratio()
    if colon and not misplaced and likeness < _ALIKE:
        return None
    room = nearest(name, rooms)
    return Problem(
        path=(key,),
        message=f"not a key of the namespace {NAMESPACE}" if colon else "a key without a namespace",
        found=key,
        allowed=", ".join(f"{_OWN}{each}" for each in rooms) + ", and the keys of other Pulumi packages",
        nearest=f"{_OWN}{room}" if room else None,
    )
