"""What is wrong, or worth knowing, about Consul."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.pool_plan import missing, resolve
from components.networking.dns.coredns import CONSUL_DOMAIN
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


def names_on_an_existing_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """CoreDNS of an existing cluster is not Slipway's to tell of Consul."""
    consul = settings.consul
    if consul is not None and consul.resolve_consul_names and settings.cluster.existing is not None:
        yield Problem(
            ("consul", "resolveConsulNames"),
            "an existing cluster's CoreDNS has an owner already, and Slipway does not change it",
            "true",
            "resolveConsulNames: false with cluster.existing; its owner can forward consul to the Service consul-dns",
            "false",
        )


def domain_taken(settings: "StackSettings") -> Iterator[Problem]:
    """CoreDNS refuses to start with two servers for one domain."""
    consul = settings.consul
    if consul is not None and consul.resolve_consul_names and CONSUL_DOMAIN in settings.dns.coredns.stub_domains:
        yield Problem(
            ("dns", "coredns", "stubDomains", CONSUL_DOMAIN),
            "Consul in this cluster answers for this domain, and CoreDNS does not start with two answers for one",
            f"{CONSUL_DOMAIN} beside consul.resolveConsulNames",
            "no such stub domain, or consul.resolveConsulNames: false",
        )


def room(settings: "StackSettings") -> Iterator[Problem]:
    """Every server has a node of its own, by the chart's anti-affinity, and tolerates no taint."""
    consul = settings.consul
    if consul is None or settings.cluster.existing is not None:
        return
    pools = [resolve(name, pool) for name, pool in settings.node_pools.items() if not missing(name, pool)]
    nodes = sum(pool.size for pool in pools if not pool.taints)
    if pools and nodes < consul.replicas:
        yield Problem(
            ("consul", "replicas"),
            "each server needs a node of its own without a taint: the others would never start, nor Consul without"
            " their votes",
            f"{consul.replicas} servers on {nodes} nodes",
            "fewer servers (an odd number), or a larger node pool without taints",
        )


def single_server(settings: "StackSettings") -> Iterator[Advice]:
    """One server is a registry that is away with its node."""
    if settings.consul is not None and settings.consul.replicas == 1 and settings.environment == "production":
        yield Advice(
            ("consul", "replicas"),
            "with one server the registry, and every name below consul, is away whenever its node is: 3 survive one",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (names_on_an_existing_cluster, domain_taken, room)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (single_server,)
