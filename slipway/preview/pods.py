"""The pods that a stack asks for by itself: how many, where they may run, and what they request."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from components.quantity import parse
from slipway.recording.objects import POOL_LABEL, dig, items, mapping, namespace, number, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload. `pods` and `most` are its pods at first and at most (None for a DaemonSet: as many as nodes).

    `pools` are the pools that its pods may run in, empty for any. `cpu` is in cores and `memory` in bytes, both of
    one pod.
    """

    kind: str
    namespace: str
    name: str
    pods: int | None
    most: int | None
    pools: tuple[str, ...]
    cpu: Decimal
    memory: Decimal


def workloads(recording: Recording) -> tuple[Workload, ...]:
    """Return the workloads that the stack declares itself, by namespace and name; what charts bring is not known."""
    scaled = {_target(scaler): scaler for scaler in objects(recording, "HorizontalPodAutoscaler")}
    found = [
        _workload(resource, kind, scaled.get((namespace(resource), kind, object_name(resource))))
        for kind in WORKLOADS
        for resource in objects(recording, kind)
    ]
    return tuple(sorted(found, key=lambda each: (each.namespace, each.name, each.kind)))


def _target(scaler: Resource) -> tuple[str | None, str | None, str | None]:
    return (
        namespace(scaler),
        text(scaler.inputs, "spec", "scaleTargetRef", "kind"),
        text(scaler.inputs, "spec", "scaleTargetRef", "name"),
    )


def _workload(resource: Resource, kind: str, scaler: Resource | None) -> Workload:
    pod = mapping(resource.inputs, "spec", "template", "spec")
    pods, most = None, None
    if kind != "DaemonSet":
        replicas = number(resource.inputs, "spec", "replicas")
        least = number(scaler.inputs, "spec", "minReplicas") if scaler else None
        pods = int(replicas if replicas is not None else least if least is not None else 1)
        most = int(number(scaler.inputs, "spec", "maxReplicas") or pods) if scaler else pods
    return Workload(
        kind=kind,
        namespace=namespace(resource) or "default",
        name=object_name(resource),
        pods=pods,
        most=most,
        pools=_pools(pod),
        cpu=_requested(pod, "cpu"),
        memory=_requested(pod, "memory"),
    )


def _pools(pod: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the pools of a node selector or a required node affinity."""
    selected = dig(dict(pod), "nodeSelector", POOL_LABEL)
    if isinstance(selected, str):
        return (selected,)
    required = dig(dict(pod), "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    return tuple(
        str(value)
        for term in items(required, "nodeSelectorTerms")
        for expression in items(term, "matchExpressions")
        if dig(expression, "key") == POOL_LABEL and dig(expression, "operator") == "In"
        for value in items(expression, "values")
    )


def _requested(pod: Mapping[str, Json], resource: str) -> Decimal:
    """Return what the scheduler counts: the containers' sum with the sidecars', or the largest init container's.

    A container that has a limit and no request is given the limit as its request by Kubernetes.
    """
    spec = dict(pod)
    sidecars = [each for each in items(spec, "initContainers") if dig(each, "restartPolicy") == "Always"]
    once = [each for each in items(spec, "initContainers") if dig(each, "restartPolicy") != "Always"]
    running = sum(_amounts([*items(spec, "containers"), *sidecars], resource), Decimal(0))
    return max([running, *_amounts(once, resource)])


def _amounts(containers: list[Json], resource: str) -> Iterator[Decimal]:
    for container in containers:
        amount = dig(container, "resources", "requests", resource)
        if amount is None:
            amount = dig(container, "resources", "limits", resource)
        yield parse(str(amount)) if isinstance(amount, (str, int, float)) else Decimal(0)
