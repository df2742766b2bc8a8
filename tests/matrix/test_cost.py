"""Each way in costs its one load balancer, whoever makes it, and none is counted that nobody asks for."""

from datetime import date

import pytest

from slipway.cost.estimate import estimate
from slipway.cost.prices import read_prices
from tests.matrix.axes import ROWS, Ingress, Row
from tests.matrix.expected import forbidden
from tests.matrix.project import recorded

BALANCERS: dict[Ingress, list[str]] = {
    "istio": ["Network"],
    "alb": ["Application"],
    "nginx": ["Network"],
    "gateway-istio": ["Network"],
    "gateway-envoy": ["Network"],
    "gateway-alb": ["Application"],
    "external": [],
}


@pytest.mark.parametrize("row", [row for row in ROWS if forbidden(row) is None], ids=lambda row: row.name)
def test_the_way_in_is_priced(row: Row) -> None:
    found = estimate(recorded(row), read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert found is not None
    assert found.gaps == ()
    kinds = [line.what.partition(" ")[0] for line in found.lines if " Load Balancer of " in line.what]
    assert kinds == BALANCERS[row.ingress]
