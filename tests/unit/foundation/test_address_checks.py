"""How many addresses nodes take, and whether a zone's private subnet has them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.address_checks import ADVICE
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.network import NetworkSettings
from components.foundation.node_addresses import node_addresses, subnet_addresses
from components.foundation.pool_plan import Addresses
from components.networking.cni import CniSettings
from tests.support.production import ZONES, stack

LARGE = INSTANCE_TYPES["t3.large"]  # three interfaces of twelve addresses


def advice(cidr: str, pools: dict[str, dict[str, Any]], cni: dict[str, Any] | None = None, **network: Any) -> list[str]:
    settings = stack(
        pools=pools,
        cluster={"maxNodesPerZone": 500},
        network=NetworkSettings.model_validate({"cidr": cidr, "zones": ZONES, **network}),
        cni=CniSettings.model_validate(cni or {}),
    )
    return [each.text for advise in ADVICE for each in advise(settings)]


@pytest.mark.parametrize(
    ("pods", "source", "count"),
    [
        (35, "interfaces", 36),
        (110, "interfaces", 36),  # it has no more, whatever the kubelet is told
        (13, "interfaces", 24),  # eleven pods fill one interface, and one is kept warm
        (14, "interfaces", 36),
        (2, "interfaces", 12),
        (110, "prefixes", 8 * 16 + 1),
        (18, "prefixes", 2 * 16 + 1),
        (110, "overlay", 1),
    ],
)
def test_a_t3_large(pods: int, source: Addresses, count: int) -> None:
    assert node_addresses(LARGE, pods, source) == count


@given(st.sampled_from(sorted(INSTANCE_TYPES)), st.integers(4, 250), st.sampled_from(["interfaces", "prefixes"]))
def test_a_node_has_an_address_for_each_pod_that_it_takes(name: str, pods: int, source: Addresses) -> None:
    kind = INSTANCE_TYPES[name]
    taken = node_addresses(kind, pods, source)
    possible = kind.eni_pods if source == "interfaces" else (kind.eni_pods - 2) * 16 + 2
    assert taken >= min(pods, possible) - 2 + 1
    assert taken <= node_addresses(kind, pods + 1, source)
    if source == "interfaces":
        assert taken <= kind.interfaces * kind.addresses


def test_a_subnet_has_what_aws_leaves_of_it() -> None:
    assert (subnet_addresses("10.0.0.0/24"), subnet_addresses("10.0.0.0/28")) == (251, 11)


def test_more_nodes_than_addresses_are_told_with_the_sum() -> None:
    (text,) = advice("10.40.0.0/21", {"general": {"size": 60}})
    assert "20 t3.large in us-west-2a take 20 x 36 addresses" in text
    assert "10.40.0.0/24 has 251" in text
    assert "so do those of us-west-2b, us-west-2c" in text
    assert advice("10.40.0.0/16", {"general": {"size": 60}}) == []


def test_all_pools_of_a_zone_are_counted_at_their_most() -> None:
    # Six nodes take 216 of 251 addresses; with a seventh of another pool there are too few.
    assert advice("10.40.0.0/21", {"general": {"size": 18}}) == []
    (text,) = advice("10.40.0.0/21", {"general": {"size": 18}, "web": {"instanceTypes": ["t3.large"], "size": 1}})
    assert "6 t3.large in us-west-2a take 6 x 36 and 1 t3.large in us-west-2a take 1 x 36 addresses" in text
    (text,) = advice("10.40.0.0/21", {"general": {"size": 18, "maxSize": 21}})
    assert "7 x 36" in text


def test_ways_out_end_it() -> None:
    pools: dict[str, dict[str, Any]] = {"general": {"size": 60}}
    assert advice("10.40.0.0/21", pools, {"mode": "cni"}) == []
    assert advice("10.40.0.0/20", {"general": {"size": 40, "maxPods": 13}}) == []
    larger = {zone: f"10.40.{16 * index}.0/20" for index, zone in enumerate(ZONES)}
    others = {
        "public": {zone: f"10.40.{64 + index}.0/24" for index, zone in enumerate(ZONES)},
        "intra": {zone: f"10.40.{72 + index}.0/24" for index, zone in enumerate(ZONES)},
    }
    assert advice("10.40.0.0/17", pools, subnets={"private": larger, **others}) == []


def test_an_unknown_type_is_not_counted() -> None:
    assert advice("10.40.0.0/21", {"web": {"instanceTypes": ["z9x.large"], "size": 60}}) == []
