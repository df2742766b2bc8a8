"""`Breakdown`: the monthly cost by component, pool, app and kind of thing, as a range where pools scale."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Range:
    """US dollars a month: with everything at its fewest, as declared, and at its most."""

    least: Decimal
    expected: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """The cost of one component, pool, app or category. `delta` is the expected cost less that of the base, if any."""

    name: str
    cost: Range
    delta: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The same money cut in four ways. `components` and `categories` each add up to `total`.

    `pools` are a part of it. `apps` are what requests of CPU and memory take of the pools, and the volumes and
    databases that are an app's own; what no app takes is `idle`.
    """

    total: Share
    components: tuple[Share, ...]
    categories: tuple[Share, ...]
    pools: tuple[Share, ...]
    apps: tuple[Share, ...]
    idle: Range
    spot_saving: Decimal
