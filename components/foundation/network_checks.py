"""What is wrong, or worth knowing, about a stack's account, region and network."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from components.foundation import region_checks, subnet_checks
from components.foundation.nat import gateway_zones
from components.foundation.pool_sums import network_zones
from components.foundation.quotas import ELASTIC_IPS
from components.foundation.subnets import next_free, overlap
from components.networking.cni import overlay
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


def account(settings: "StackSettings") -> Iterator[Problem]:
    """`aws` is there for a cluster that is built, and only then."""
    yield from _built_only(settings, "aws", settings.aws is not None)
    if settings.aws is None and settings.cluster.existing is None:
        yield Problem(("aws",), "an EKS cluster needs a region", "nothing", "aws: {region: us-west-2}")


def vpc(settings: "StackSettings") -> Iterator[Problem]:
    """`network` is there for a cluster that is built, and only then."""
    yield from _built_only(settings, "network", settings.network is not None)
    if settings.network is None and settings.cluster.existing is None:
        yield Problem(("network",), "an EKS cluster needs a network", "nothing", "network: {} or more")


def nodes(settings: "StackSettings") -> Iterator[Problem]:
    """`nodePools` are only there for a cluster that is built."""
    yield from _built_only(settings, "nodePools", bool(settings.node_pools))


def two_zones(settings: "StackSettings") -> Iterator[Problem]:
    """There are two zones at least."""
    network = settings.network
    if network is None or network.zones is None:
        return
    if len(set(network.zones)) == 1:
        yield Problem(("network", "zones"), "EKS needs subnets in two zones", network.zones[0], "two to six zones")


def vpc_overlaps(settings: "StackSettings") -> Iterator[Problem]:
    """The VPC shares no address with what its hosts have to reach elsewhere."""
    if settings.network is None:
        return
    taken = _taken(settings)
    for what, cidr in taken:
        if overlap(settings.network.cidr, cidr):
            yield Problem(
                ("network", "cidr"),
                f"overlaps {what} {cidr}",
                settings.network.cidr,
                f"a network that shares no address with {cidr}",
                next_free(settings.network.cidr, [*(each for _, each in taken), *_pods(settings)]),
            )


def ways_out(settings: "StackSettings") -> Iterator[Advice]:
    """Say what a saved NAT gateway costs otherwise."""
    if settings.network is None:
        return
    path = ("network", "natGateways")
    if settings.network.nat_gateways == "single" and settings.environment == "production":
        yield Advice(
            path,
            "one NAT gateway: when its zone fails, no zone reaches the internet, and traffic from the other zones is"
            " billed across zones; natGateways: per-zone avoids both",
        )


def elastic_ips(settings: "StackSettings") -> Iterator[Advice]:
    """Every NAT gateway has an Elastic IP, which AWS gives few of; the stack makes no others."""
    if settings.network is None:
        return
    wanted = len(set(gateway_zones(settings.network.nat_gateways, network_zones(settings)).values()))
    if wanted > ELASTIC_IPS.default:
        yield Advice(
            ("network", "natGateways"),
            f"{wanted} NAT gateways take as many Elastic IPs: the quota is {ELASTIC_IPS} in a region, for all that the"
            " account has there; have it raised before deploying, or take natGateways: single",
        )


def traffic_records(settings: "StackSettings") -> Iterator[Advice]:
    """A production network without flow logs leaves no trace to investigate."""
    network = settings.network
    if network is not None and settings.environment == "production" and not network.flow_logs.enabled:
        yield Advice(
            ("network", "flowLogs", "enabled"),
            "no flow logs in production: after an incident nothing shows who talked to whom; enable them, with"
            " trafficType: REJECT where the volume is the concern",
        )


def _built_only(settings: "StackSettings", key: str, present: bool) -> Iterator[Problem]:
    if present and settings.cluster.existing is not None:
        yield Problem(
            (key,),
            "an existing cluster has its own: Slipway makes no AWS resource for it",
            f"{key} beside cluster.existing",
            f"either {key} or cluster.existing",
        )


def _taken(settings: "StackSettings") -> list[tuple[str, str]]:
    """Return what the VPC must not overlap, as (what it is, its CIDR)."""
    taken: list[tuple[str, str]] = []
    for source in (_reserved, _services):
        with suppress(AttributeError):  # a room with a mistake of its own lacks the value; the others still count
            taken += source(settings)
    return taken


def _reserved(settings: "StackSettings") -> list[tuple[str, str]]:
    return [("the reserved network", cidr) for cidr in settings.network.reserved_cidrs] if settings.network else []


def _services(settings: "StackSettings") -> list[tuple[str, str]]:
    return [("the Kubernetes Service network", settings.cluster.service_cidr)]


def _pods(settings: "StackSettings") -> list[str]:
    """Return Calico's pod network: an overlap is reported where that is set, a suggestion here keeps clear of it."""
    with suppress(AttributeError):
        return [settings.cni.pod_cidr] if overlay(settings) else []
    return []


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    account,
    vpc,
    nodes,
    two_zones,
    *region_checks.CHECKS,
    vpc_overlaps,
    *subnet_checks.CHECKS,
)
"""Each asks for as little as it can, because a check says nothing when a value that it asks for is itself wrong."""

ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    ways_out,
    elastic_ips,
    traffic_records,
    *region_checks.ADVICE,
)
