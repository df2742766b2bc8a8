"""What an estimate is made of: priced lines, and gaps where something has a cost that is not known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from slipway.cost.prices import Prices
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


@dataclass(frozen=True, slots=True)
class Line:
    """One priced thing: `quantity` times `unit` (US dollars a month each). `saving` is what spot saves of it."""

    urn: str
    what: str
    quantity: Decimal
    unit: Decimal
    saving: Decimal = Decimal(0)

    @property
    def monthly(self) -> Decimal:
        """US dollars a month."""
        return self.quantity * self.unit


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that costs money, and how much is not known: `what` it is and why not."""

    urn: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a teller of prices may look at beside the resource itself."""

    recording: Recording
    prices: Prices
    on: date


Teller = Callable[[Resource, Context], Iterator[Line | Gap]]
