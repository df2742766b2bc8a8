"""How many nodes there may be: who changes their number, and what many of them need."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import resolvable
from components.foundation.pool_sums import fewest_by_zone, most_by_zone, network_zones, scaled, shares
from components.foundation.quotas import GROUP_NODES, MAX_NODES, MAX_PER_ZONE, MIN_PER_ZONE, NODE_GROUPS, vcpu_quota
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.foundation.cluster import ClusterSettings
    from components.settings import StackSettings

METRICS_NODES = 100
"""The nodes that metrics-server's default requests are for (github.com/kubernetes-sigs/metrics-server, "Scaling")."""


def most_per_zone(settings: "StackSettings") -> Iterator[Problem]:
    """A zone has room for so many nodes."""
    cluster: ClusterSettings | None = settings.cluster
    limit = cluster.max_nodes_per_zone if cluster else MAX_PER_ZONE
    if too_many := {zone: count for zone, count in most_by_zone(settings).items() if count > limit}:
        yield Problem(
            ("nodePools",),
            "the maxSizes of all pools, spread over their zones, exceed what one zone may grow to",
            ", ".join(f"{count} nodes in {zone}" for zone, count in too_many.items()),
            f"at most {limit} in each zone: lower maxSize (size where it is not set), or raise cluster.maxNodesPerZone",
        )


def most_in_all(settings: "StackSettings") -> Iterator[Problem]:
    """A cluster has no more nodes than Kubernetes is built for."""
    total = sum(most_by_zone(settings).values())
    if total > MAX_NODES:
        yield Problem(
            ("nodePools",), "more nodes than one cluster of Kubernetes has", str(total), f"at most {MAX_NODES}"
        )


def fewest_per_zone(settings: "StackSettings") -> Iterator[Advice]:
    """One node in a zone is none while it is replaced."""
    fewest = fewest_by_zone(settings)
    if too_few := [zone for zone in network_zones(settings) if fewest and fewest[zone] < MIN_PER_ZONE]:
        grow = "minSize" if scaled(settings) else "size"
        yield Advice(
            ("nodePools",),
            f"fewer than {MIN_PER_ZONE} nodes in {', '.join(too_few)}{' when scaled in' if scaled(settings) else ''}:"
            f" while one is replaced, nothing runs there; raise {grow}",
        )


def nobody_scales(settings: "StackSettings") -> Iterator[Advice]:
    """Nothing that Slipway installs changes the number of nodes, so bounds around `size` are never used."""
    if scaled(settings):
        return
    external = "or say autoscaling: {nodes: external} where an autoscaler of your own scales nodes"
    for name, pool in resolvable(settings.node_pools or {}).items():
        if pool.size == 0:
            yield Advice(
                ("nodePools", name, "size"),
                "nothing in this stack scales nodes: the pool never gets one, and a pod that names it waits for ever;"
                f" set size to 1 or more, {external}",
            )
        elif pool.max_size > pool.size or pool.min_size < pool.size:
            key = "maxSize" if pool.max_size > pool.size else "minSize"
            yield Advice(
                ("nodePools", name, key),
                f"nothing in this stack scales nodes: the pool has {pool.size} of them, whatever minSize"
                f" ({pool.min_size}) and maxSize ({pool.max_size}) allow; set size to what it needs, {external}",
            )


def group_quotas(settings: "StackSettings") -> Iterator[Advice]:
    """EKS counts node groups in a cluster, and nodes in a group."""
    planned = list(shares(settings))
    if len(planned) > NODE_GROUPS.default:
        yield Advice(
            ("nodePools",),
            f"{len(planned)} node groups, one for each pool and zone: the quota is {NODE_GROUPS}; have it raised, or"
            " name fewer zones in some pools",
        )
    for pool, share in planned:
        if share.max_size > GROUP_NODES.default:
            yield Advice(
                ("nodePools", pool.name),
                f"up to {share.max_size} nodes in the group of {share.zone}: the quota is {GROUP_NODES}; have it"
                " raised, or divide the pool",
            )
            break


def vcpu_quotas(settings: "StackSettings") -> Iterator[Advice]:
    """Say how many vCPUs a stack beyond the default number of nodes may ask EC2 for, by quota."""
    if not _large(settings):
        return
    wanted: Counter[str] = Counter()
    for pool, share in shares(settings):
        known = [INSTANCE_TYPES[each] for each in pool.instance_types if each in INSTANCE_TYPES]
        largest = max(known, key=lambda each: each.vcpu, default=None)
        quota = largest and vcpu_quota(largest.name, spot=pool.capacity == "spot")
        if largest and quota:
            wanted[str(quota)] += largest.vcpu * share.max_size
    for quota_name, count in wanted.items():
        yield Advice(("nodePools",), f"up to {count} vCPUs: have the quota {quota_name} raised in this region")


def cluster_services(settings: "StackSettings") -> Iterator[Advice]:
    """Say what the cluster's own services need where there are more nodes than their defaults are for.

    CoreDNS: EKS user guide, "Scale CoreDNS Pods for high DNS traffic". metrics-server: its README, "Scaling".
    """
    cluster: ClusterSettings | None = settings.cluster
    nodes = sum(most_by_zone(settings).values())
    if cluster is None or not _large(settings):
        return
    configured = {name: addon.configuration for name, addon in cluster.addons.items()}
    if not {"autoScaling", "replicaCount"} & configured.get("coredns", {}).keys():
        yield Advice(
            ("cluster", "addons", "coredns", "configuration"),
            f"CoreDNS has 2 pods, however many of {nodes} nodes ask: set {{autoScaling: {{enabled: true}}}}, and EKS"
            " keeps one for every 16 nodes or 256 cores",
        )
    if nodes > METRICS_NODES and "resources" not in configured.get("metrics-server", {}):
        yield Advice(
            ("cluster", "addons", "metrics-server", "configuration"),
            f"metrics-server requests enough for {METRICS_NODES} nodes; {nodes} want 1m CPU and 2Mi each: set"
            f" {{resources: {{requests: {{cpu: {nodes}m, memory: {2 * nodes}Mi}}}}}}",
        )


def _large(settings: "StackSettings") -> bool:
    """Tell whether a zone may have more nodes than the default limit."""
    return any(count > MAX_PER_ZONE for count in most_by_zone(settings).values())


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (most_per_zone, most_in_all)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    fewest_per_zone,
    nobody_scales,
    group_quotas,
    vcpu_quotas,
    cluster_services,
)
