"""How many addresses of its subnet a node takes under the VPC CNI: pure arithmetic.

Sources: the VPC CNI's defaults (github.com/aws/amazon-vpc-cni-k8s, README: WARM_ENI_TARGET 1, WARM_PREFIX_TARGET 1) and
"Optimizing IP Address Utilization" of the EKS best practices. Two of a node's pods are on the host network.
"""

from ipaddress import IPv4Network
from math import ceil

from components.foundation.instance_types import InstanceType
from components.foundation.pool_plan import Addresses

HOST_NETWORK_PODS = 2
"""The pods of a node that take no address: the CNI's own and kube-proxy."""

PREFIX = 16
"""The addresses of a prefix, which a node takes as a whole (/28)."""

RESERVED = 5
"""The addresses of each subnet that AWS keeps for itself."""


def subnet_addresses(cidr: str) -> int:
    """Return the addresses that AWS gives out in a subnet."""
    return IPv4Network(cidr).num_addresses - RESERVED


def node_addresses(kind: InstanceType, pods: int, source: Addresses) -> int:
    """Return the addresses that a node takes once it runs `pods` pods, the warm ones included.

    One by one, each interface is filled as it is attached, and one more is kept warm; in prefixes, one more prefix is.
    On an overlay the node has its own address alone.
    """
    if source == "overlay":
        return 1
    addressed = max(pods - HOST_NETWORK_PODS, 0)
    free = kind.addresses - 1  # the first address of an interface is the node's own
    if source == "interfaces":
        interfaces = min(ceil(addressed / free) + 1, kind.interfaces)
        return interfaces * kind.addresses
    prefixes = min(ceil(addressed / PREFIX) + 1, kind.interfaces * free)
    return prefixes * PREFIX + ceil(prefixes / free)
