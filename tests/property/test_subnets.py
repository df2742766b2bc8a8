"""What holds of the subnet layout whatever the VPC and the zones."""

from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from components.foundation.subnets import (
    LARGEST_PREFIX,
    ROLES,
    SMALLEST_PREFIX,
    SMALLEST_SUBNET_PREFIX,
    ZONE_LETTERS,
    collisions,
    next_free,
    outside,
    overlap,
    plan,
)


def networks(smallest: int = 32, largest: int = 0) -> st.SearchStrategy[str]:
    return st.builds(
        lambda address, prefix: str(IPv4Network((address, prefix), strict=False)),
        st.integers(0, 2**32 - 1),
        st.integers(largest, smallest),
    )


vpcs = networks(smallest=SMALLEST_PREFIX, largest=LARGEST_PREFIX)
zones = st.lists(st.sampled_from([f"us-west-2{letter}" for letter in ZONE_LETTERS]), unique=True, min_size=1)


@given(vpcs, zones)
def test_every_role_has_a_subnet_in_every_zone_inside_the_vpc(vpc: str, names: list[str]) -> None:
    planned = plan(vpc, names, {})
    assert list(planned) == list(ROLES)
    for cidrs in planned.values():
        assert list(cidrs) == names
        assert not any(outside(vpc, cidr) for cidr in cidrs.values())


@given(vpcs, zones)
def test_subnets_are_disjoint(vpc: str, names: list[str]) -> None:
    assert not list(collisions(plan(vpc, names, {})))


@given(vpcs, zones)
def test_no_subnet_moves_when_zones_come_go_or_change_order(vpc: str, names: list[str]) -> None:
    everywhere = plan(vpc, [f"us-west-2{letter}" for letter in ZONE_LETTERS], {})
    assert plan(vpc, names, {}) == {role: {zone: everywhere[role][zone] for zone in names} for role in ROLES}


@given(vpcs)
def test_private_subnets_are_the_largest_and_all_are_big_enough_for_aws(vpc: str) -> None:
    prefixes = {role: IPv4Network(cidrs["eu-central-1a"]).prefixlen for role, cidrs in _in_one_zone(vpc).items()}
    assert prefixes["private"] == IPv4Network(vpc).prefixlen + 3
    assert prefixes["private"] + 3 == prefixes["public"] <= 27  # what an Application Load Balancer needs
    assert prefixes["public"] < prefixes["intra"] <= SMALLEST_SUBNET_PREFIX


@given(vpcs)
def test_the_last_sixteenth_stays_free(vpc: str) -> None:
    network = IPv4Network(vpc)
    *_, spare = network.subnets(prefixlen_diff=4)
    full = plan(vpc, [f"us-east-1{letter}" for letter in ZONE_LETTERS], {})
    assert not any(overlap(str(spare), cidr) for cidrs in full.values() for cidr in cidrs.values())


@given(networks(smallest=28, largest=16), st.lists(networks(smallest=28, largest=4), max_size=8))
def test_a_proposed_network_is_free_and_of_the_same_size(network: str, taken: list[str]) -> None:
    proposed = next_free(network, taken)
    if proposed is not None:
        assert not any(overlap(proposed, each) for each in taken)
        assert IPv4Network(proposed).prefixlen == IPv4Network(network).prefixlen
        assert IPv4Network(proposed).is_private


def _in_one_zone(vpc: str) -> dict[str, dict[str, str]]:
    return {str(role): cidrs for role, cidrs in plan(vpc, ["eu-central-1a"], {}).items()}
