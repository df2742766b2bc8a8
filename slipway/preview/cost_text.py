"""The outline of the cost as text: by component, and all that is not in it."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from slipway.cost.estimate import Estimate
from slipway.preview.grouping import Group
from slipway.preview.summary_text import dollars


def cost_lines(cost: Estimate | None, root: Group) -> Iterator[str]:
    """Yield the lines; none for a stack whose cluster is not Slipway's."""
    if cost is None:
        return
    yield (
        f"Cost estimate, US dollars a month: approximate list prices of {cost.priced_region} on {cost.priced_on},"
        f" desired sizes, spot assumed at {cost.spot_share:.0%} of on-demand"
    )
    if cost.region != cost.priced_region:
        yield f"  The stack is in {cost.region}, for which there is no price list: its real prices differ."
    rows = [*_rows(root), ("total", cost.total)]
    width = max(len(name) for name, _ in rows)
    money = max(len(dollars(amount)) for _, amount in rows)
    yield from (f"  {name:<{width}}  {dollars(amount):>{money}}" for name, amount in rows)
    unknown = Counter((gap.what, gap.why) for gap in cost.gaps)
    for (what, why), count in sorted(unknown.items()):
        yield f"  Not in it: {what}{f' (x{count})' if count > 1 else ''}: {why}"
    if cost.by_use:
        by_use = ", ".join(f"{what} ({count})" for what, count in cost.by_use.items())
        yield f"  Not in it, billed by use: {by_use}, data transfer, requests"


def _rows(group: Group) -> Iterator[tuple[str, Decimal]]:
    """Yield every component that has something priced directly in it."""
    if group.own_monthly:
        yield (
            (f"{group.resource.kind} {group.resource.name}" if group.resource else "outside any component"),
            group.own_monthly,
        )
    for inner in group.groups:
        yield from _rows(inner)
