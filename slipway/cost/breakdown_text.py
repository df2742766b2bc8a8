"""A breakdown as text: a table of each way in which the money is cut, what it rests on, and what is not in it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from slipway.cost.breakdown import Breakdown, Share

_HEADS = ("least", "expected", "most", "change")


def breakdown_lines(breakdown: Breakdown) -> Iterator[str]:
    """Yield the lines; the column `change` where the breakdown has a base."""
    yield (
        f"Cost, US dollars a month: list prices of {breakdown.priced_region} on {breakdown.priced_on},"
        " pools at their fewest, declared and most nodes"
    )
    if breakdown.region not in ("", breakdown.priced_region):
        yield (
            f"  The stack is in {breakdown.region}, for which there is no price list: its real prices differ."
            f" slipway prices refresh --region {breakdown.region} makes one."
        )
    tables = {
        "components": (*breakdown.components, breakdown.total),
        "what for": (*breakdown.categories, breakdown.total),
        "node pools": breakdown.pools,
        "apps, by what they request": (*breakdown.apps, *((Share("idle", breakdown.idle),) if breakdown.pools else ())),
    }
    compared = breakdown.total.delta is not None
    name = max(len(each) for rows in tables.values() for each in (*tables, *(row.name for row in rows)))
    money = max(len(amount(breakdown.total.cost.most)), *map(len, _HEADS)) + 1
    for title, rows in tables.items():
        if rows:
            heads = _HEADS if compared else _HEADS[:-1]
            yield f"  {title:<{name}}" + "".join(f"{head:>{money + 2}}" for head in heads)
            yield from (f"  {row.name:<{name}}{_columns(row, money, compared=compared)}".rstrip() for row in rows)
    if breakdown.spot_saving:
        yield f"  Spot saves {amount(breakdown.spot_saving)} of the price on demand."
    yield from _listed("Assumed", breakdown.assumptions)
    yield from _listed("Not estimated", breakdown.not_estimated)


def amount(value: Decimal) -> str:
    """Return dollars and cents, such as 1,234.50."""
    return f"{value:,.2f}"


def change(delta: Decimal | None) -> str:
    """Return a change with its sign; nothing for none, and for what is not compared."""
    return f"{delta:+,.2f}" if delta else ""


def _columns(row: Share, width: int, *, compared: bool) -> str:
    cells = [amount(each) for each in (row.cost.least, row.cost.expected, row.cost.most)]
    return "".join(f"{cell:>{width + 2}}" for cell in (*cells, *([change(row.delta)] if compared else [])))


def _listed(title: str, sentences: Iterable[str]) -> Iterator[str]:
    yield from (f"  {title}: {sentence}" for sentence in sentences)
