"""What the network's checks refuse, and what they advise."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from components.foundation import region_checks
from components.foundation.cluster import ClusterSettings
from components.foundation.network import NetworkSettings
from components.foundation.network_checks import ADVICE, CHECKS, elastic_ips, vpc_overlaps
from components.foundation.provider import AwsSettings
from components.networking.cni import CniSettings
from components.problem import Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

ZONES = ["us-west-2a", "us-west-2b"]


def stack(network: dict[str, object] | None, **rooms: Any) -> "StackSettings":
    """Return the rooms that the checks ask for; a room that is given replaces its default."""
    return cast(
        "StackSettings",
        SimpleNamespace(
            **{
                "environment": "production",
                "aws": AwsSettings(region="us-west-2"),
                "network": None if network is None else NetworkSettings.model_validate(network),
                "cluster": ClusterSettings(version="1.35"),
                "cni": CniSettings(),
                "node_pools": {},
                **rooms,
            }
        ),
    )


def problems(settings: "StackSettings") -> list[Problem]:
    return [problem for check in CHECKS for problem in check(settings)]


def advice(settings: "StackSettings") -> list[tuple[str | int, ...]]:
    return [each.path for check in ADVICE for each in check(settings)]


def test_the_defaults_are_in_order() -> None:
    assert problems(stack({})) == []
    assert advice(stack({})) == []


def test_a_cluster_to_build_needs_an_account_and_a_network() -> None:
    found = problems(stack(None, aws=None))
    assert [(problem.path, problem.found) for problem in found] == [(("aws",), "nothing"), (("network",), "nothing")]


def test_an_existing_cluster_excludes_what_would_be_built() -> None:
    existing = ClusterSettings.model_validate({"existing": {"context": "kind-slipway"}})
    assert [problem.path for problem in problems(stack({}, cluster=existing, node_pools={"general": object()}))] == [
        ("aws",),
        ("network",),
        ("nodePools",),
    ]
    assert problems(stack(None, aws=None, cluster=existing)) == []


def test_zones_are_of_the_region() -> None:
    found = problems(stack({"zones": ["us-west-2a", "us-east-1b"]}))
    assert found == [
        Problem(
            ("network", "zones", 1),
            "not a zone of us-west-2",
            "us-east-1b",
            "us-west-2a, us-west-2b, us-west-2c, us-west-2d",
            "us-west-2b",
        ),
    ]


def test_one_zone_is_too_few_for_eks() -> None:
    assert [problem.path for problem in problems(stack({"zones": ZONES[:1]}))] == [("network", "zones")]


@pytest.mark.parametrize(
    ("cidr", "rooms", "what"),
    [
        ("10.0.0.0/16", {"reserved": ["10.0.128.0/20"]}, "the reserved network 10.0.128.0/20"),
        ("172.20.0.0/16", {}, "the Kubernetes Service network 172.20.0.0/16"),
    ],
)
def test_the_vpc_overlaps_nothing(cidr: str, rooms: dict[str, Any], what: str) -> None:
    reserved = rooms.pop("reserved", [])
    (problem,) = problems(stack({"cidr": cidr, "reservedCidrs": reserved}, **rooms))
    assert (problem.path, problem.message, problem.found) == (("network", "cidr"), f"overlaps {what}", cidr)
    assert problem.nearest is not None
    assert problems(stack({"cidr": problem.nearest, "reservedCidrs": reserved}, **rooms)) == []


def test_a_suggested_network_keeps_clear_of_the_pods_and_their_overlap_is_reported_at_their_own_key() -> None:
    overlay = CniSettings(mode="cni", pod_cidr="10.1.0.0/16")
    reserved: dict[str, object] = {"cidr": "10.0.0.0/16", "reservedCidrs": ["10.0.0.0/16"]}
    assert [problem.nearest for problem in problems(stack(reserved, cni=overlay))] == ["10.2.0.0/16"]
    assert [problem.nearest for problem in problems(stack(reserved))] == ["10.1.0.0/16"]
    assert problems(stack({"cidr": "10.1.0.0/16"}, cni=overlay)) == []


def test_an_overlap_shows_even_when_another_room_is_wrong() -> None:
    settings = stack({"cidr": "10.0.0.0/16", "reservedCidrs": ["10.0.0.0/8"]}, cluster=SimpleNamespace())
    assert [problem.message for problem in vpc_overlaps(settings)] == ["overlaps the reserved network 10.0.0.0/8"]


def test_a_vpc_is_big_enough_for_the_layout() -> None:
    (problem,) = problems(stack({"cidr": "10.0.0.0/22"}))
    assert (problem.path, problem.found) == (("network", "cidr"), "10.0.0.0/22")
    assert problem.allowed == "/16 to /21, or every subnet of every zone under network.subnets"


def test_a_small_vpc_with_explicit_subnets_is_in_order() -> None:
    subnets = {
        "public": {"us-west-2a": "10.0.0.0/26", "us-west-2b": "10.0.0.64/26"},
        "private": {"us-west-2a": "10.0.1.0/24", "us-west-2b": "10.0.2.0/24"},
        "intra": {"us-west-2a": "10.0.0.128/28", "us-west-2b": "10.0.0.144/28"},
    }
    assert problems(stack({"cidr": "10.0.0.0/22", "zones": ZONES, "subnets": subnets})) == []
    del subnets["intra"]["us-west-2b"]
    (problem,) = problems(stack({"cidr": "10.0.0.0/22", "zones": ZONES, "subnets": subnets}))
    assert problem.path == ("network", "cidr")


@pytest.mark.parametrize(
    ("subnets", "path", "message", "nearest"),
    [
        (
            {"public": {"us-west-2d": "10.0.240.0/24"}},
            ("public", "us-west-2d"),
            "no such zone in this network",
            "us-west-2b",
        ),
        ({"intra": {"us-west-2a": "10.1.0.0/24"}}, ("intra", "us-west-2a"), "outside the VPC", None),
        (
            {"public": {"us-west-2a": "10.0.0.0/24"}},
            ("public", "us-west-2a"),
            "overlaps the private subnet of us-west-2a, 10.0.0.0/19",
            None,
        ),
        (
            {"private": {"us-west-2b": "10.0.192.0/24"}},
            ("private", "us-west-2b"),
            "overlaps the public subnet of us-west-2a, 10.0.192.0/22",
            None,
        ),
        (
            {"public": {"us-west-2a": "10.0.240.0/24"}, "intra": {"us-west-2b": "10.0.240.0/26"}},
            ("intra", "us-west-2b"),
            "overlaps the public subnet of us-west-2a, 10.0.240.0/24",
            None,
        ),
    ],
)
def test_explicit_subnets(subnets: dict[str, object], path: tuple[str, str], message: str, nearest: str | None) -> None:
    (problem,) = problems(stack({"zones": ZONES, "subnets": subnets}))
    assert problem.path == ("network", "subnets", *path)
    assert (problem.message, problem.nearest) == (message, nearest)


def test_a_missing_region_hides_only_what_needs_it() -> None:
    found = problems(stack({"cidr": "10.0.0.0/24", "subnets": {"intra": {"us-west-2a": "10.9.0.0/28"}}}, aws=None))
    assert [problem.path for problem in found] == [
        ("aws",),
        ("network", "cidr"),
        ("network", "subnets", "intra", "us-west-2a"),
    ]
    assert list(region_checks.zones_of_region(stack({"zones": ["us-west-2a", "us-east-1b"]}, aws=None))) == []


@pytest.mark.parametrize(
    ("environment", "network", "expected"),
    [
        ("production", {"natGateways": "single"}, [("network", "natGateways")]),
        ("staging", {"natGateways": "single"}, []),
        ("production", {"flowLogs": {"enabled": False}}, [("network", "flowLogs", "enabled")]),
        ("development", {"flowLogs": {"enabled": False}}, []),
        ("local", None, []),
    ],
)
def test_advice(environment: str, network: dict[str, object] | None, expected: list[tuple[str, ...]]) -> None:
    assert advice(stack(network, environment=environment)) == expected


def elastic(network: dict[str, Any]) -> list[str]:
    return [each.text for each in elastic_ips(stack(network))]


def test_more_nat_gateways_than_elastic_ips_are_told() -> None:
    six = [f"us-west-2{letter}" for letter in "abcdef"]
    (text,) = elastic({"zones": six})
    assert text.startswith("6 NAT gateways")
    assert "L-0263D0A3, by default 5" in text
    for fewer in ({"zones": six[:5]}, {"zones": six, "natGateways": "single"}, {"zones": six, "natGateways": "none"}):
        assert elastic(fewer) == []
