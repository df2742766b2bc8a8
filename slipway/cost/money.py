"""Cents: a unit's month is rounded to them, so that every sum adds up, however it is grouped."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

_CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Return an amount in whole cents."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def cents_below(amount: Decimal) -> Decimal:
    """Return an amount in whole cents that is never more: parts of a whole must not add up to more than it."""
    return amount.quantize(_CENT, ROUND_DOWN)
