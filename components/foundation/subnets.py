"""Which addresses each subnet gets: pure arithmetic on the VPC's network.

The VPC is cut into eight equal blocks. Six of them are the private subnets, one for each zone letter from a to f:
nodes and, under the VPC CNI, every pod take addresses there. The seventh is cut into eight again, for the public
subnets (load balancers and NAT gateways). The eighth starts with the intra subnets (the control plane's network
interfaces); its upper half stays free.

A zone's place is its letter's, not its position in a list. So no subnet ever moves when zones come or go.

======  =======  ======  =====
VPC     private  public  intra
======  =======  ======  =====
/16     /19      /22     /24
/17     /20      /23     /25
/18     /21      /24     /26
/19     /22      /25     /27
/20     /23      /26     /28
/21     /24      /27     /28
======  =======  ======  =====
"""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Network
from itertools import combinations, islice
from typing import Literal, get_args

Role = Literal["public", "private", "intra"]
ROLES: tuple[Role, ...] = get_args(Role)

ZONE_LETTERS = "abcdef"
"""The letters that a place is kept for: no region has more than six zones."""

LARGEST_PREFIX, SMALLEST_PREFIX = 16, 21
"""The VPC sizes that the layout serves. AWS allows no more than /16; below /21 the public subnets would be smaller than
the /27 that an Application Load Balancer needs."""

SMALLEST_SUBNET_PREFIX = 28
"""The smallest subnet in AWS, which reserves five of its sixteen addresses."""

PRIVATE_RANGES = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""The private address ranges of RFC 1918."""

Plan = dict[Role, dict[str, str]]
"""CIDRs by role and zone name."""


def fits(vpc: str) -> bool:
    """Tell whether the layout serves a VPC of this size."""
    return LARGEST_PREFIX <= IPv4Network(vpc).prefixlen <= SMALLEST_PREFIX


def computed(vpc: str, role: Role, zone: str) -> str:
    """Return the CIDR that the layout gives to a role in a zone, whose name ends in a to f.

    Raises ValueError for a VPC that the layout does not serve.
    """
    network = IPv4Network(vpc)
    if not fits(vpc):
        raise ValueError(f"{vpc} cannot be laid out: a VPC is from /{LARGEST_PREFIX} to /{SMALLEST_PREFIX}")
    place = ZONE_LETTERS.index(zone[-1])
    *zones, public, intra = network.subnets(prefixlen_diff=3)
    if role == "private":
        return str(zones[place])
    if role == "public":
        return _nth(public.subnets(prefixlen_diff=3), place)
    return _nth(intra.subnets(new_prefix=min(network.prefixlen + 8, SMALLEST_SUBNET_PREFIX)), place)


def plan(vpc: str, zones: Iterable[str], explicit: Mapping[Role, Mapping[str, str]]) -> Plan:
    """Return every subnet's CIDR: the explicit one where there is one, else the layout's.

    Raises ValueError where the layout is needed and does not serve the VPC.
    """
    return {
        role: {zone: explicit.get(role, {}).get(zone) or computed(vpc, role, zone) for zone in zones} for role in ROLES
    }


def outside(vpc: str, subnet: str) -> bool:
    """Tell whether a subnet is not wholly in the VPC."""
    return not IPv4Network(subnet).subnet_of(IPv4Network(vpc))


def overlap(one: str, other: str) -> bool:
    """Tell whether two networks share an address."""
    return IPv4Network(one).overlaps(IPv4Network(other))


def collisions(planned: Plan) -> Iterator[tuple[tuple[Role, str], tuple[Role, str]]]:
    """Give the pairs of subnets, each as (role, zone), that share an address."""
    places = [(role, zone) for role, zones in planned.items() for zone in zones]
    for one, other in combinations(places, 2):
        if overlap(planned[one[0]][one[1]], planned[other[0]][other[1]]):
            yield one, other


def next_free(network: str, taken: Iterable[str]) -> str | None:
    """Return the next private network of the same size that overlaps none of `taken`, or None.

    The search goes up from `network` in its own private range, then through the other ranges.
    """
    wanted = IPv4Network(network)
    others = [IPv4Network(each) for each in taken]
    for within in sorted(PRIVATE_RANGES, key=lambda each: not wanted.subnet_of(each)):
        start = wanted if wanted.subnet_of(within) else within
        found = _first_free(int(start.network_address), int(within.broadcast_address), wanted.prefixlen, others)
        if found is not None:
            return str(found)
    return None


def _first_free(start: int, last: int, prefix: int, taken: Iterable[IPv4Network]) -> IPv4Network | None:
    size = 1 << (32 - prefix)
    while start + size - 1 <= last:
        candidate = IPv4Network((start, prefix))
        ends = [int(each.broadcast_address) for each in taken if each.overlaps(candidate)]
        if not ends:
            return candidate
        start = (max(*ends, start + size - 1) // size + 1) * size
    return None


def _nth(networks: Iterator[IPv4Network], index: int) -> str:
    return str(next(islice(networks, index, None)))
