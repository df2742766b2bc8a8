"""Service level objectives: the ratios that are recorded, and the alerts on how fast the error budget is spent.

After "Alerting on SLOs" in Google's Site Reliability Workbook, chapter 5: multiple windows, multiple burn rates. Pure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from components.apps.observability_settings import SloSettings, budget
from components.apps.request_queries import RequestSource, failure_ratio, selector, slow_ratio
from components.apps.words import Manifest

ERRORS = "slipway:app_errors:ratio_rate"
SLOW = "slipway:app_slow:ratio_rate"
"""The recorded ratios; the window follows, such as 5m."""

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")

_MILLISECONDS = {"ms": 1, "s": 1000, "m": 60_000}


@dataclass(frozen=True, slots=True)
class Burn:
    """One pair of windows: fires when `percent` of the budget went within `hours`, and still goes (`short`).

    `page` is whether somebody must act now, or within days; `wait` is the alert's `for`.
    """

    percent: int
    long: str
    hours: int
    short: str
    page: bool
    wait: str

    def rate(self, days: int) -> Decimal:
        """Return how many times too fast the budget goes: 14.4 of 2 % in an hour of 30 days."""
        return Decimal(self.percent) / 100 * days * 24 / self.hours


BURNS = (
    Burn(2, "1h", 1, "5m", page=True, wait="2m"),
    Burn(5, "6h", 6, "30m", page=True, wait="15m"),
    Burn(10, "1d", 24, "2h", page=False, wait="1h"),
    Burn(10, "3d", 72, "6h", page=False, wait="3h"),
)
"""The workbook's table 5-8; with 30 days the burn rates are 14.4, 6, 3 and 1."""


def decimal(value: Decimal) -> str:
    """Return a number as PromQL and people read it: no exponent, no idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def milliseconds(duration: str) -> int:
    """Return a duration of the settings (500ms, 2s, 1m) in milliseconds."""
    unit = next(each for each in ("ms", "s", "m") if duration.endswith(each))
    return int(duration.removesuffix(unit)) * _MILLISECONDS[unit]


def threshold(burn: Burn, objective: float, days: int) -> Decimal:
    """Return the share of bad requests above which a burn alert fires; above 1 it never would."""
    return burn.rate(days) * budget(objective)


def objectives(slo: SloSettings) -> dict[str, float]:
    """Return the objective in percent by the ratio that it is about."""
    return {ERRORS: slo.availability, **({SLOW: slo.latency.objective} if slo.latency else {})}


def _labels(name: str, namespace: str) -> dict[str, str]:
    return {"app": name, "namespace": namespace}


def recorded(ratio: str, window: str, name: str, namespace: str) -> str:
    """Return the selector of a recorded ratio."""
    return selector(ratio + window, (f'{key}="{value}"' for key, value in _labels(name, namespace).items()))


def recordings(slo: SloSettings, source: RequestSource, name: str, namespace: str) -> list[Manifest]:
    """Return the recording rules: each ratio over each window."""
    asked: dict[str, Callable[[str], str]] = {ERRORS: lambda window: failure_ratio(source, window)}
    if slo.latency is not None:
        quick = milliseconds(slo.latency.threshold)
        asked[SLOW] = lambda window: slow_ratio(source, quick, window)
    return [
        {"record": ratio + window, "expr": expression(window), "labels": _labels(name, namespace)}
        for ratio, expression in asked.items()
        for window in WINDOWS
    ]


def burn_alerts(slo: SloSettings, name: str, namespace: str) -> Iterator[tuple[Burn, str, str, str]]:
    """Yield each alert as (burn, alert's name, expression, what is the matter)."""
    about = {ERRORS: ("AppErrorBudgetBurn", "fail"), SLOW: ("AppLatencyBudgetBurn", "are too slow")}
    for ratio, objective in objectives(slo).items():
        alert, verb = about[ratio]
        for burn in BURNS:
            limit = decimal(threshold(burn, objective, slo.days))
            long, short = (recorded(ratio, window, name, namespace) for window in (burn.long, burn.short))
            text = (
                f"So many requests of {name} {verb} that its budget for {slo.days} days ({objective:g} %) goes"
                f" {decimal(burn.rate(slo.days))} times too fast: {{{{ $value | humanizePercentage }}}} of them over"
                f" {burn.long}."
            )
            yield burn, alert, f"{long} > {limit} and {short} > {limit}", text
