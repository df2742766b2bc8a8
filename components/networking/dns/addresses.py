"""The addresses of the cluster's DNS: pure arithmetic on the Service network."""

from ipaddress import IPv4Network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.settings import StackSettings

LINK_LOCAL = "169.254.20.10"
"""Where the cache of a node listens, on every node alike (kubernetes.io/docs/tasks/administer-cluster/nodelocaldns)."""

CLUSTER_DNS_OFFSET = 10
"""EKS gives the Service kube-dns the tenth address of the Service network, and tells its nodes so."""

CONSUL_DNS_OFFSET = 11
"""Within the first 16 addresses, which Kubernetes hands to a Service unasked only when all others are taken, whatever
the size of the network (KEP-3070; kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation)."""


def cluster_dns_ip(service_cidr: str) -> str:
    """Return the address of the Service kube-dns: 172.20.0.10 of 172.20.0.0/16."""
    return str(IPv4Network(service_cidr)[CLUSTER_DNS_OFFSET])


def consul_dns_ip(settings: "StackSettings") -> str | None:
    """Return the fixed address of Consul's DNS, which CoreDNS forwards to; None where it does not.

    CoreDNS cannot forward to a name: it would have to resolve it first. On an existing cluster neither the Service
    network is known nor is CoreDNS Slipway's.
    """
    consul = settings.consul
    if consul is None or not consul.resolve_consul_names or settings.cluster.existing is not None:
        return None
    return str(IPv4Network(settings.cluster.service_cidr)[CONSUL_DNS_OFFSET])


def dns_cidrs(settings: "StackSettings") -> tuple[str, ...]:
    """Return the networks that a policy must open for DNS, beside CoreDNS's pods; none without a cache on the nodes.

    The cache answers on the host network, at the address of kube-dns itself: no policy sees a pod as the destination.
    """
    if not settings.dns.node_local.enabled or settings.cluster.existing is not None:
        return ()
    return (f"{LINK_LOCAL}/32", f"{cluster_dns_ip(settings.cluster.service_cidr)}/32")
