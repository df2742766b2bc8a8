"""Whether a zone's private subnet has addresses for the nodes that the pools may come to, and for their pods."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.node_addresses import node_addresses, subnet_addresses
from components.foundation.pool_plan import Pool, node_pods
from components.foundation.pool_sums import shares
from components.foundation.subnets import computed, fits
from components.networking.vpc_cni import addresses
from components.problem import Advice

if TYPE_CHECKING:
    from components.foundation.network import NetworkSettings
    from components.settings import StackSettings


def subnets(settings: "StackSettings") -> Iterator[Advice]:
    """Say where the nodes at their most, each full of pods, want more addresses than the private subnet has."""
    network: NetworkSettings | None = settings.network
    if network is None:
        return
    wanted: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for pool, share in shares(settings):
        each = _of_node(pool, settings)
        if each is not None:
            name, count = each
            wanted[share.zone].append(
                (share.max_size * count, f"{share.max_size} {name} in {share.zone} take {share.max_size} x {count}")
            )
    short = [(zone, cidr) for zone in wanted if (cidr := _private(network, zone)) and _sum(wanted[zone]) > _has(cidr)]
    if short:
        zone, cidr = short[0]
        others = f"; so do those of {', '.join(zone for zone, _ in short[1:])}" if short[1:] else ""
        yield Advice(
            ("network", "cidr"),
            f"{' and '.join(text for _, text in wanted[zone])} addresses, and the private subnet {cidr} has"
            f" {_has(cidr)}: nodes and pods beyond wait for ever{others}. Take a larger VPC (or network.subnets), fewer"
            " nodes (maxSize), fewer pods on each (maxPods), or an overlay (cni: {mode: cni})",
        )


def _of_node(pool: Pool, settings: "StackSettings") -> tuple[str, int] | None:
    """Return the instance type of a pool that takes most addresses, with their number; None where none is known."""
    source = addresses(settings)
    pods = node_pods(pool, source)
    known = [INSTANCE_TYPES[each] for each in pool.instance_types if each in INSTANCE_TYPES]
    if pods is None or not known:
        return None
    most = max(known, key=lambda each: node_addresses(each, pods, source))
    return most.name, node_addresses(most, pods, source)


def _private(network: "NetworkSettings", zone: str) -> str | None:
    explicit = network.subnets.private.get(zone)
    return explicit or (computed(network.cidr, "private", zone) if fits(network.cidr) else None)


def _sum(wanted: list[tuple[int, str]]) -> int:
    return sum(count for count, _ in wanted)


def _has(cidr: str) -> int:
    return subnet_addresses(cidr)


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (subnets,)
