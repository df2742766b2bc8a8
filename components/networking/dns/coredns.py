"""CoreDNS as the EKS add-on runs it: its configuration, decided apart from the add-on's resource."""

from typing import Any

from components.networking.dns.corefile import block, cache, forward, server
from components.networking.dns.settings import CLUSTER_ZONES, CoreDnsSettings, DnsSettings
from components.spread import over_zones_and_nodes

NODE_RESOLVERS = "/etc/resolv.conf"
"""The node's own resolvers: in a VPC, Amazon's."""

METRICS = "prometheus :9153"

CONSUL_DOMAIN = "consul"
"""The domain that Consul answers for: its own default."""

POD_LABELS = {"k8s-app": "kube-dns"}
"""The labels of CoreDNS's pods."""


def forwarded(settings: CoreDnsSettings, consul_dns_ip: str | None) -> dict[str, tuple[str, ...]]:
    """Return the domains that CoreDNS asks others for, each with their addresses."""
    consul = {CONSUL_DOMAIN: (consul_dns_ip,)} if consul_dns_ip else {}
    return {**settings.stub_domains, **consul}


def corefile(settings: CoreDnsSettings, *, consul_dns_ip: str | None) -> str:
    """Return the Corefile: EKS's own, with the settings' resolvers, domains and time to keep answers.

    EKS's is that of the add-on `coredns` v1.11: health with five seconds for clients to move on, readiness, the
    cluster's zone, metrics, the node's resolvers, a cache of 30 seconds, detection of loops, reloading.
    """
    cluster = block(
        f"kubernetes {' '.join(CLUSTER_ZONES)}", "pods insecure", f"fallthrough {' '.join(CLUSTER_ZONES[1:])}"
    )
    everything = server(
        ".",
        [
            "errors",
            block("health", "lameduck 5s"),
            "ready",
            cluster,
            METRICS,
            forward(settings.upstreams or (NODE_RESOLVERS,)),
            *cache(settings.cache_seconds),
            "loop",
            "reload",
            "loadbalance",
        ],
    )
    others = [
        server(domain, ["errors", METRICS, *cache(settings.cache_seconds), forward(resolvers)])
        for domain, resolvers in sorted(forwarded(settings, consul_dns_ip).items())
    ]
    return "\n".join([everything, *others])


def own_corefile(settings: CoreDnsSettings, *, consul_dns_ip: str | None) -> bool:
    """Tell whether the settings ask for another Corefile than EKS's."""
    usual = CoreDnsSettings()
    return bool(
        settings.upstreams or forwarded(settings, consul_dns_ip) or settings.cache_seconds != usual.cache_seconds
    )


def addon_configuration(settings: DnsSettings, *, consul_dns_ip: str | None) -> dict[str, Any]:
    """Return the add-on's configuration, as `aws eks describe-addon-configuration` has it.

    A Corefile is only written where it differs from EKS's, which otherwise keeps its own up to date. The budget is the
    add-on's own, written out: one pod may be away. EKS scales with the nodes and cores, between the two bounds.
    """
    coredns = settings.coredns
    configuration: dict[str, Any] = {
        "autoScaling": {"enabled": True, "minReplicas": coredns.min_replicas, "maxReplicas": coredns.max_replicas},
        "topologySpreadConstraints": over_zones_and_nodes(POD_LABELS),
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
    }
    if own_corefile(coredns, consul_dns_ip=consul_dns_ip):
        configuration["corefile"] = corefile(coredns, consul_dns_ip=consul_dns_ip)
    return configuration
