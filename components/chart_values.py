"""What values a chart takes: its own, with their defaults, and its values schema where it has one.

`components/chart_data/ENTRY.json` has them for each entry of the lock: `values` maps dotted paths to defaults.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

Faults = Iterator[tuple[str, str]]

DATA = Path(__file__).with_name("chart_data")

ISTIO_DEFAULTS = "_internal_defaults_do_not_set."
"""Istio's charts merge the user's values over what stands under this key."""

OPEN: Mapping[str, tuple[str, ...]] = {
    "istiod": ("meshConfig",),
    "aws-privateca-issuer": ("podSecurityContext", "securityContext"),
}
"""By chart: maps that a template merges into a configuration of its own schema, or prints whole."""

_STRING_MAPS = re.compile(r"(labels|annotations|nodeSelector)$", re.IGNORECASE)
"""Maps of strings, whose defaults do not limit their keys."""


@cache
def chart(entry: str, folder: Path = DATA) -> dict[str, Any]:
    """Return the data of a lock entry's chart."""
    data: dict[str, Any] = json.loads((folder / f"{entry}.json").read_text())
    return data


def defaults(chart_data: Mapping[str, Any]) -> dict[str, Any]:
    """Return every value path of a chart with its default, as a user writes it."""
    values = chart_data["values"]
    # Every chart of Istio's takes the name of a set of values to merge in, and has no default for it.
    profile = {"profile": ""} if any(path.startswith(ISTIO_DEFAULTS) for path in values) else {}
    return {**profile, **{path.removeprefix(ISTIO_DEFAULTS): default for path, default in values.items()}}


def has(known: Mapping[str, Any], path: str) -> bool:
    """Tell whether a path is one of a chart's values, or a map of them."""
    return path in known or any(each.startswith(f"{path}.") for each in known)


def _pod_resources(path: str, known: Mapping[str, Any]) -> bool:
    """Tell whether a map is a container's resources, which templates print whole, whatever of them has a default."""
    below = {each[len(path) + 1 :].partition(".")[0] for each in known if each.startswith(f"{path}.")}
    return path.rpartition(".")[2] == "resources" and bool(below) and below <= {"requests", "limits"}


def _in_map(path: str, value: Any, known: Mapping[str, Any], opaque: object, open_maps: tuple[str, ...]) -> Faults:
    """Check a value where the chart's default is a map with entries."""
    if _STRING_MAPS.search(path):
        if not isinstance(value, Mapping) or any(isinstance(each, (Mapping, list)) for each in value.values()):
            yield path, "the chart takes a map of strings"
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _unknown(f"{path}.{key}", each, known, opaque, open_maps)
    elif value is not None:
        yield path, "the chart takes a map"


def _at_leaf(path: str, value: Any, known: Mapping[str, Any]) -> Faults:
    if path not in known:
        yield path, "the chart has no such value"
    elif isinstance(known[path], list):
        if not isinstance(value, list | None):
            yield path, "the chart takes a list"
    elif isinstance(value, Mapping) and known[path] not in ({}, None):
        yield path, "the chart takes a single value"


def _unknown(path: str, value: Any, known: Mapping[str, Any], opaque: object, open_maps: tuple[str, ...]) -> Faults:
    if path in open_maps or _pod_resources(path, known) or (opaque is not None and value == opaque):
        return
    if any(each.startswith(f"{path}.") for each in known):
        yield from _in_map(path, value, known, opaque, open_maps)
    else:
        yield from _at_leaf(path, value, known)


def unknown(chart_data: Mapping[str, Any], values: Mapping[str, Any], *, opaque: object = None) -> Faults:
    """Yield (path, fault) for the values that a chart does not have, or whose kind it does not take.

    Helm ignores a value that no template reads, so a misspelt one installs the default in silence. A path exists when
    the chart gives it a default. A default of `{}` or null is free-form, so is a map of labels, annotations, a node
    selector or a container's resources; a list takes any list. `opaque` stands for a value that is not known.
    """
    known = defaults(chart_data)
    for key, value in values.items():
        yield from _unknown(key, value, known, opaque, OPEN.get(chart_data["chart"], ()))


def schema_errors(chart_data: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the jsonschema errors of values under the chart's own schema; none where it has none.

    Helm's drafts differ by version; all read draft 7. What is required may come from the chart's own defaults.
    """
    if schema := chart_data.get("valuesSchema"):
        from jsonschema import Draft7Validator  # noqa: PLC0415 (nobody waits for it who gives no values)

        yield from (each for each in Draft7Validator(schema).iter_errors(values) if each.validator != "required")
