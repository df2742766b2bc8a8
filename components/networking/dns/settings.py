"""DNS: how names are resolved in the cluster, and which records it keeps outside."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.apps.words import Image
from components.model import Settings
from components.names import Hostname

CLUSTER_ZONES = ("cluster.local", "in-addr.arpa", "ip6.arpa")
"""The zones that CoreDNS answers out of the cluster itself: names of Services and pods, and their addresses."""

MAX_UPSTREAMS = 15
"""The resolvers that CoreDNS's plugin `forward` takes (coredns.io/plugins/forward)."""

NODE_CACHE_IMAGE = "registry.k8s.io/dns/k8s-dns-node-cache:1.26.8"
"""Kubernetes' own cache for nodes: CoreDNS with the program that sets up the node's address and packet filter."""

IpAddress = Annotated[
    str,
    Field(pattern=r"^((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)$", examples=["10.0.0.2"]),
]
"""An IPv4 address."""


def _not_a_wildcard(value: str) -> str:
    if value.startswith("*."):
        raise ValueError(
            f"{value!r} is a wildcard: name the domain, {value.removeprefix('*.')}, which covers all below it"
        )
    return value


def _not_the_clusters(value: str) -> str:
    for zone in CLUSTER_ZONES:
        if value == zone or zone.endswith(f".{value}") or value.endswith(".cluster.local"):
            raise ValueError(
                f"{value!r} would take names of the cluster's own zone {zone} away from it: the longest domain that"
                " fits decides; name another domain, or one further down"
            )
    return value


Domain = Annotated[Hostname, AfterValidator(_not_a_wildcard)]
"""A DNS name that stands for itself and for all names below it."""

StubDomain = Annotated[Domain, AfterValidator(_not_the_clusters)]
"""A domain that other resolvers answer for than the cluster's own. Reverse zones of some networks are such, too."""

Resolvers = Annotated[tuple[IpAddress, ...], Field(min_length=1, max_length=MAX_UPSTREAMS)]

HostedZoneId = Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$", examples=["Z0123456789EXAMPLE"])]


class CoreDnsSettings(Settings):
    """CoreDNS, as the EKS add-on runs it."""

    upstreams: Annotated[tuple[IpAddress, ...], Field(max_length=MAX_UPSTREAMS)] = Field(
        default=(),
        description="The resolvers for names outside the cluster. Unset: the node's own, the VPC's resolver.",
    )
    stub_domains: dict[StubDomain, Resolvers] = Field(
        default_factory=dict,
        description="Resolvers of one's own by domain, each with all names below it: corp.example.com: [10.0.0.2].",
    )
    cache_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=30, description="Seconds that an answer is kept at most; 0 keeps none. The default is EKS's."
    )
    min_replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods at least.")
    max_replicas: Annotated[int, Field(ge=1)] = Field(
        default=10, description="The number of pods that the add-on scales to at most, with the nodes and cores."
    )


class NodeLocalSettings(Settings):
    """A DNS cache on each node, which spares CoreDNS and the network's connection tracking."""

    enabled: bool = Field(default=False, description="Whether it runs.")
    image: Image = Field(
        default=NODE_CACHE_IMAGE,
        description="Its image. Another one only where nodes do not reach registry.k8s.io: a copy in a registry of"
        " one's own.",
    )


class ExternalDnsSettings(Settings):
    """external-dns, which keeps a hosted zone's records as Services, Ingresses and Gateways say."""

    hosted_zone_ids: Annotated[tuple[HostedZoneId, ...], Field(min_length=1)] = Field(
        description="The hosted zones of Route 53 that it may change."
    )
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)] = Field(
        description="The domains whose records it keeps, each with all names below it; it leaves others alone."
    )
    policy: Literal["upsert-only", "sync"] = Field(
        default="upsert-only", description="upsert-only: it never deletes a record. sync: it deletes what it owns."
    )
    dry_run: bool = Field(default=False, description="Whether it only logs what it would change.")
    owner_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}$")] | None = Field(
        default=None,
        description="What marks the records as this cluster's, so that two clusters never fight over one. Unset: the"
        " cluster's name.",
    )
    interval_seconds: Annotated[int, Field(ge=10, le=86400)] = Field(
        default=60, description="Seconds between two comparisons. The default is external-dns's."
    )


class DnsSettings(Settings):
    """DNS inside and outside the cluster."""

    coredns: CoreDnsSettings = Field(default_factory=CoreDnsSettings, description="CoreDNS.")
    node_local: NodeLocalSettings = Field(default_factory=NodeLocalSettings, description="A DNS cache on each node.")
    external: ExternalDnsSettings | None = Field(
        default=None, description="Records in Route 53. Unset: nobody keeps them."
    )
