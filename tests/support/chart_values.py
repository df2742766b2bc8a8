"""Whether the values that the program gives to a chart exist in it: `components/chart_values.py`, for recordings.

The charts beyond the lock are kept in tests/data/charts/ENTRY.json, in the same form.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components import chart_values
from components.charts import Charts
from tests.support.recorded import UNKNOWN, Recorded, Secret

RELEASE = "kubernetes:helm.sh/v3:Release"
BEYOND = Path(__file__).parents[1] / "data" / "charts"
REVISIONED = {"base": "istio-base", "istiod": "istiod"}  # charts whose version a stack may choose: lock entry by chart


def chart(entry: str) -> dict[str, Any]:
    """Return the data of a chart, of the lock or beyond it."""
    folder = BEYOND if (BEYOND / f"{entry}.json").exists() else chart_values.DATA
    return chart_values.chart(entry, folder)


def plain(value: Any) -> Any:
    """Return a recorded value with its secrets laid open."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


def unknown_values(chart_data: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with `values`: paths that the chart does not have, or what its schema does not take."""
    laid_open = plain(values)
    found = [f"{path}: {fault}" for path, fault in chart_values.unknown(chart_data, laid_open, opaque=UNKNOWN)]
    errors = [each for each in chart_values.schema_errors(chart_data, laid_open) if each.instance != UNKNOWN]
    return found + [f"{'.'.join(map(str, each.absolute_path)) or 'values'}: {each.message}" for each in errors]


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
