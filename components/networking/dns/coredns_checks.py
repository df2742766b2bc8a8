"""What is wrong, or worth knowing, about names inside the cluster: CoreDNS and the caches on the nodes."""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from components.networking.dns.addresses import LINK_LOCAL, cluster_dns_ip, consul_dns_ip
from components.networking.dns.coredns import own_corefile
from components.problem import Advice, KeyPath, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


def existing_cluster(settings: "StackSettings") -> Iterator[Problem]:
    """On an existing cluster CoreDNS is somebody else's.

    Its Corefile is one text: what Slipway applied would replace all that its owner wrote there.
    """
    if settings.cluster.existing is None:
        return
    if settings.dns.coredns.model_fields_set:
        yield Problem(
            ("dns", "coredns"),
            "an existing cluster's CoreDNS has an owner already, and its Corefile is one text that would be replaced",
            ", ".join(_keys(settings)),
            "no dns.coredns with cluster.existing: change the ConfigMap kube-system/coredns as its owner does",
        )
    if settings.dns.node_local.enabled:
        yield Problem(
            ("dns", "nodeLocal", "enabled"),
            "the cache takes over the address of the cluster's DNS, which of an existing cluster Slipway does not know",
            "true",
            "false with cluster.existing",
            "false",
        )


def _keys(settings: "StackSettings") -> list[str]:
    model = type(settings.dns.coredns)
    return sorted(model.model_fields[field].alias or field for field in settings.dns.coredns.model_fields_set)


def replica_bounds(settings: "StackSettings") -> Iterator[Problem]:
    """The bounds of a scale ascend."""
    coredns = settings.dns.coredns
    if coredns.max_replicas < coredns.min_replicas:
        yield Problem(
            ("dns", "coredns", "maxReplicas"),
            f"less than dns.coredns.minReplicas, which is {coredns.min_replicas}",
            str(coredns.max_replicas),
            f"at least {coredns.min_replicas}",
            str(coredns.min_replicas),
        )


def circles(settings: "StackSettings") -> Iterator[Problem]:
    """A resolver that asks CoreDNS again answers nobody; CoreDNS notices, and ends."""
    own = {cluster_dns_ip(settings.cluster.service_cidr): "the cluster's own DNS", LINK_LOCAL: "the cache on the node"}
    for path, address in _resolvers(settings):
        what = own.get(address) or ("the pod itself" if IPv4Address(address).is_loopback else None)
        if what:
            yield Problem(
                path,
                f"this is {what}, so that a question would go in a circle",
                address,
                "a resolver outside the cluster, such as the VPC's second address",
            )


def _resolvers(settings: "StackSettings") -> Iterator[tuple[KeyPath, str]]:
    coredns = settings.dns.coredns
    for index, address in enumerate(coredns.upstreams):
        yield ("dns", "coredns", "upstreams", index), address
    for domain, addresses in coredns.stub_domains.items():
        for index, address in enumerate(addresses):
            yield ("dns", "coredns", "stubDomains", domain, index), address


def corefile_of_ones_own(settings: "StackSettings") -> Iterator[Problem]:
    """A Corefile among the add-on's configuration replaces Slipway's whole."""
    addon = settings.cluster.addons.get("coredns")
    if addon is None or "corefile" not in addon.configuration:
        return
    path = ("cluster", "addons", "coredns", "configuration", "corefile")
    if own_corefile(settings.dns.coredns, consul_dns_ip=consul_dns_ip(settings)):
        yield Problem(
            path,
            "it replaces the one that dns.coredns and consul.resolveConsulNames ask for, which would have no effect",
            "a Corefile beside dns.coredns or consul",
            "either this Corefile, with consul.resolveConsulNames: false, or dns.coredns",
        )


def packet_filter(settings: "StackSettings") -> Iterator[Problem]:
    """With IPVS the address of kube-dns is on an interface of the node already, and the cache cannot have it."""
    proxy = settings.cluster.addons.get("kube-proxy")
    mode = proxy.configuration.get("mode") if proxy else None
    if settings.dns.node_local.enabled and mode == "ipvs":
        yield Problem(
            ("dns", "nodeLocal", "enabled"),
            "the cache takes over the address of the cluster's DNS, which kube-proxy holds itself with ipvs",
            "true with cluster.addons.kube-proxy.configuration.mode: ipvs",
            "false, or kube-proxy in its mode iptables (EKS's default)",
            "false",
        )


def few_pods(settings: "StackSettings") -> Iterator[Advice]:
    """One pod of CoreDNS is the whole cluster's single point of failure."""
    if settings.cluster.existing is None and settings.dns.coredns.min_replicas == 1:
        yield Advice(
            ("dns", "coredns", "minReplicas"),
            "with one pod of CoreDNS no name resolves while it moves to another node: two are EKS's default",
        )


def bypassed_corefile(settings: "StackSettings") -> Iterator[Advice]:
    """Names outside the cluster do not pass CoreDNS when the nodes have caches."""
    addon = settings.cluster.addons.get("coredns")
    if settings.dns.node_local.enabled and addon is not None and "corefile" in addon.configuration:
        yield Advice(
            ("cluster", "addons", "coredns", "configuration", "corefile"),
            "with dns.nodeLocal only the cluster's own zones pass CoreDNS: other names go from the nodes to their"
            " resolvers, whatever this Corefile says of them; dns.coredns.upstreams and stubDomains hold for both",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    existing_cluster,
    replica_bounds,
    circles,
    corefile_of_ones_own,
    packet_filter,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (few_pods, bypassed_corefile)
