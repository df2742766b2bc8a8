"""A breakdown in JSON types. The format is described in docs/guide/cost.md."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from slipway.cost.breakdown import Breakdown, Range, Share


def breakdown_document(breakdown: Breakdown) -> dict[str, Any]:
    """Return the breakdown: amounts in US dollars a month, in whole cents; `delta` only where there is a base."""
    return {
        "currency": "USD",
        "region": breakdown.region,
        "pricedRegion": breakdown.priced_region,
        "pricedOn": breakdown.priced_on.isoformat() if breakdown.priced_on else None,
        "total": _share(breakdown.total),
        "components": _shares(breakdown.components),
        "categories": _shares(breakdown.categories),
        "pools": _shares(breakdown.pools),
        "apps": _shares(breakdown.apps),
        "idle": _range(breakdown.idle),
        "spotSaving": _dollars(breakdown.spot_saving),
        "assumptions": list(breakdown.assumptions),
        "notEstimated": list(breakdown.not_estimated),
    }


def _shares(shares: Iterable[Share]) -> list[dict[str, Any]]:
    return [_share(share) for share in shares]


def _share(share: Share) -> dict[str, Any]:
    delta = {} if share.delta is None else {"delta": _dollars(share.delta)}
    return {"name": share.name, **_range(share.cost), **delta}


def _range(cost: Range) -> dict[str, float]:
    return {"least": _dollars(cost.least), "expected": _dollars(cost.expected), "most": _dollars(cost.most)}


def _dollars(amount: Decimal) -> float:
    return float(round(amount, 2))
