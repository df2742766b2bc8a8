"""Draining production's nodes: what a budget keeps, what it lets go one by one, and where the pods go instead."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.apps.disruption import DisruptionSettings
from tests.cluster.drain import drain
from tests.cluster.nodes import set_unschedulable
from tests.cluster.running import RunningStack
from tests.cluster.tally import Tally
from tests.cluster.waiting import eventually
from tests.cluster.workloads import await_complete, count_pods, extremes, pods_of, restart

TIERS_GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "tiers.md"
BLOCKED = "Cannot evict pod as it would violate the pod's disruption budget."


@pytest.fixture
def drained(production: RunningStack) -> Iterator[RunningStack]:
    """Production, whose nodes are uncordoned and whose pods are spread again after the test."""
    yield production
    set_unschedulable(production.client, [node.name for node in production.nodes], unschedulable=False)
    for workload in production.workloads:
        restart(production.client, workload)


def settled(stack: RunningStack, budget: str, *, allowed: int) -> None:
    """Wait until a budget lets `allowed` pods go."""
    (manifest,) = [each for each in stack.of_kind("PodDisruptionBudget") if each["metadata"]["name"] == budget]
    eventually(
        lambda: (stack.client.live(manifest) or {}).get("status", {}).get("disruptionsAllowed") == allowed,
        f"{budget} lets {allowed} pods go",
    )


def test_tier_1s_budget_blocks_the_drain_in_the_words_of_the_guide(drained: RunningStack) -> None:
    client = drained.client
    settled(drained, "api-gateway-pdb", allowed=0)
    (pod, *_) = pods = pods_of(client, drained.workload("api-gateway"))
    name = pod["metadata"]["name"]
    assert drain(client, pod["spec"]["nodeName"], timeout_seconds=1) == {
        f"gateway/{name}": f"429 TooManyRequests: {BLOCKED}"
    }
    (cause,) = client.try_evict(pod).body["details"]["causes"]
    assert cause["message"] == "The disruption budget api-gateway-pdb needs 3 healthy pods and has 3 currently"
    guide = " ".join(TIERS_GUIDE.read_text().split())
    assert BLOCKED in guide
    assert cause["message"].replace("api-gateway-pdb", "`api-gateway-pdb`") in guide
    uids = {each["metadata"]["uid"] for each in pods_of(client, drained.workload("api-gateway"))}
    assert uids == {each["metadata"]["uid"] for each in pods}


def test_the_way_out_lets_tier_1_go_one_at_a_time(drained: RunningStack, tally: Tally) -> None:
    client, workload = drained.client, drained.workload("api-gateway")
    app = drained.app("api-gateway")
    relaxed = drained.rendered(app.model_copy(update={"disruption": DisruptionSettings(max_unavailable=1)}))["pdb"]
    before = pods_of(client, workload)
    since = client.apply(relaxed)["metadata"]["resourceVersion"]
    settled(drained, "api-gateway-pdb", allowed=1)
    node = before[0]["spec"]["nodeName"]
    assert drain(client, node) == {}
    await_complete(client, [workload])
    events = client.history("v1", "Pod", "gateway", since)
    count_pods(tally, events)
    assert extremes(before, events, workload).fewest_ready == 2
    assert node not in {pod["spec"]["nodeName"] for pod in pods_of(client, workload)}
    client.apply(drained.rendered(app)["pdb"])


def test_two_drains_at_once_take_one_pod_of_tier_2_at_a_time(drained: RunningStack, tally: Tally) -> None:
    client, workloads = drained.client, [drained.workload("webapp"), drained.workload("webapp-canary")]
    settled(drained, "webapp-pdb", allowed=1)
    before = drained.pods("webapp")
    since = client.get("v1", "Namespace", "web")["metadata"]["resourceVersion"]
    nodes = sorted({pod["spec"]["nodeName"] for pod in before})[:2]
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert list(pool.map(lambda node: drain(client, node), nodes)) == [{}, {}]
    await_complete(client, workloads)
    events = client.history("v1", "Pod", "web", since)
    count_pods(tally, events)
    both = {"spec": {"selector": {"matchLabels": {"app": "webapp"}}}}
    assert extremes(before, events, both).fewest_ready == 3
    assert not set(nodes) & {pod["spec"]["nodeName"] for pod in drained.pods("webapp")}
