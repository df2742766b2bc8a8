"""What a stack's node pools come to together: their groups, and the nodes of each zone."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from components.foundation.pool_fit import Group
from components.foundation.pool_plan import Pool, resolvable
from components.foundation.regions import known
from components.foundation.zones import ZoneGroup, zone_groups

if TYPE_CHECKING:
    from components.settings import StackSettings


def network_zones(settings: "StackSettings") -> tuple[str, ...]:
    """Return the network's zones, none where they are not known."""
    if settings.network is None or (
        settings.network.zones is None and (settings.aws is None or not known(settings.aws.region))
    ):
        return ()
    return settings.network.zones_in(settings.aws.region if settings.aws else "")


def shares(settings: "StackSettings") -> Iterator[tuple[Pool, ZoneGroup]]:
    """Give every node group as its pool and its share in a zone, of the pools that can be planned."""
    for pool in resolvable(settings.node_pools or {}).values():
        zones = pool.zones or network_zones(settings)
        if zones and pool.min_size <= pool.size <= pool.max_size:
            for share in zone_groups(zones, size=pool.size, min_size=pool.min_size, max_size=pool.max_size):
                yield pool, share


def groups(settings: "StackSettings") -> tuple[Group, ...]:
    """Return the node groups, for the question which of them can run a pod."""
    return tuple(Group(pool, share.zone, share.size) for pool, share in shares(settings))


def scaled(settings: "StackSettings") -> bool:
    """Tell whether something changes the number of nodes; otherwise a pool has as many as its size says."""
    return settings.autoscaling.nodes == "external"


def fewest_by_zone(settings: "StackSettings") -> Counter[str]:
    """Return the fewest nodes that each zone may come to have, over all pools."""
    found: Counter[str] = Counter()
    for _, share in shares(settings):
        found[share.zone] += share.min_size if scaled(settings) else share.size
    return found


def most_by_zone(settings: "StackSettings") -> Counter[str]:
    """Return the most nodes that AWS would let each zone have, over all pools."""
    found: Counter[str] = Counter()
    for _, share in shares(settings):
        found[share.zone] += share.max_size
    return found
