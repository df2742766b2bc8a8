"""The pods that a stack asks for by itself: how many, where they may run, and what they request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from components.apps.pod_resources import QosClass, pod_requests, qos_class
from slipway.preview.pools import Pool, pools
from slipway.preview.scalers import Range, ranges
from slipway.recording.objects import POOL_LABEL, dig, items, mapping, namespace, number, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

WORKLOADS = ("Deployment", "Rollout", "StatefulSet", "DaemonSet", "Job", "CronJob", "ScaledJob")
"""The kinds that make pods; of those in charts nothing is known."""

APP_LABEL = "app.kubernetes.io/name"


@dataclass(frozen=True, slots=True)
class Workload:
    """One workload. `pods` and `most` are its pods at first and at most, without those that an update adds.

    Of a DaemonSet they are the nodes that it runs on, None where those are not the stack's; of a CronJob there are
    none before its time, and nobody knows how many at most where one may outlast the next (None). `each` are the pods
    that one Job has, None for what makes no Jobs. `pools` are the pools that its pods may run in, empty for any.
    `cpu` is in cores and `memory` in bytes, both of one pod. `schedule` is a CronJob's, with its time zone.
    """

    kind: str
    namespace: str
    name: str
    pods: int | None
    most: int | None
    pools: tuple[str, ...]
    cpu: Decimal
    memory: Decimal
    qos: QosClass
    app: str | None = None
    each: int | None = None
    schedule: str | None = None
    suspended: bool = False


def workloads(recording: Recording, nodes: Sequence[Pool] | None = None) -> tuple[Workload, ...]:
    """Return the workloads that the stack declares itself, by namespace and name; what charts bring is not known.

    `nodes` are the stack's pools, those of the recording where they are not given.
    """
    scaled, known = ranges(recording), pools(recording) if nodes is None else tuple(nodes)
    found = [
        _workload(resource, kind, scaled.get((namespace(resource), kind, object_name(resource))), known)
        for kind in WORKLOADS
        for resource in objects(recording, kind)
    ]
    return tuple(sorted(found, key=lambda each: (each.namespace, each.name, each.kind)))


def job_of(inputs: Json) -> dict[str, Json]:
    """Return the spec of the Jobs that an object is, or makes; empty for one that makes none."""
    inner = {
        "Job": mapping(inputs, "spec"),
        "CronJob": mapping(inputs, "spec", "jobTemplate", "spec"),
        "ScaledJob": mapping(inputs, "spec", "jobTargetRef"),
    }
    return inner.get(text(inputs, "kind") or "", {})


def pod_of(inputs: Json) -> dict[str, Json]:
    """Return the pod spec of a workload."""
    return mapping(job_of(inputs) or mapping(inputs, "spec"), "template", "spec")


def job_pods(job: Json) -> int:
    """Return the pods that a Job has at the same time: no more than are still to succeed."""
    parallel = number(job, "parallelism")
    wanted = number(job, "completions")
    least = 1 if parallel is None else int(parallel)
    return least if wanted is None else min(least, int(wanted))


def _workload(resource: Resource, kind: str, scaler: Range | None, nodes: Sequence[Pool]) -> Workload:
    inputs = resource.inputs
    pod, job = pod_of(inputs), job_of(inputs)
    selected = _pools(pod)
    pods: int | None
    most: int | None
    if kind == "DaemonSet":
        own = [pool for pool in nodes if pool.name in (selected or {pool.name}) and _tolerated(pod, pool)]
        pods, most = (sum(each.nodes for each in own), sum(each.most for each in own)) if nodes else (None, None)
        selected = tuple(pool.name for pool in own) if nodes else selected
    elif job:
        pods, most = _jobs(inputs, kind, job_pods(job))
    else:
        pods, most = _replicas(inputs, scaler)
    asked = pod_requests(pod)
    return Workload(
        kind=kind,
        namespace=namespace(resource) or "default",
        name=object_name(resource),
        pods=pods,
        most=most,
        pools=selected,
        cpu=asked["cpu"],
        memory=asked["memory"],
        qos=qos_class(pod),
        app=text(inputs, "metadata", "labels", APP_LABEL),
        each=job_pods(job) if job else None,
        schedule=_schedule(inputs),
        suspended=dig(inputs, "spec", "suspend") is True,
    )


def _replicas(inputs: Json, scaler: Range | None) -> tuple[int, int]:
    given = number(inputs, "spec", "replicas")
    pods = int(given) if given is not None else scaler.least if scaler else 1
    return pods, scaler.most if scaler else pods


def _jobs(inputs: Json, kind: str, each: int) -> tuple[int, int | None]:
    if kind == "Job":
        return each, each
    if kind == "ScaledJob":
        least, most = number(inputs, "spec", "minReplicaCount"), number(inputs, "spec", "maxReplicaCount")
        return each * int(least or 0), each * int(100 if most is None else most)  # 100 is KEDA's own
    return 0, None if text(inputs, "spec", "concurrencyPolicy") in {None, "Allow"} else each


def _schedule(inputs: Json) -> str | None:
    times = text(inputs, "spec", "schedule")
    return times and f"{times} {text(inputs, 'spec', 'timeZone') or 'in the time zone of the control plane'}"


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


def _tolerated(pod: Mapping[str, Json], pool: Pool) -> bool:
    """Tell whether a pod may run on a pool's nodes, whatever taints they have."""
    return all(any(_tolerates(each, taint) for each in items(dict(pod), "tolerations")) for taint in pool.taints)


def _tolerates(toleration: Json, taint: tuple[str, str, str]) -> bool:
    key, value, effect = taint
    if text(toleration, "effect") not in {None, effect} or text(toleration, "key") not in {None, key}:
        return False
    return text(toleration, "operator") == "Exists" or (text(toleration, "value") or "") == value


def placed(workload: Workload, nodes: Sequence[Pool]) -> Iterator[tuple[str, int]]:
    """Yield the pools of a workload's pods and their number at first: a DaemonSet has some in each of its pools."""
    if workload.kind == "DaemonSet":
        yield from ((pool.name, pool.nodes) for pool in nodes if pool.name in workload.pools)
    else:
        yield " or ".join(workload.pools) or "any pool", workload.pods or 0
