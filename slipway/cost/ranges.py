"""`Range`: an amount with everything at its fewest, as declared, and at its most."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from slipway.cost.lines import Line


@dataclass(frozen=True, slots=True)
class Range:
    """US dollars a month: with everything at its fewest, as declared, and at its most.

    Each is a case in which sums add up. A part may so be smaller in a case where the whole is greater: an app that
    does not scale shares its nodes with those that do.
    """

    least: Decimal
    expected: Decimal
    most: Decimal

    def __add__(self, other: "Range") -> "Range":
        """Return the sum in each case."""
        return Range(self.least + other.least, self.expected + other.expected, self.most + other.most)

    def __sub__(self, other: "Range") -> "Range":
        """Return the difference in each case."""
        return Range(self.least - other.least, self.expected - other.expected, self.most - other.most)


ZERO = Range(Decimal(0), Decimal(0), Decimal(0))

Case = Callable[[Range], Decimal]
CASES: tuple[Case, Case, Case] = (
    lambda cost: cost.least,
    lambda cost: cost.expected,
    lambda cost: cost.most,
)
"""How to take each of the three cases of a range."""


def total(ranges: Iterable[Range]) -> Range:
    """Return the sum in each case."""
    return sum(ranges, ZERO)


def of_line(line: Line) -> Range:
    """Return what a line costs in each case."""
    fewest = line.quantity if line.fewest is None else line.fewest
    most = line.quantity if line.most is None else line.most
    return Range(fewest * line.unit, line.monthly, most * line.unit)
