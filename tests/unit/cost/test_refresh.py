"""A refreshed list: every price from its one product, all of it or nothing, and nothing else touched."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from difflib import ndiff
from pathlib import Path

import pytest

from slipway.cost import prices as prices_module
from slipway.cost.prices import PRICES, parse_prices, prices_of, read_prices
from slipway.cost.refreshing import refresh as refresh_module
from slipway.cost.refreshing.choose import PricesMissingError, UnknownRegionError
from slipway.cost.refreshing.queries import queries
from slipway.cost.refreshing.refresh import Refreshed, refresh
from tests.unit.cost.price_list import Sku, catalogue, client

ON = date(2027, 1, 15)
MANY = re.compile(r" +(?!t3:|t4g:|g6:)[a-z]+\d[a-z]*: {.*large:")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped list, in the place of it; with few types, for reading them takes its time."""
    copy = tmp_path / "prices.yaml"
    lines = PRICES.read_text(encoding="utf-8").splitlines(keepends=True)
    copy.write_text("".join(line for line in lines if not MANY.match(line)), encoding="utf-8")
    monkeypatch.setattr(prices_module, "PRICES", copy)
    monkeypatch.setattr(refresh_module, "PRICES", copy)
    return copy


def run(path: Path, change: Callable[[list[Sku]], list[Sku]] = list, *, drop: bool = False) -> Refreshed:
    prices = read_prices(path)
    skus = change(catalogue(prices))
    return refresh(client(prices, skus), region=None, out=None, on=ON, drop_missing=drop)


def differences(before: str, after: str) -> list[str]:
    return [line for line in ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def comments(text: str) -> list[str]:
    """Return the comments, those beside a source left out, which go with it."""
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line and "https://" not in line]


def of(kind: str) -> Callable[[Sku], bool]:
    return lambda sku: sku.attributes.get("instanceType") == kind or sku.attributes.get("usagetype") == kind


def test_every_price_of_the_list_is_asked_for() -> None:
    prices = read_prices()
    asked = {query.key for query in queries(prices)}
    typed = {
        *(("instances", family, size) for family, sizes in prices.instances.items() for size in sizes),
        *(("databases", "rds", family, size) for family, sizes in prices.databases.rds.items() for size in sizes),
        *(
            ("databases", "elasticache", family, size)
            for family, sizes in prices.databases.elasticache.items()
            for size in sizes
        ),
    }
    flat = prices.model_dump(by_alias=True)
    fixed = {(room, key) for room in ("hourly", "monthly", "usage") for key in flat[room]}
    volumes = {
        ("volumes", name, key)
        for name, volume in flat["volumes"].items()
        for key in ("gib", "iops", "throughput")
        if volume[key]
    }
    assert asked == typed | fixed | volumes | {("databases", "rdsGib", name) for name in prices.databases.rds_gib}


def test_the_same_prices_change_nothing_but_the_day_and_the_source(shipped: Path) -> None:
    before = shipped.read_text(encoding="utf-8")
    done = run(shipped)
    assert done == Refreshed(shipped, len(queries(parse_prices(before))), ())
    changed = differences(before, shipped.read_text(encoding="utf-8"))
    assert [line for line in changed if "date:" not in line and "https://" not in line] == []
    assert "+ date: 2027-01-15" in changed
    assert read_prices(shipped).hourly == parse_prices(before).hourly


def test_a_changed_price_is_written_where_it_stands_and_told(shipped: Path) -> None:
    def dearer(skus: list[Sku]) -> list[Sku]:
        for sku in skus:
            if of("t3.large")(sku) and sku.price == "0.0832":
                sku.price = "0.0835000000"
            if of("USW2-EBS:VolumeP-Throughput.gp3")(sku):
                sku.price = "61.4400000000"  # of a GiB/s
            if of("us-west-2-KMS-Keys")(sku):
                sku.price = "2.0000000000"
        return skus

    before = shipped.read_text(encoding="utf-8")
    done = run(shipped, dearer)
    assert sorted(map(str, done.changes)) == [
        "instances.t3.large: 0.0832 -> 0.0835",
        "monthly.kmsKey: 1 -> 2",
        "volumes.gp3.throughput: 0.04 -> 0.06",
    ]
    after = shipped.read_text(encoding="utf-8")
    renewed = read_prices(shipped)
    assert renewed.instance("t3.large") == Decimal("0.0835")
    assert renewed.volumes["gp3"].throughput == Decimal("0.06")
    assert renewed.monthly.kms_key == 2
    assert comments(before) == comments(after)
    assert renewed.assumptions == parse_prices(before).assumptions


