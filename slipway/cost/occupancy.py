"""What apps take of the node pools: by the CPU, the memory and the GPUs that their pods request.

A node's price is divided over what it has for pods by what each of them is worth (the assumed prices of a core, a GiB
and a GPU), as OpenCost does. An app pays for what it requests, whether it uses it or not. Pods that no node has room
for make the others cheaper: a pool never costs more than it does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from components.apps.gpu import SHARED, WHOLE
from components.apps.pod_resources import containers_of
from components.foundation.allocatable import of_any
from components.foundation.instance_types import INSTANCE_TYPES
from components.quantity import parse
from slipway.cost.money import cents_below
from slipway.cost.owners import app_of
from slipway.cost.prices import Assumptions
from slipway.cost.ranges import CASES, ZERO, Case, Range
from slipway.preview.pods import WORKLOADS, pod_of, workloads
from slipway.preview.pools import Pool, pools
from slipway.recording.objects import POOL_LABEL, is_object, mapping, namespace, object_name, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

_GIB = Decimal(1024) ** 3
_PERPETUAL = frozenset(WORKLOADS) - {"Job", "CronJob", "ScaledJob"}  # a Job runs for minutes of the month

Amounts = tuple[Decimal, Decimal, Decimal]
"""Cores, GiB and GPUs."""


@dataclass(frozen=True, slots=True)
class Demand:
    """The pods of one workload: their number in each case, None for one on each node; what one of them requests."""

    app: str
    pools: tuple[str, ...]
    pods: Range | None
    each: Amounts


@dataclass(frozen=True, slots=True)
class Room:
    """A pool: its nodes in each case, what one node has for pods, and what all of them cost."""

    nodes: Range
    each: Amounts
    cost: Range


def pool_of(recording: Recording, urn: str) -> str | None:
    """Return the pool that a resource is the nodes of, None for what is no node group."""
    found = recording.by_urn.get(urn)
    if found is None or found.type != "aws:eks/nodeGroup:NodeGroup":
        return None
    return text(found.inputs, "labels", POOL_LABEL) or found.name


def taken(recording: Recording, costs: Mapping[str, Range], assumed: Assumptions) -> dict[str, Range]:
    """Return what each app takes of the pools. `costs` are those of the pools by name."""
    known = pools(recording)
    rooms = {pool.name: room for pool in known if (room := _room(pool, costs.get(pool.name, ZERO))) is not None}
    return divide(rooms, _demands(recording, known), (assumed.core_hour, assumed.gib_hour, assumed.gpu_hour))


def divide(rooms: Mapping[str, Room], demands: Iterable[Demand], worth: Amounts) -> dict[str, Range]:
    """Return the cost of each app in each case: together never more than the rooms cost."""
    wanted = tuple(demands)
    cases = [_divided(rooms, wanted, worth, case) for case in CASES]
    return {
        app: Range(*(cents_below(case.get(app, Decimal(0))) for case in cases)) for app in {each.app for each in wanted}
    }


def _divided(rooms: Mapping[str, Room], demands: Iterable[Demand], worth: Amounts, case: Case) -> dict[str, Decimal]:
    asked: dict[str, list[tuple[str, Amounts]]] = {name: [] for name in rooms}
    for demand in demands:
        nodes = {name: case(rooms[name].nodes) for name in demand.pools if name in rooms}
        all_nodes = sum(nodes.values(), Decimal(0))
        for name, count in nodes.items():
            if count:
                pods = count if demand.pods is None else case(demand.pods) * count / all_nodes
                cpu, memory, gpus = demand.each
                asked[name].append((demand.app, (pods * cpu, pods * memory, pods * gpus)))
    found: dict[str, Decimal] = {}
    for name, wanted in asked.items():
        for app, amount in _priced(rooms[name], wanted, worth, case):
            found[app] = found.get(app, Decimal(0)) + amount
    return found


def _priced(room: Room, wanted: list[tuple[str, Amounts]], worth: Amounts, case: Case) -> Iterable[tuple[str, Decimal]]:
    """Yield the apps with what they pay for their part of one pool."""
    nodes = case(room.nodes)
    weight = sum((amount * each for amount, each in zip(room.each, worth, strict=True)), Decimal(0))
    for index, (has, value) in enumerate(zip(room.each, worth, strict=True)):
        if has:
            price = case(room.cost) * has * value / weight
            whole = max(nodes * has, sum((amounts[index] for _, amounts in wanted), Decimal(0)))
            yield from ((app, price * amounts[index] / whole) for app, amounts in wanted)


def _room(pool: Pool, cost: Range) -> Room | None:
    """Return a pool as a room, None where what its nodes have is not known: then nobody takes anything of it."""
    node = of_any(pool.types)
    if node is None:
        return None
    each = node.cpu, node.memory / _GIB, Decimal(min(INSTANCE_TYPES[name].gpus for name in pool.types))
    return Room(Range(Decimal(pool.least), Decimal(pool.nodes), Decimal(pool.most)), each, cost)


def _demands(recording: Recording, known: tuple[Pool, ...]) -> Iterable[Demand]:
    """Yield what the workloads of apps ask for; a workload that names no pool runs where there is no taint."""
    counted = {(each.kind, each.namespace, each.name): each for each in workloads(recording, known)}
    open_pools = tuple(pool.name for pool in known if not pool.taints)
    for resource in recording.made:
        app = app_of(recording, resource.urn)
        kind = text(resource.inputs, "kind") or ""
        if app is None or kind not in _PERPETUAL or not is_object(resource):
            continue
        found = counted[kind, namespace(resource) or "default", object_name(resource)]
        each = found.cpu, found.memory / _GIB, _gpus(resource)
        pods = None
        if kind != "DaemonSet":
            least = Decimal(found.pods or 0)
            pods = Range(least, least, least if found.most is None else Decimal(found.most))
        yield Demand(app, found.pools or open_pools, pods, each)


def _gpus(resource: Resource) -> Decimal:
    """Return the GPUs of one pod. One that is shared counts as whole: how many share it, the pod does not say."""
    found = Decimal(0)
    for _, container in containers_of(pod_of(resource.inputs)):
        limits = mapping(dict(container), "resources", "limits")
        found += sum((parse(str(limits[name])) for name in (WHOLE, SHARED) if name in limits), Decimal(0))
    return found
