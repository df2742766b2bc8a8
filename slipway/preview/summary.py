"""The Container Operations Summary of a stack that is not deployed yet: what can be known, marked as planned."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from slipway.preview.kubernetes_facts import PROFILE_LABEL
from slipway.preview.pods import Workload, placed, workloads
from slipway.preview.pools import Pool, pools
from slipway.preview.routes import ingresses, servers
from slipway.recording.objects import dig, items, namespace, object_name, objects, releases, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


@dataclass(frozen=True, slots=True)
class PoolUse:
    """What the stack's own pods request of one pool. `pool` is None where they may run in any."""

    name: str
    pool: Pool | None
    pods: int
    cpu: Decimal
    memory: Decimal


@dataclass(frozen=True, slots=True)
class Summary:
    """The facts of the summary. `releases` is the number of charts, whose objects are not known before deployment."""

    stack: str
    environment: str
    owned: bool
    pools: tuple[Pool, ...]
    workloads: tuple[Workload, ...]
    uses: tuple[PoolUse, ...]
    namespaces: Mapping[str, str | None]
    app_namespaces: frozenset[str]
    services: Mapping[str, int]
    ingresses: int
    ingresses_with_tls: int
    gateways: int
    gateways_with_tls: int
    enforcer: str | None
    denied: tuple[str, ...]
    allow_rules: int
    releases: int

    @property
    def nodes(self) -> int:
        """The nodes at first."""
        return sum(pool.nodes for pool in self.pools)

    @property
    def pods(self) -> int:
        """The pods at first of the stack's own workloads; a CronJob has none before its time."""
        return sum(workload.pods or 0 for workload in self.workloads)

    def kinds(self) -> Mapping[str, int]:
        """Return the number of workloads by kind."""
        return Counter(workload.kind for workload in self.workloads)


def summarise(recording: Recording, *, environment: str) -> Summary:
    """Return the summary of a recording."""
    found = pools(recording)
    own = workloads(recording, found)
    served, opened = ingresses(recording), servers(recording)
    policies = list(objects(recording, "NetworkPolicy"))
    return Summary(
        stack=recording.stack,
        environment=environment,
        owned=any(resource.type == "aws:eks/cluster:Cluster" for resource in recording.resources),
        pools=found,
        workloads=own,
        uses=tuple(_uses(own, found)),
        namespaces={
            object_name(each): text(each.inputs, "metadata", "labels", PROFILE_LABEL)
            for each in sorted(objects(recording, "Namespace"), key=object_name)
        },
        app_namespaces=frozenset(workload.namespace for workload in own),
        services=dict(Counter(_service_type(each) for each in objects(recording, "Service"))),
        ingresses=len(served),
        ingresses_with_tls=sum(served),
        gateways=len(opened),
        gateways_with_tls=sum(opened),
        enforcer=_enforcer(recording),
        denied=tuple(sorted({namespace(each) or "default" for each in policies if _denies_all(each)})),
        allow_rules=sum(
            len(items(each.inputs, "spec", "ingress")) + len(items(each.inputs, "spec", "egress")) for each in policies
        ),
        releases=len(releases(recording)),
    )


def _enforcer(recording: Recording) -> str | None:
    """Return what of this stack makes network policies work, None for nothing."""
    if any(text(each.inputs, "apiVersion") == "operator.tigera.io/v1" for each in objects(recording, "Installation")):
        return "Calico"
    for addon in recording.of_type("aws:eks/addon:Addon"):
        if '"enableNetworkPolicy":"true"' in (text(addon.inputs, "configurationValues") or "").replace(" ", ""):
            return "the VPC CNI"
    return None


def _uses(own: tuple[Workload, ...], found: tuple[Pool, ...]) -> Iterable[PoolUse]:
    """Yield a row for every pool, and one for the pods that are bound to none of them or may choose."""
    by_name = {pool.name: pool for pool in found}
    rows: dict[str, list[tuple[Workload, int]]] = {name: [] for name in by_name}
    for workload in own:
        for name, pods in placed(workload, found):
            rows.setdefault(name, []).append((workload, pods))
    for name, there in rows.items():
        yield PoolUse(
            name=name,
            pool=by_name.get(name),
            pods=sum(pods for _, pods in there),
            cpu=sum((pods * each.cpu for each, pods in there), Decimal(0)),
            memory=sum((pods * each.memory for each, pods in there), Decimal(0)),
        )


def _service_type(service: Resource) -> str:
    if dig(service.inputs, "spec", "clusterIP") == "None":
        return "headless"
    return text(service.inputs, "spec", "type") or "ClusterIP"


def _denies_all(policy: Resource) -> bool:
    """Whether a policy takes every pod of its namespace and allows none of the incoming connections."""
    return dig(policy.inputs, "spec", "podSelector") in ({}, None) and not items(policy.inputs, "spec", "ingress")
