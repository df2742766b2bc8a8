"""Production's pods: admitted, on their tier's pool, spread as it demands, and with all that they name."""

from collections import Counter

from tests.cluster.findings import dangling, misplaced, unadmitted, unrestricted
from tests.cluster.pools import ZONE_LABEL, planned_nodes
from tests.cluster.running import RunningStack
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually
from tests.cluster.workloads import await_complete, count_pods, pods_of

POOLS = {"api-gateway": "production", "webapp": "general", "postgres": "memory"}


def zones(stack: RunningStack, pods: list[Manifest]) -> Counter[str]:
    """Return how many pods are in each zone."""
    nodes = {node["metadata"]["name"]: node["metadata"]["labels"] for node in stack.client.objects("v1", "Node")}
    return Counter(nodes[pod["spec"]["nodeName"]][ZONE_LABEL] for pod in pods)


def test_the_nodes_are_those_that_the_stack_declares() -> None:
    nodes = planned_nodes("production")
    assert Counter(node.pool for node in nodes) == {"general": 4, "memory": 2, "gpu": 2, "spot": 4, "production": 3}
    assert {node.zone for node in nodes if node.pool == "production"} == {"us-west-2a", "us-west-2b", "us-west-2c"}
    (gpu, *_) = [node for node in nodes if node.pool == "gpu"]
    assert gpu.capacity["nvidia.com/gpu"] == "1"
    assert gpu.taints == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"}]


def test_every_pod_that_is_declared_is_admitted_without_a_warning(production: RunningStack) -> None:
    assert list(unadmitted(production)) == []
    assert list(unrestricted(production)) == []
    assert {app.name: len(production.pods(app.name)) for app in production.settings.apps} == {
        "api-gateway": 3,
        "webapp": 4,
        "postgres": 1,
    }


def test_every_pod_runs_on_its_tiers_pool(production: RunningStack) -> None:
    assert list(misplaced(production, POOLS)) == []


def test_tier_1_has_a_pod_in_every_zone(production: RunningStack) -> None:
    found = zones(production, pods_of(production.client, production.workload("api-gateway")))
    assert found == {"us-west-2a": 1, "us-west-2b": 1, "us-west-2c": 1}


def test_tier_2_has_every_pod_on_a_node_of_its_own_while_there_are_enough(
    production: RunningStack, tally: Tally
) -> None:
    """Only pods that are new together: in an update the preference is for nodes without the pods that it replaces."""
    client, workloads = production.client, [production.workload("webapp"), production.workload("webapp-canary")]
    since = client.objects("apps/v1", "Deployment", "web")[0]["metadata"]["resourceVersion"]
    old = {pod["metadata"]["uid"] for pod in production.pods("webapp")}
    for pod in production.pods("webapp"):
        client.delete({"apiVersion": "v1", "kind": "Pod", **pod}, grace_seconds=0, wait_seconds=0)
    eventually(lambda: not old & {pod["metadata"]["uid"] for pod in production.pods("webapp")}, "the old pods are gone")
    await_complete(client, workloads)
    count_pods(tally, client.history("v1", "Pod", "web", since))
    nodes = [pod["spec"]["nodeName"] for pod in production.pods("webapp")]
    assert len(set(nodes)) == len(nodes) == 4


def test_priorities_are_the_tiers(production: RunningStack) -> None:
    found = {app: {pod["spec"]["priority"] for pod in production.pods(app)} for app in POOLS}
    assert found == {"api-gateway": {1_000_000_000}, "webapp": {1_000_000}, "postgres": {1_000_000}}


def test_everything_that_a_pod_names_is_there(production: RunningStack) -> None:
    assert list(dangling(production)) == []
