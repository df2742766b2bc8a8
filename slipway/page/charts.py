"""The figures of the cost as shapes: shares of the whole, and bars with their least, expected and most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from slipway.cost.breakdown import Breakdown, Range, Share
from slipway.preview.summary_text import dollars

HUES = 8
"""Colours that the style sheet has for categories; more categories begin again with the first."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A category's part of the stack bar, from 0 to 100. `hue` is the number of its colour."""

    name: str
    start: float
    width: float
    hue: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a table: money in words, and a bar on the scale of its table, from 0 to 100."""

    name: str
    expected: str
    range: str
    delta: str
    grows: bool | None
    share: str
    least_at: float
    expected_at: float
    most_at: float
    hue: int


def slices(categories: Sequence[Share]) -> tuple[Slice, ...]:
    """Return the categories side by side, the most expensive first."""
    whole = sum((each.cost.expected for each in categories), Decimal(0))
    found, start = [], 0.0
    for hue, each in enumerate(_by_cost(categories)):
        width = _percent(each.cost.expected, whole)
        if width > 0:
            found.append(Slice(each.name, round(start, 3), width, hue % HUES))
            start += width
    return tuple(found)


def bars(shares: Iterable[Share], total: Decimal) -> tuple[Bar, ...]:
    """Return a row for each, the most expensive first; `total` is what their shares are of."""
    ordered = _by_cost(shares)
    scale = max((each.cost.most for each in ordered), default=Decimal(0))
    return tuple(_bar(each, scale, total, hue % HUES) for hue, each in enumerate(ordered))


def _bar(share: Share, scale: Decimal, total: Decimal, hue: int) -> Bar:
    return Bar(
        name=share.name,
        expected=dollars(share.cost.expected),
        range=range_text(share.cost),
        delta=delta_text(share.delta),
        grows=None if not share.delta else share.delta > 0,
        share=f"{_percent(share.cost.expected, total):.0f} %",
        least_at=_percent(share.cost.least, scale),
        expected_at=_percent(share.cost.expected, scale),
        most_at=_percent(share.cost.most, scale),
        hue=hue,
    )


def range_text(cost: Range) -> str:
    """Return the least and the most; nothing where they are the same money."""
    least, most = dollars(cost.least), dollars(cost.most)
    return "" if least == most else f"{least} to {most}"


def delta_text(delta: Decimal | None) -> str:
    """Return a difference with its sign; nothing without a base, and a word for none."""
    if delta is None:
        return ""
    return f"{'+' if delta > 0 else '−'}{dollars(abs(delta))}" if round(delta, 2) else "no change"  # noqa: RUF001


def idle(breakdown: Breakdown) -> Share:
    """Return what no app takes of the pools as a row beside the apps."""
    return Share("not taken by any app", breakdown.idle)


def _by_cost(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda each: (-each.cost.expected, each.name))


def _percent(part: Decimal, whole: Decimal) -> float:
    return round(float(100 * part / whole), 3) if whole else 0.0
