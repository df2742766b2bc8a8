"""The pods that a stack asks for by itself: how many, where they may run, and what they request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from components.apps.pod_maximum import job_pods, most_pods
from components.apps.pod_resources import QosClass, pod_requests, qos_class
from components.foundation.pool_fit import tolerates
from slipway.preview.pools import Pool, pools
from slipway.preview.scalers import Range, Target, ranges
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
    none before its time, and nobody knows how many at most where one may outlast the next (None). `peak` are the most
    of all, in the middle of an update. `each` are the pods that one Job has, None for what makes no Jobs. `pools` are
    the pools that its pods may run in, empty for any. `cpu` is in cores and `memory` in bytes, both of one pod.
    `schedule` is a CronJob's, with its time zone.
    """

    kind: str
    namespace: str
    name: str
    pods: int | None
    most: int | None
    peak: int
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
    flaggers = _moved_by_flagger(recording)
    found = [
        _workload(resource, kind, scaled.get(target), known, target in flaggers)
        for kind in WORKLOADS
        for resource in objects(recording, kind)
        for target in [(namespace(resource), kind, object_name(resource))]
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


def _workload(resource: Resource, kind: str, scaler: Range | None, nodes: Sequence[Pool], by_flagger: bool) -> Workload:
    inputs = resource.inputs
    pod, job = pod_of(inputs), job_of(inputs)
    selected = _pools(pod)
    own = [pool for pool in nodes if pool.name in (selected or {pool.name}) and _tolerated(pod, pool)]
    daemon, known = kind == "DaemonSet", bool(nodes)
    counted = most_pods(
        inputs,
        scaled_to=scaler.most if scaler else None,
        nodes=sum(each.most for each in own) if daemon and known else None,
        by_flagger=by_flagger,
    )
    unbounded = kind == "CronJob" and text(inputs, "spec", "concurrencyPolicy") in {None, "Allow"}
    most = None if unbounded or (daemon and not known) else counted.running
    if daemon:
        pods = sum(each.nodes for each in own) if known else None
        selected = tuple(pool.name for pool in own) if known else selected
    else:
        pods = _at_first(inputs, kind, scaler)
    asked = pod_requests(pod)
    return Workload(
        kind=kind,
        namespace=namespace(resource) or "default",
        name=object_name(resource),
        pods=pods,
        most=most,
        peak=counted.total,
        pools=selected,
        cpu=asked["cpu"],
        memory=asked["memory"],
        qos=qos_class(pod),
        app=text(inputs, "metadata", "labels", APP_LABEL),
        each=job_pods(job) if job else None,
        schedule=_schedule(inputs),
        suspended=dig(inputs, "spec", "suspend") is True,
    )


def _at_first(inputs: Json, kind: str, scaler: Range | None) -> int:
    if kind == "CronJob":
        return 0
    if kind == "Job":
        return job_pods(job_of(inputs))
    if kind == "ScaledJob":
        return job_pods(job_of(inputs)) * int(number(inputs, "spec", "minReplicaCount") or 0)
    given = number(inputs, "spec", "replicas")
    return int(given) if given is not None else scaler.least if scaler else 1


def _moved_by_flagger(recording: Recording) -> frozenset[Target]:
    """Return the Deployments that Flagger's Canaries are about."""
    return frozenset(
        (
            namespace(each),
            text(each.inputs, "spec", "targetRef", "kind") or "Deployment",
            text(each.inputs, "spec", "targetRef", "name"),
        )
        for each in objects(recording, "Canary")
    )


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
    tolerations = tolerations_of(pod)
    return all(tolerates(taint, tolerations) for taint in pool.taints)


def tolerations_of(pod: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the tolerations of a pod spec."""
    return [each for each in items(dict(pod), "tolerations") if isinstance(each, dict)]


def placed(workload: Workload, nodes: Sequence[Pool]) -> Iterator[tuple[str, int]]:
    """Yield the pools of a workload's pods and their number at first: a DaemonSet has some in each of its pools."""
    if workload.kind == "DaemonSet":
        yield from ((pool.name, pool.nodes) for pool in nodes if pool.name in workload.pools)
    else:
        yield " or ".join(workload.pools) or "any pool", workload.pods or 0
