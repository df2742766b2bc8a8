"""Production at its most: every app scaled up and in the middle of an update, and with a zone less."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import pytest

from components.quantity import parse
from components.tenancy.quota import ComputeSettings
from tests.cluster.nodes import set_unschedulable
from tests.cluster.running import RunningStack
from tests.cluster.tally import Tally
from tests.cluster.test_running_pods import zones
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually
from tests.cluster.workloads import (
    Events,
    alive,
    await_complete,
    count_pods,
    extremes,
    matches,
    pods_of,
    restart,
    scale,
    update,
)

IMAGE = "registry.example.com/next:v9.9.9"
MOST = {"api-gateway": 12, "webapp": 10}
ZONE = "us-west-2a"


@pytest.fixture
def grown(production: RunningStack) -> Iterator[RunningStack]:
    """Production, its apps as before after the test."""
    client = production.client
    yield production
    for name in MOST:
        scale(client, production.workload(name), 3)
    await_complete(client, production.workloads)
    for workload in production.workloads:
        restart(client, workload)


def test_quotas_and_pools_hold_every_app_at_its_most_in_the_middle_of_an_update(
    grown: RunningStack, tally: Tally
) -> None:
    client = grown.client
    workloads = [grown.workload(name) for name in MOST]
    start = {namespace: client.objects("v1", "Pod", namespace) for namespace in ("gateway", "web")}
    since = min((scale(client, workload, MOST[workload["metadata"]["name"]]) for workload in workloads), key=int)
    await_complete(client, workloads)
    before = {name: pods_of(client, grown.workload(name)) for name in MOST}
    begun = {}
    for name in MOST:
        changed = grown.rendered(grown.app(name).model_copy(update={"image": IMAGE}))["deployment"]
        begun[name] = update(client, changed, scaled=True)
    await_complete(client, workloads)
    for name, workload in zip(MOST, workloads, strict=True):
        namespace = workload["metadata"]["namespace"]
        found = extremes(before[name], client.history("v1", "Pod", namespace, begun[name]), workload)
        assert found.most == MOST[name] + 1  # maxSurge 1
        assert found.fewest_ready >= MOST[name] - (1 if name == "webapp" else 0)  # maxUnavailable
        everything = [*(("ADDED", pod) for pod in start[namespace]), *client.history("v1", "Pod", namespace, since)]
        assert refusals(grown, namespace) == []
        assert overruns(grown, namespace, everything) == []
        count_pods(tally, everything[len(start[namespace]) :])
    counts = zones(grown, pods_of(client, grown.workload("api-gateway"))).values()
    assert (min(counts), max(counts)) == (4, 4)


def refusals(stack: RunningStack, namespace: str) -> list[str]:
    """Return why pods of a namespace were not created, whenever that was."""
    events = stack.client.objects("v1", "Event", namespace, fields="reason=FailedCreate")
    return [each["message"] for each in events]


def overruns(stack: RunningStack, namespace: str, events: Events) -> list[str]:
    """Return what a quota would have been too small for at any moment, had every pod had the mesh's sidecar.

    None is injected here, so that its requests and limits are added. Pods that are being stopped are not counted: the
    quota counts them to the end of their grace period, and an update then waits for them before it goes on.
    """
    hard = stack.client.get("v1", "ResourceQuota", "quota", namespace)["spec"]["hard"]
    sidecar = stack.settings.mesh.sidecar
    most: dict[str, Decimal] = {}
    pods: dict[str, Manifest] = {}
    for kind, pod in events:
        pods[pod["metadata"]["name"]] = pod
        if kind == "DELETED":
            del pods[pod["metadata"]["name"]]
        now = _usage(list(filter(alive, pods.values())), {"requests": sidecar.requests, "limits": sidecar.limits})
        most |= {key: max(amount, most.get(key, amount)) for key, amount in now.items()}
    assert most.keys() <= hard.keys()
    return [f"{key}: {found} of {hard[key]}" for key, found in most.items() if found > parse(hard[key])]


def _usage(pods: Sequence[Manifest], sidecar: Mapping[str, ComputeSettings]) -> dict[str, Decimal]:
    used = {"pods": Decimal(len(pods))}
    for pod in pods:
        for kind, extra in sidecar.items():
            for resource, more in extra.model_dump().items():
                own = [parse(each["resources"][kind][resource]) for each in pod["spec"]["containers"]]
                key = f"{kind}.{resource}"
                used[key] = used.get(key, Decimal(0)) + sum(own) + parse(more)
    return used


def test_tier_1_scales_in_the_zones_that_are_left(production: RunningStack, tally: Tally) -> None:
    """An outage taints the nodes of its zone; the node's pods are gone once they are evicted from there."""
    client, workload = production.client, production.workload("api-gateway")
    lost = [node.name for node in production.nodes if (node.pool, node.zone) == ("production", ZONE)]
    set_unschedulable(client, lost, unschedulable=True)
    since = scale(client, workload, 6)
    for pod in pods_of(client, workload):
        if pod["spec"]["nodeName"] in lost:
            client.delete({"apiVersion": "v1", "kind": "Pod", **pod}, grace_seconds=0)
    await_complete(client, [workload], timeout_seconds=20)
    assert zones(production, pods_of(client, workload)) == {"us-west-2b": 3, "us-west-2c": 3}
    count_pods(tally, client.history("v1", "Pod", "gateway", since))
    scale(client, workload, 3)
    set_unschedulable(client, lost, unschedulable=False)
    restart(client, workload)
    assert set(zones(production, pods_of(client, workload)).values()) == {1}


def test_autoscalers_find_what_they_scale_and_only_that(production: RunningStack) -> None:
    for autoscaler in production.of_kind("HorizontalPodAutoscaler"):
        target = autoscaler["spec"]["scaleTargetRef"]
        workload = production.workload(target["name"])
        metadata = workload["metadata"]
        kind = production.client.kind(target["apiVersion"], target["kind"])
        subresource = production.client.request("GET", kind.path(metadata["name"], metadata["namespace"], "scale"))
        assert subresource.accepted, subresource
        selector = dict(pair.split("=") for pair in subresource.body["status"]["selector"].split(","))
        pods = production.client.objects("v1", "Pod", metadata["namespace"])
        selected = {each["metadata"]["name"] for each in pods if matches({"matchLabels": selector}, labels_of(each))}
        assert selected == {each["metadata"]["name"] for each in pods_of(production.client, workload)}
        # ScalingActive is about metrics, which no server is here to give.
        eventually(
            lambda autoscaler=autoscaler: "SucceededGetScale" in able(production, autoscaler),  # type: ignore[misc]
            f"the controller reads the scale of {target['name']}",
            found=lambda autoscaler=autoscaler: able(production, autoscaler),  # type: ignore[misc]
        )


def labels_of(pod: Manifest) -> Manifest:
    """Return a pod's labels."""
    labels: Manifest = pod["metadata"]["labels"]
    return labels


def able(stack: RunningStack, autoscaler: Manifest) -> list[str]:
    """Return why the autoscaler can scale: the reasons of AbleToScale while it is true."""
    conditions = (stack.client.live(autoscaler) or {}).get("status", {}).get("conditions") or ()
    return [each["reason"] for each in conditions if each["type"] == "AbleToScale" and each["status"] == "True"]
