"""The cost in a comment: the total in a sentence, and what has changed by component."""

from collections.abc import Iterator
from decimal import Decimal

from slipway.cost.breakdown import Breakdown, Range, Share
from slipway.preview.summary_text import dollars
from slipway.review.escape import text
from slipway.review.fit import Item, Section

_HEAD = "| {} | a month | change | fewest to most nodes |\n| --- | ---: | ---: | ---: |"


def cost_words(breakdown: Breakdown | None) -> str:
    """Return the total, its change and its range."""
    if breakdown is None:
        return "not estimated (the cluster exists already)"
    total = breakdown.total
    delta = "" if total.delta is None else f" ({signed(total.delta) if total.delta else 'unchanged'})"
    span = f", from {_span(total.cost, ' to ')} as the pools scale" if _scales(total.cost) else ""
    saving = f", {dollars(breakdown.spot_saving)} saved by spot" if breakdown.spot_saving else ""
    return f"{_money(total.cost.expected)} a month{delta}{span}{saving}"


def costs(breakdown: Breakdown | None) -> Iterator[Section]:
    """Yield a part for each way to cut it, what has changed first, then the dearest; then what the prices stand for."""
    if breakdown is None:
        return
    cuts: dict[str, tuple[Share, ...]] = {
        "component": breakdown.components,
        "category": breakdown.categories,
        "pool": breakdown.pools,
        "app": breakdown.apps,
    }
    for title, shares in cuts.items():
        rows = sorted(shares, key=lambda share: (-abs(share.delta or Decimal(0)), -share.cost.expected, share.name))
        if rows:
            yield Section(f"Cost by {title} ({len(rows):,})", tuple(_row(share) for share in rows), _HEAD.format(title))
    lines = [*_prices(breakdown), *breakdown.assumptions, *(f"Not in it: {each}" for each in breakdown.not_estimated)]
    if lines:
        items = tuple(Item(f"- {text(line)}") for line in lines)
        yield Section(f"What the cost stands for ({len(items):,})", items)


def _prices(breakdown: Breakdown) -> Iterator[str]:
    """Yield where the prices are from, and whether that is where the stack is."""
    if breakdown.priced_on is not None:
        yield f"Approximate list prices of {breakdown.priced_region} on {breakdown.priced_on}"
        if breakdown.region != breakdown.priced_region:
            yield f"The stack is in {breakdown.region}, for which there is no price list: its real prices differ"


def signed(amount: Decimal) -> str:
    """Return a change in dollars, with its sign."""
    return f"{'-' if amount < 0 else '+'}{dollars(abs(amount))}"


def _row(share: Share) -> Item:
    delta = signed(share.delta) if share.delta else ""
    span = _span(share.cost, " to ") if _scales(share.cost) else ""
    return Item(f"| {text(share.name)} | {_money(share.cost.expected)} | {delta} | {span} |")


def _money(amount: Decimal) -> str:
    return dollars(amount) if amount >= 0 else signed(amount)


def _scales(cost: Range) -> bool:
    return cost.least != cost.most


def _span(cost: Range, between: str) -> str:
    return f"{_money(cost.least)}{between}{_money(cost.most)}"
