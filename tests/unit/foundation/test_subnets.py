"""The subnet layout by example; what holds in general is in tests/property."""

import re
from pathlib import Path

import pytest

from components.foundation import subnets
from components.foundation.subnets import collisions, computed, fits, next_free, outside, plan

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")


def test_the_layout_of_a_16() -> None:
    assert plan("10.0.0.0/16", ZONES, {}) == {
        "public": {"us-west-2a": "10.0.192.0/22", "us-west-2b": "10.0.196.0/22", "us-west-2c": "10.0.200.0/22"},
        "private": {"us-west-2a": "10.0.0.0/19", "us-west-2b": "10.0.32.0/19", "us-west-2c": "10.0.64.0/19"},
        "intra": {"us-west-2a": "10.0.224.0/24", "us-west-2b": "10.0.225.0/24", "us-west-2c": "10.0.226.0/24"},
    }


@pytest.mark.parametrize("row", [line for line in (subnets.__doc__ or "").splitlines() if line.startswith("/")])
def test_the_documented_sizes(row: str) -> None:
    vpc, private, public, intra = row.split()
    planned = plan(f"10.0.0.0{vpc}", ["us-west-2a"], {})
    sizes = {role: "/" + cidrs["us-west-2a"].partition("/")[2] for role, cidrs in planned.items()}
    assert sizes == {"private": private, "public": public, "intra": intra}


def test_the_documentation_covers_every_size() -> None:
    rows = [line.split()[0] for line in (subnets.__doc__ or "").splitlines() if line.startswith("/")]
    assert rows == [f"/{prefix}" for prefix in range(33) if fits(f"0.0.0.0/{prefix}")]


def test_the_guide_has_the_same_table() -> None:
    guide = Path(__file__, "../../../../docs/guide/network.md").resolve().read_text(encoding="utf-8")
    rows = re.findall(r"^\| (/\d+) \| (/\d+) \| (/\d+) \| (/\d+) \| ([\d,]+) \|$", guide, re.MULTILINE)
    documented = [line.split() for line in (subnets.__doc__ or "").splitlines() if line.startswith("/")]
    assert [list(row[:4]) for row in rows] == documented
    usable = [2 ** (32 - int(private[1:])) - 5 for _, private, *_ in rows]  # AWS reserves five
    assert [int(row[4].replace(",", "")) for row in rows] == usable


def test_the_sixth_zone_has_its_place() -> None:
    assert computed("10.0.0.0/21", "private", "us-east-1f") == "10.0.5.0/24"
    assert computed("10.0.0.0/21", "public", "us-east-1f") == "10.0.6.160/27"
    assert computed("10.0.0.0/21", "intra", "us-east-1f") == "10.0.7.80/28"


@pytest.mark.parametrize("vpc", ["10.0.0.0/22", "10.0.0.0/15"])
def test_a_vpc_out_of_range_is_refused_with_what_is_allowed(vpc: str) -> None:
    with pytest.raises(ValueError, match=rf"{vpc} cannot be laid out: a VPC is from /16 to /21"):
        computed(vpc, "private", "us-west-2a")


def test_an_explicit_subnet_takes_the_place_of_the_layouts() -> None:
    planned = plan("10.0.0.0/16", ZONES, {"public": {"us-west-2b": "10.0.240.0/24"}})
    assert planned["public"]["us-west-2b"] == "10.0.240.0/24"
    assert planned["public"]["us-west-2a"] == "10.0.192.0/22"


def test_a_small_vpc_works_when_every_subnet_is_explicit() -> None:
    explicit = {"public": "10.0.0.0/26", "private": "10.0.0.64/26", "intra": "10.0.0.128/28"}
    planned = plan("10.0.0.0/24", ["us-west-2a"], {role: {"us-west-2a": explicit[role]} for role in subnets.ROLES})
    assert {role: cidrs["us-west-2a"] for role, cidrs in planned.items()} == explicit


def test_collisions_name_both_subnets() -> None:
    planned = plan("10.0.0.0/16", ZONES, {"intra": {"us-west-2a": "10.0.192.0/24"}})
    assert list(collisions(planned)) == [(("public", "us-west-2a"), ("intra", "us-west-2a"))]


@pytest.mark.parametrize(
    ("subnet", "expected"), [("10.0.255.0/24", False), ("10.1.0.0/24", True), ("10.0.0.0/15", True)]
)
def test_outside(subnet: str, expected: bool) -> None:
    assert outside("10.0.0.0/16", subnet) is expected


@pytest.mark.parametrize(
    ("network", "taken", "expected"),
    [
        ("10.0.0.0/16", ["10.0.0.0/16"], "10.1.0.0/16"),
        ("10.0.0.0/16", ["10.0.0.0/14", "10.4.7.0/24"], "10.5.0.0/16"),
        ("172.20.0.0/16", ["172.20.0.0/16"], "172.21.0.0/16"),
        ("10.0.0.0/16", ["10.0.0.0/8"], "172.16.0.0/16"),
        ("10.255.0.0/16", ["10.255.0.0/16"], "172.16.0.0/16"),
        ("192.168.0.0/16", ["192.168.0.0/24"], "10.0.0.0/16"),
        ("10.0.0.0/16", ["10.0.0.0/8", "172.16.0.0/12", "192.168.7.0/24"], None),
        ("100.64.0.0/16", ["100.64.0.0/16"], "10.0.0.0/16"),
    ],
)
def test_the_next_free_network(network: str, taken: list[str], expected: str | None) -> None:
    assert next_free(network, taken) == expected
