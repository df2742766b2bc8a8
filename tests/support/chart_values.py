"""Whether the values that the program gives to a chart exist in that chart.

Helm ignores a value that no template reads, so a misspelt one installs the default in silence. The charts' defaults are
kept as data in tests/data/charts/ENTRY.json, one file per lock entry: `values` maps dotted paths to defaults.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from components.charts import Charts
from tests.support.recorded import UNKNOWN, Recorded, Secret

RELEASE = "kubernetes:helm.sh/v3:Release"
DATA = Path(__file__).parents[1] / "data" / "charts"

ISTIO_DEFAULTS = "_internal_defaults_do_not_set."  # Istio's charts merge the user's values over what stands under this
OPEN = {  # by chart: maps that a template merges into a configuration of its own schema, or prints whole
    "istiod": ("meshConfig",),
    "aws-privateca-issuer": ("podSecurityContext", "securityContext"),
}
REVISIONED = {"base": "istio-base", "istiod": "istiod"}  # charts whose version a stack may choose: lock entry by chart
STRING_MAPS = re.compile(r"(labels|annotations|nodeSelector)$", re.IGNORECASE)  # their defaults do not limit their keys


@cache
def chart(entry: str) -> dict[str, Any]:
    """Return the data of a lock entry's chart."""
    data: dict[str, Any] = json.loads((DATA / f"{entry}.json").read_text())
    return data


def plain(value: Any) -> Any:
    """Return a recorded value with its secrets laid open."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def _defaults(chart_data: Mapping[str, Any]) -> dict[str, Any]:
    values = chart_data["values"]
    # Every chart of Istio's takes the name of a set of values to merge in, and has no default for it.
    profile = {"profile": ""} if any(path.startswith(ISTIO_DEFAULTS) for path in values) else {}
    return {**profile, **{path.removeprefix(ISTIO_DEFAULTS): default for path, default in values.items()}}


def _in_map(path: str, value: Any, defaults: Mapping[str, Any], open_maps: tuple[str, ...]) -> Iterator[str]:
    """Check a value where the chart's default is a map with entries."""
    if STRING_MAPS.search(path):
        if not isinstance(value, Mapping) or any(isinstance(each, (Mapping, list)) for each in value.values()):
            yield f"{path}: the chart takes a map of strings"
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _unknown(f"{path}.{key}", each, defaults, open_maps)
    elif value is not None:
        yield f"{path}: the chart takes a map"


def _at_leaf(path: str, value: Any, defaults: Mapping[str, Any]) -> Iterator[str]:
    if path not in defaults:
        yield f"{path}: the chart has no such value"
    elif isinstance(defaults[path], list):
        if not isinstance(value, list | None):
            yield f"{path}: the chart takes a list"
    elif isinstance(value, Mapping) and defaults[path] not in ({}, None):
        yield f"{path}: the chart takes a single value"


def _unknown(path: str, value: Any, defaults: Mapping[str, Any], open_maps: tuple[str, ...]) -> Iterator[str]:
    if path in open_maps or value == UNKNOWN:
        return
    if any(each.startswith(f"{path}.") for each in defaults):
        yield from _in_map(path, value, defaults, open_maps)
    else:
        yield from _at_leaf(path, value, defaults)


def _against_schema(schema: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    # Helm's drafts differ by version; all read draft 7. What is required may come from the chart's own defaults.
    for error in Draft7Validator(schema).iter_errors(values):
        if error.validator != "required" and error.instance != UNKNOWN:
            yield f"{'.'.join(map(str, error.absolute_path)) or 'values'}: {error.message}"


def unknown_values(chart_data: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with `values`: paths that the chart does not have, or whose kind it does not take.

    A path exists when the chart gives it a default. A default of `{}` or null is free-form, so is a map of labels,
    annotations or a node selector; a list takes any list. The chart's own values schema is applied where it has one.
    """
    defaults = _defaults(chart_data)
    found = [
        problem
        for key, value in plain(values).items()
        for problem in _unknown(key, value, defaults, OPEN.get(chart_data["chart"], ()))
    ]
    if schema := chart_data.get("valuesSchema"):
        found.extend(_against_schema(schema, plain(values)))
    return found


def lock_entry(inputs: Mapping[str, Any]) -> str:
    """Return the lock entry that a Release's or a Chart's recorded inputs install."""
    chart_name, version = inputs["chart"].rpartition("/")[2], inputs.get("version")
    archive = f"{chart_name}-{version}.tgz" if version else chart_name
    charts = Charts.read_lock().charts
    entries = [name for name, pinned in charts.items() if f"{pinned.chart or name}-{pinned.version}.tgz" == archive]
    if not entries and (revisioned := re.fullmatch(r"(base|istiod)-\d+\.\d+\.\d+\.tgz", archive)):
        return REVISIONED[revisioned[1]]
    assert len(entries) == 1, f"{entries} of the lock match {archive}"
    return entries[0]


def release_problems(release: Recorded) -> list[str]:
    """Return what is wrong with the values of a recorded Release."""
    entry = lock_entry(release.inputs)
    return [f"{entry}: {problem}" for problem in unknown_values(chart(entry), release.inputs.get("values", {}))]
