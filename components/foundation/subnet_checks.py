"""What is wrong about a stack's subnets: the layout's and the explicit ones."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.regions import default_zones, known
from components.foundation.subnets import (
    LARGEST_PREFIX,
    ROLES,
    SMALLEST_PREFIX,
    Plan,
    Role,
    collisions,
    computed,
    fits,
    outside,
)
from components.problem import Problem, unknown_word

if TYPE_CHECKING:
    from components.foundation.network import NetworkSettings
    from components.settings import StackSettings


def vpc_size(settings: "StackSettings") -> Iterator[Problem]:
    """The layout serves the VPC, or every subnet is explicit."""
    network = settings.network
    if network is None or fits(network.cidr):
        return
    explicit = network.subnets.by_role()
    zones = _zones(settings, network)
    if not zones or any(zone not in explicit[role] for role in ROLES for zone in zones):
        yield Problem(
            ("network", "cidr"),
            "too small for the subnet layout",
            network.cidr,
            f"/{LARGEST_PREFIX} to /{SMALLEST_PREFIX}, or every subnet of every zone under network.subnets",
        )


def subnets_of_zones(settings: "StackSettings") -> Iterator[Problem]:
    """Explicit subnets are of zones that the network has."""
    if settings.network is None:
        return
    known = _zones(settings, settings.network)
    for role, zone, _ in _explicit(settings.network):
        if known and zone not in known:
            yield unknown_word(("network", "subnets", role, zone), "zone in this network", zone, known)


def subnets_inside(settings: "StackSettings") -> Iterator[Problem]:
    """Explicit subnets are parts of the VPC."""
    network = settings.network
    if network is None:
        return
    for role, zone, cidr in _explicit(network):
        if outside(network.cidr, cidr):
            yield Problem(("network", "subnets", role, zone), "outside the VPC", cidr, f"a part of {network.cidr}")


def subnets_apart(settings: "StackSettings") -> Iterator[Problem]:
    """Explicit subnets share no address with another subnet, explicit or not."""
    network = settings.network
    if network is None:
        return
    planned = _plan_as_far_as_possible(settings, network)
    chosen = {(role, zone) for role, zone, _ in _explicit(network)}
    for pair in collisions(planned):
        (by_role, by_zone), (role, zone) = pair if pair[1] in chosen else pair[::-1]
        yield Problem(
            ("network", "subnets", role, zone),
            f"overlaps the {by_role} subnet of {by_zone}, {planned[by_role][by_zone]}",
            planned[role][zone],
            f"a part of {network.cidr} that no other subnet has",
        )


def _explicit(network: "NetworkSettings") -> Iterator[tuple[Role, str, str]]:
    for role, cidrs in network.subnets.by_role().items():
        for zone, cidr in cidrs.items():
            yield role, zone, cidr


def _zones(settings: "StackSettings", network: "NetworkSettings") -> tuple[str, ...]:
    """Return the zones without repeats; none where nothing says them, because the region is missing, too."""
    if network.zones is not None:
        return tuple(dict.fromkeys(network.zones))
    return default_zones(settings.aws.region) if settings.aws and known(settings.aws.region) else ()


def _plan_as_far_as_possible(settings: "StackSettings", network: "NetworkSettings") -> Plan:
    """Return the plan, with only the explicit subnets where the layout does not serve the VPC."""
    explicit = network.subnets.by_role()
    return {
        role: {
            zone: explicit[role].get(zone) or computed(network.cidr, role, zone)
            for zone in _zones(settings, network)
            if zone in explicit[role] or fits(network.cidr)
        }
        for role in ROLES
    }


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    vpc_size,
    subnets_of_zones,
    subnets_inside,
    subnets_apart,
)