@pytest.mark.parametrize(
    ("gone", "key"),
    [
        ("g6.2xlarge", "instances.g6.2xlarge"),
        ("db.t4g.medium", "databases.rds.t4g.medium"),
        ("USW2-AmazonEKS-Hours:perCluster", "hourly.clusterStandardSupport"),
        ("USW2-VendedLog-Bytes", "usage.flowLogIngestionGib"),
    ],
)
def test_without_one_price_nothing_is_written_and_it_is_named(shipped: Path, gone: str, key: str) -> None:
    before = shipped.read_bytes()
    with pytest.raises(PricesMissingError, match="for 1 price in us-west-2; nothing was written") as error:
        run(shipped, lambda skus: [sku for sku in skus if not of(gone)(sku)])
    assert f"  {key}: no product of " in str(error.value)
    assert ("--drop-missing" in str(error.value)) == ("USW2" not in gone)
    assert shipped.read_bytes() == before


def test_types_that_the_region_lacks_are_left_out_on_demand(shipped: Path) -> None:
    done = run(shipped, lambda skus: [sku for sku in skus if not of("t3.nano")(sku)], drop=True)
    assert list(map(str, done.changes)) == ["instances.t3.nano: 0.0052 -> left out"]
    assert read_prices(shipped).instance("t3.nano") is None
    assert read_prices(shipped).instance("t3.micro")


def test_a_family_without_any_size_left_goes_too(shipped: Path) -> None:
    run(
        shipped, lambda skus: [s for s in skus if not s.attributes.get("instanceType", "").startswith("g6.")], drop=True
    )
    assert "g6" not in read_prices(shipped).instances


def test_what_every_region_has_cannot_be_left_out(shipped: Path) -> None:
    with pytest.raises(PricesMissingError, match=r"monthly\.secret"):
        run(shipped, lambda skus: [sku for sku in skus if sku.service != "AWSSecretsManager"], drop=True)


def test_two_prices_for_one_thing_are_not_chosen_between(shipped: Path) -> None:
    def twice(skus: list[Sku]) -> list[Sku]:
        (nat,) = filter(of("USW2-NatGateway-Hours"), skus)
        return [*skus, Sku(nat.service, nat.family, nat.attributes, "0.0600000000", number=9999)]

    with pytest.raises(PricesMissingError, match=r"differ in price: SKU0002 at 0\.0450000000, SKU9999 at 0\.06"):
        run(shipped, twice)


def test_a_product_without_a_price_on_demand_is_said_to_be_so(shipped: Path) -> None:
    def reserved_only(skus: list[Sku]) -> list[Sku]:
        next(filter(of("g6.2xlarge"), skus)).price = None
        return skus

    with pytest.raises(PricesMissingError, match=r"instances\.g6\.2xlarge: no price on demand of AmazonEC2, .* \(SKU"):
        run(shipped, reserved_only)


def test_another_region_gets_a_list_of_its_own_that_its_stacks_use(shipped: Path) -> None:
    prices = read_prices(shipped)
    skus = catalogue(prices)
    for sku in skus:
        sku.attributes["regionCode"] = "eu-west-1"
        usage = sku.attributes.get("usagetype", "")
        if usage:
            sku.attributes["usagetype"] = usage.replace("USW2-", "EU-").replace("us-west-2-", "eu-west-1-")
        if sku.price == "0.0450000000":
            sku.price = "0.0480000000"
    assert prices_of("eu-west-1") == shipped
    done = refresh(client(prices, skus, "eu-west-1"), region="eu-west-1", out=None, on=ON)
    assert done.path == shipped.with_name("prices-eu-west-1.yaml") == prices_of("eu-west-1")
    own = read_prices(done.path)
    assert (own.region, own.date, own.hourly.nat_gateway) == ("eu-west-1", ON, Decimal("0.048"))
    assert read_prices(shipped).region == "us-west-2"


def test_a_region_that_nobody_knows(shipped: Path) -> None:
    prices = read_prices(shipped)
    with pytest.raises(UnknownRegionError, match="us-wset-2 is no region"):
        refresh(client(prices, catalogue(prices), "us-wset-2"), region="us-wset-2", out=None, on=ON)


def test_another_file(shipped: Path, tmp_path: Path) -> None:
    prices = read_prices(shipped)
    before = shipped.read_bytes()
    done = refresh(client(prices, catalogue(prices)), region=None, out=tmp_path / "mine.yaml", on=ON)
    assert read_prices(done.path).date == ON
    assert shipped.read_bytes() == before
