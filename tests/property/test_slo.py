"""Whatever the objective: its alerts fire when the budget goes too fast, and only then."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.observability_settings import SloSettings, budget
from components.apps.observability_slo import (
    BURNS,
    ERRORS,
    SLOW,
    WINDOWS,
    burn_alerts,
    decimal,
    milliseconds,
    recorded,
    recordings,
    threshold,
)
from components.apps.observability_sources import ISTIO_BUCKETS
from components.apps.request_queries import RequestSource

JOB = ('job="a"',)
SOURCE = RequestSource("requests_total", JOB, (('code="5"',),), "duration_ms", 1, ISTIO_BUCKETS, JOB, 30)
objectives = st.integers(90_000, 99_999).map(lambda thousandths: thousandths / 1000)
days = st.integers(28, 90)
HOURS = {"5m": 5 / 60, "30m": 0.5, "1h": 1.0, "2h": 2.0, "6h": 6.0, "1d": 24.0, "3d": 72.0}


def slo(objective: float, window: int, **fields: object) -> SloSettings:
    return SloSettings.model_validate({"availability": objective, "window": f"{window}d", **fields}, by_name=False)


def test_the_workbooks_numbers() -> None:
    assert [decimal(burn.rate(30)) for burn in BURNS] == ["14.4", "6", "3", "1"]
    assert [decimal(threshold(burn, 99.9, 30)) for burn in BURNS] == ["0.0144", "0.006", "0.003", "0.001"]


@given(objectives, days)
def test_a_constant_failure_at_the_threshold_spends_the_share_of_the_budget(objective: float, window: int) -> None:
    for burn in BURNS:
        spent = threshold(burn, objective, window) * burn.hours / (window * 24) / budget(objective)
        assert abs(spent - Decimal(burn.percent) / 100) < Decimal("1e-20")


@given(objectives, days)
def test_short_windows_are_a_twelfth_of_long_ones_and_faster_burns_come_first(objective: float, window: int) -> None:
    limits = [threshold(burn, objective, window) for burn in BURNS]
    assert limits == sorted(limits, reverse=True)
    for burn in BURNS:
        assert HOURS[burn.long] == burn.hours
        assert HOURS[burn.short] * 12 == pytest.approx(burn.hours)


@given(objectives, objectives, days, st.sampled_from(ISTIO_BUCKETS))
def test_every_alert_asks_for_what_is_recorded(available: float, quick: float, window: int, bound: int) -> None:
    wanted = slo(available, window, latency={"objective": quick, "threshold": f"{bound}ms"})
    made = {each["record"]: each for each in recordings(wanted, SOURCE, "api", "web")}
    assert set(made) == {ratio + each for ratio in (ERRORS, SLOW) for each in WINDOWS}
    assert all(f"[{name.rpartition('rate')[2]}]" in each["expr"] for name, each in made.items())
    assert f'le=~"{bound}(\\\\.0)?"' in made[f"{SLOW}1h"]["expr"]
    found = list(burn_alerts(wanted, "api", "web"))
    assert [alert for _, alert, _, _ in found] == ["AppErrorBudgetBurn"] * 4 + ["AppLatencyBudgetBurn"] * 4
    for burn, alert, expr, _ in found:
        ratio, objective = (ERRORS, available) if alert == "AppErrorBudgetBurn" else (SLOW, quick)
        long, short = expr.split(" and ")
        for part, name in ((long, burn.long), (short, burn.short)):
            selected, limit = part.split(" > ")
            assert selected == recorded(ratio, name, "api", "web")
            assert ratio + name in made
            assert Decimal(limit) == threshold(burn, objective, window)


@given(st.decimals("0.00000001", "1000000", allow_nan=False))
def test_numbers_are_written_without_an_exponent(value: Decimal) -> None:
    assert Decimal(decimal(value)) == value
    assert "E" not in decimal(value).upper()


def test_durations() -> None:
    assert [milliseconds(each) for each in ("250ms", "2s", "1m")] == [250, 2000, 60_000]
