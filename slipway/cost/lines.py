"""What an estimate is made of: priced lines, and gaps where something has a cost that is not known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from slipway.cost.money import cents
from slipway.cost.prices import Prices
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

Category = Literal[
    "control plane",
    "instances on demand",
    "instances spot",
    "EBS volumes",
    "NAT gateways",
    "endpoints",
    "public addresses",
    "load balancers",
    "web ACLs",
    "databases",
    "logs",
    "S3",
    "KMS keys",
    "secrets",
    "monitoring",
]
"""What kind of thing money is spent on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One priced thing: `quantity` times `unit` (US dollars a month each). `saving` is what spot saves of it.

    `fewest` and `most` are the quantity between which an autoscaler moves it, None for what does not scale.
    `assumption` is what the quantity rests on where the program does not say it, such as GiB of logs.
    """

    urn: str
    what: str
    quantity: Decimal
    unit: Decimal
    saving: Decimal = Decimal(0)
    category: Category = field(kw_only=True)
    fewest: Decimal | None = field(default=None, kw_only=True)
    most: Decimal | None = field(default=None, kw_only=True)
    assumption: str | None = field(default=None, kw_only=True)

    @property
    def monthly(self) -> Decimal:
        """US dollars a month."""
        return self.quantity * self.unit


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a thing there are as declared; at its fewest and its most, where an autoscaler changes it."""

    expected: Decimal
    fewest: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that costs money, and how much is not known: `what` it is and why not."""

    urn: str
    what: str
    why: str


def used(
    urn: str, what: str, amount: Decimal, *, category: Category, assumption: str, nodes: "Count | None" = None
) -> Line:
    """Return the cost of an assumed use: US dollars a month, for each node where it grows with their number."""
    count = nodes or Count(Decimal(1))
    return Line(
        urn,
        what,
        count.expected,
        cents(amount),
        category=category,
        fewest=count.fewest,
        most=count.most,
        assumption=assumption,
    )


@dataclass(frozen=True, slots=True)
class Context:
    """What a teller of prices may look at beside the resource itself."""

    recording: Recording
    prices: Prices
    on: date


Teller = Callable[[Resource, Context], Iterator[Line | Gap]]
