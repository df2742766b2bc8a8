"""The price list itself."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import DEFAULTS
from components.foundation.withdrawn import WITHDRAWN
from slipway.cost.prices import PRICES, VolumePrices, read_prices


def test_prices_are_exact_decimals_of_a_named_day_and_place() -> None:
    prices = read_prices()
    assert prices.instance("t3.large") == Decimal("0.0832")
    assert prices.hourly.cluster_standard_support == Decimal("0.1")
    assert prices.month(Decimal("0.1")) == 73
    assert (prices.region, prices.date) == ("us-west-2", date(2026, 11, 21))
    assert all(source.startswith("https://aws.amazon.com/") for source in prices.sources)


@pytest.mark.parametrize("name", ["t3.large", "r5.xlarge", "g6.2xlarge", "m6i.xlarge", "g5.xlarge"])
def test_the_types_that_slipway_suggests_have_a_price(name: str) -> None:
    assert read_prices().instance(name)


@pytest.mark.parametrize("name", sorted({each for pool in DEFAULTS.values() for each in pool.instance_types}))
def test_every_type_that_a_pool_has_by_default_has_a_price(name: str) -> None:
    assert read_prices().instance(name)


@pytest.mark.parametrize("name", sorted({each for gone in WITHDRAWN.values() for each in gone.instead}))
def test_what_aws_has_withdrawn_has_none(name: str) -> None:
    assert read_prices().instance(name) is None


def test_every_priced_type_is_one_that_aws_describes() -> None:
    priced = {f"{family}.{size}" for family, sizes in read_prices().instances.items() for size in sizes}
    assert priced <= INSTANCE_TYPES.keys()


def test_unknown_types_have_none() -> None:
    prices = read_prices()
    assert [prices.instance(name) for name in ("x9.large", "t3.huge", "t3", "")] == [None] * 4


def test_a_bigger_size_of_a_known_family_never_costs_less() -> None:
    prices = read_prices()
    sizes = [
        (kind.name.partition(".")[0], kind.vcpu, price)
        for kind in INSTANCE_TYPES.values()
        if kind.gpus == 0 and (price := prices.instance(kind.name)) is not None and kind.vcpu > 1
    ]
    assert len(sizes) > 50
    for family, vcpu, price in sizes:
        larger = [other for kin, size, other in sizes if kin == family and size > vcpu]
        assert all(other > price for other in larger), family


def test_a_volume() -> None:
    prices = VolumePrices.model_validate({"gib": "0.1", "iops": "0.01", "freeIops": 100})
    assert prices.monthly(Decimal(10), Decimal(300), Decimal(9999)) == Decimal("3.0")
    assert prices.monthly(Decimal(10), Decimal(50), None) == Decimal(1)


def test_a_list_with_a_mistake_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "prices.yaml"
    broken.write_text(PRICES.read_text(encoding="utf-8").replace("kmsKey:", "kmsKeys:"), encoding="utf-8")
    with pytest.raises(ValidationError, match="kmsKeys"):
        read_prices(broken)
