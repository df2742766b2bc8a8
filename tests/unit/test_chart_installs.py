"""What installs a chart, against what whole stacks install, and against the lines that the advice says."""

from typing import Any

import pytest

from components import chart_checks
from components.chart_installs import INSTALLS
from components.charts import Charts
from slipway.loading import load_stack
from tests.support.chart_calls import charts as installed
from tests.support.chart_installs import BARE, written
from tests.support.shipped import ROOT, STACKS, recorded
from tests.support.stacks import Judge, stack

JUDGE = Judge(chart_checks)


@pytest.mark.parametrize("name", STACKS)
def test_the_shipped_stacks_install_what_the_table_says(name: str) -> None:
    settings = load_stack(ROOT, name).settings
    assert {entry for entry, _ in installed(recorded(name))} == {
        entry for entry, install in INSTALLS.items() if install.there(settings)
    }


def test_every_chart_of_the_lock_has_a_row() -> None:
    assert INSTALLS.keys() == Charts.read_lock().charts.keys()


@pytest.mark.parametrize("entry", INSTALLS)
def test_a_chart_that_is_not_there_is_said_with_the_line_that_installs_it(entry: str) -> None:
    charts: dict[str, Any] = {"adjust": {entry: {"values": {}}}}
    (advice,) = JUDGE.advice(stack(**BARE, charts=charts))
    assert advice.path == ("charts", "adjust", entry)
    assert all(f"`slipway:{line}`" in advice.text for line in INSTALLS[entry].lines)
    assert JUDGE.advice(stack(**written(entry), charts=charts)) == []
