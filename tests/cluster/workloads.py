"""What runs on a control plane: pods, the workloads that own them, and what happened to them in an update."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.cluster.api import Client
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest, describe
from tests.cluster.waiting import eventually

WORKLOADS = frozenset({"Deployment", "StatefulSet"})

Events = Sequence[tuple[str, Manifest]]
"""Changes of pods in order, as `Client.history` returns them."""


def matches(selector: Manifest, labels: Manifest) -> bool:
    """Return whether a label selector (`matchLabels` and the operators of `matchExpressions`) matches."""
    return selector.get("matchLabels", {}).items() <= labels.items() and all(
        _holds(each, labels) for each in selector.get("matchExpressions", ())
    )


def _holds(expression: Manifest, labels: Manifest) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values", ())
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None


def alive(pod: Manifest) -> bool:
    """Return whether nobody has asked a pod to stop."""
    return "deletionTimestamp" not in pod["metadata"]


def ready(pod: Manifest) -> bool:
    """Return whether a pod serves."""
    conditions = pod.get("status", {}).get("conditions", ())
    return alive(pod) and any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def pods_of(client: Client, workload: Manifest) -> list[Manifest]:
    """Return the pods of a workload that are not on their way out, by its own selector."""
    selector = workload["spec"]["selector"]
    pods = client.objects("v1", "Pod", workload["metadata"]["namespace"])
    return [pod for pod in pods if alive(pod) and matches(selector, pod["metadata"]["labels"])]


def complete(client: Client, workload: Manifest) -> bool:
    """Return whether all pods that a workload now asks for are of its newest template and ready, and no others left."""
    live = client.live(workload) or {}
    status, wanted = live.get("status", {}), live["spec"]["replicas"]
    counts = [status.get(name, 0) for name in ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas")]
    return status.get("observedGeneration") == live["metadata"]["generation"] and set(counts) == {wanted}


def await_complete(client: Client, workloads: Iterable[Manifest], *, timeout_seconds: float = 60) -> None:
    """Wait until every workload is `complete`; the `AssertionError` says why pods are not."""
    for workload in workloads:
        eventually(
            lambda workload=workload: complete(client, workload),  # type: ignore[misc]
            f"all pods of {describe(workload)} are new and ready",
            timeout_seconds=timeout_seconds,
            found=lambda workload=workload: troubles(client, workload),  # type: ignore[misc]
        )


def troubles(client: Client, workload: Manifest) -> list[str]:
    """Return what keeps a workload's pods from running, in the words of the controllers and the scheduler."""
    pods = pods_of(client, workload)
    holders = [client.live(workload) or {}, *pods]
    conditions = [each for holder in holders for each in holder.get("status", {}).get("conditions", ())]
    events = client.objects("v1", "Event", workload["metadata"]["namespace"], fields="type=Warning")
    return [
        *(f"{describe(pod)} is {pod['status'].get('phase')}" for pod in pods),
        *(f"{each['type']}: {each['message']}" for each in conditions if each.get("message")),
        *sorted({f"{each['reason']}: {each['message']}" for each in events}),
    ]


def scale(client: Client, workload: Manifest, replicas: int) -> str:
    """Ask for `replicas` pods as the autoscaler does, by the scale subresource; return the resource version of that."""
    metadata = workload["metadata"]
    kind = client.kind(workload["apiVersion"], workload["kind"])
    path = kind.path(metadata["name"], metadata["namespace"], "scale")
    change = {"spec": {"replicas": replicas}}
    verdict = client.request("PATCH", path, change, content_type="application/merge-patch+json")
    assert verdict.accepted, verdict
    return str(verdict.body["metadata"]["resourceVersion"])


def restart(client: Client, workload: Manifest) -> None:
    """Replace all pods, as `kubectl rollout restart` does, and wait: a test leaves them as evenly spread as before."""
    annotation = {"kubectl.kubernetes.io/restartedAt": str(time.time())}
    client.patch(workload, {"spec": {"template": {"metadata": {"annotations": annotation}}}})
    await_complete(client, [workload])


def update(client: Client, workload: Manifest, *, scaled: bool) -> str:
    """Apply a new version; return the resource version that its history starts after.

    Where an autoscaler owns the number of pods (`scaled`), the provider sends the live one in its place.
    """
    if scaled:
        live = client.live(workload) or {}
        workload = {**workload, "spec": {**workload["spec"], "replicas": live["spec"]["replicas"]}}
    return str(client.apply(workload)["metadata"]["resourceVersion"])


@dataclass(frozen=True, slots=True)
class Extremes:
    """The fewest ready pods and the most pods of a workload at any moment, and how many of them came and went."""

    fewest_ready: int
    most: int
    added: int
    removed: int


def extremes(before: Sequence[Manifest], events: Events, workload: Manifest) -> Extremes:
    """Return what happened to a workload's pods: those `before`, and the changes since, of its namespace."""
    selector = workload["spec"]["selector"]
    pods = {pod["metadata"]["name"]: pod for pod in before}
    counts = [_count(pods)]
    own = [(kind, pod) for kind, pod in events if matches(selector, pod["metadata"]["labels"])]
    for kind, pod in own:
        pods[pod["metadata"]["name"]] = pod
        if kind == "DELETED":
            del pods[pod["metadata"]["name"]]
        counts.append(_count(pods))
    kinds = [kind for kind, _ in own]
    return Extremes(
        min(each for each, _ in counts), max(each for _, each in counts), kinds.count("ADDED"), kinds.count("DELETED")
    )


def _count(pods: dict[str, Manifest]) -> tuple[int, int]:
    return sum(map(ready, pods.values())), sum(map(alive, pods.values()))


def count_pods(tally: Tally, events: Events) -> None:
    """Count the pods that were admitted, and those of them that the scheduler found a node for."""
    admitted = {pod["metadata"]["uid"] for kind, pod in events if kind == "ADDED"}
    tally.add("pods admitted", len(admitted))
    placed = {pod["metadata"]["uid"] for _, pod in events if pod["spec"].get("nodeName")}
    tally.add("pods scheduled", len(admitted & placed))
