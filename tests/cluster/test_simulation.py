"""What controllers, scheduler and simulated nodes make of a workload: as in a cluster, but for the containers."""

from collections.abc import Iterator

import pytest

from tests.cluster.api import Client
from tests.cluster.batches import apply_waves, delete_waves, reapply_waves
from tests.cluster.conftest import MakeNamespace
from tests.cluster.drain import drain
from tests.cluster.manifests import pod, web
from tests.cluster.nodes import POOL_LABEL, SimulatedNode, add_nodes, remove_nodes, schedulable
from tests.cluster.tally import Tally
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually

CAPACITY = {"cpu": "2", "memory": "8Gi", "pods": "35"}


def endpoints(client: Client, namespace: str) -> set[str]:
    """Return the names of the pods that are ready endpoints of the Services in `namespace`."""
    slices = client.objects("discovery.k8s.io/v1", "EndpointSlice", namespace)
    each = [endpoint for part in slices for endpoint in part["endpoints"] or ()]
    return {endpoint["targetRef"]["name"] for endpoint in each if endpoint["conditions"]["ready"]}


def volumes(client: Client, storage_class: str) -> list[str]:
    """Return the names of the volumes of `storage_class`."""
    found = client.objects("v1", "PersistentVolume")
    return [each["metadata"]["name"] for each in found if each["spec"]["storageClassName"] == storage_class]


def ready(client: Client, deployment: Manifest) -> bool:
    """Return whether every replica is of the newest template and ready."""
    live = client.live(deployment) or {}
    status = live.get("status", {})
    replicas = deployment["spec"]["replicas"]
    seen = status.get("observedGeneration") == live["metadata"]["generation"]
    return seen and {status.get(f"{count}Replicas") for count in ("updated", "ready", "available")} == {replicas}


@pytest.fixture
def pools(whole: Client) -> Iterator[list[SimulatedNode]]:
    """A pool of one node in each of two zones, and a tainted one."""
    taint = {"key": POOL_LABEL, "value": "spot", "effect": "NoSchedule"}
    nodes = [
        SimulatedNode("general", "us-west-2a", CAPACITY),
        SimulatedNode("general", "us-west-2b", CAPACITY),
        SimulatedNode("spot", "us-west-2a", CAPACITY, taints=[taint]),
    ]
    add_nodes(whole, nodes)
    yield nodes
    remove_nodes(whole, nodes)


def test_a_ready_node_takes_pods_once_its_taint_is_gone() -> None:
    tainted = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    assert schedulable({"spec": {"taints": [{"key": POOL_LABEL}]}, "status": status})
    assert not schedulable({"spec": {"taints": [tainted]}, "status": status})
    assert not schedulable({"spec": {}, "status": {}})


def test_a_deployments_pods_run_on_the_pool_that_it_names(
    whole: Client, pools: list[SimulatedNode], make_namespace: MakeNamespace
) -> None:
    namespace = make_namespace()
    deployment, service, budget = web(namespace, replicas=4, pool="general", max_unavailable=0)
    waves = [[service, budget], [deployment]]
    assert apply_waves(whole, waves, Tally()).refused() == []
    eventually(
        lambda: ready(whole, deployment),
        "four pods are ready",
        found=lambda: [
            (each["spec"].get("nodeName"), each["status"]) for each in whole.objects("v1", "Pod", namespace)
        ],
    )
    pods = whole.objects("v1", "Pod", namespace, labels="app=web")
    assert sorted(each["spec"]["nodeName"] for each in pods) == [pools[0].name] * 2 + [pools[1].name] * 2
    names = {each["metadata"]["name"] for each in pods}
    eventually(lambda: endpoints(whole, namespace) == names, "the Service has the four pods as its ready endpoints")
    eventually(lambda: (whole.live(budget) or {})["status"].get("expectedPods") == 4, "the budget covers four pods")
    tally = Tally()
    assert reapply_waves(whole, waves, tally) == []
    assert tally.counts == {"re-applied unchanged": 3}
    delete_waves(whole, waves)


def test_a_taint_that_is_not_tolerated_keeps_pods_away(
    whole: Client, pools: list[SimulatedNode], make_namespace: MakeNamespace
) -> None:
    namespace = make_namespace()
    deployment, _, _ = web(namespace, replicas=1, pool="spot", max_unavailable=0)
    whole.apply(deployment)

    def unscheduled() -> list[str]:
        conditions = [
            each for pod in whole.objects("v1", "Pod", namespace) for each in pod["status"].get("conditions", ())
        ]
        return [each["message"] for each in conditions if each.get("reason") == "Unschedulable"]

    message = eventually(unscheduled, "the pod cannot be scheduled")[0]
    assert "1 node(s) had untolerated taint(s)" in message
    assert "2 node(s) didn't match Pod's node affinity/selector" in message


def test_a_rollout_can_be_read_change_by_change(
    whole: Client, pools: list[SimulatedNode], make_namespace: MakeNamespace
) -> None:
    namespace = make_namespace()
    deployment, _, _ = web(namespace, replicas=4, pool="general", max_unavailable=0)
    whole.apply(deployment)
    eventually(lambda: ready(whole, deployment), "four pods are ready")
    deployment["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example.com/app:2.0.0"
    since = whole.apply(deployment)["metadata"]["resourceVersion"]
    eventually(lambda: ready(whole, deployment), "four pods of the new version are ready")
    changes = whole.history("apps/v1", "Deployment", namespace, since)
    assert {kind for kind, _ in changes} == {"MODIFIED"}
    available = [live["status"]["availableReplicas"] for _, live in changes]
    assert (min(available), max(available)) == (4, 5)
    replaced = [
        live["metadata"]["name"] for kind, live in whole.history("v1", "Pod", namespace, since) if kind == "DELETED"
    ]
    assert len(replaced) == 4


def test_a_drain_waits_for_the_budget(whole: Client, pools: list[SimulatedNode], make_namespace: MakeNamespace) -> None:
    namespace = make_namespace()
    deployment, _, budget = web(namespace, replicas=2, pool="general", max_unavailable=0)
    deployment["spec"]["template"]["spec"].pop("topologySpreadConstraints")
    whole.apply(deployment)
    whole.apply(budget)
    eventually(lambda: ready(whole, deployment), "two pods are ready")
    eventually(lambda: (whole.live(budget) or {})["status"].get("expectedPods") == 2, "the budget covers two pods")
    node = whole.objects("v1", "Pod", namespace)[0]["spec"]["nodeName"]
    blocked = drain(whole, node, timeout_seconds=1)
    assert blocked
    for name, words in blocked.items():
        assert name.startswith(f"{namespace}/web-")
        assert words.startswith(
            "429 TooManyRequests: Cannot evict pod as it would violate the pod's disruption budget."
        )
    whole.patch(budget, {"spec": {"maxUnavailable": 1}})
    assert drain(whole, node) == {}
    (other,) = {pool.name for pool in pools[:2]} - {node}
    eventually(
        lambda: [each["spec"].get("nodeName") for each in whole.objects("v1", "Pod", namespace)] == [other] * 2,
        "two pods run on the other node",
    )


def test_a_claim_is_bound_when_its_first_consumer_is_scheduled(whole: Client, make_namespace: MakeNamespace) -> None:
    namespace = make_namespace()
    node = SimulatedNode("data", "us-west-2a", CAPACITY)
    storage_class = {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "waiting"},
        "provisioner": "ebs.csi.aws.com",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": namespace},
        "spec": {
            "storageClassName": "waiting",
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "20Gi"}},
        },
    }
    consumer = pod("consumer", namespace, volumeMounts=[{"name": "data", "mountPath": "/data"}])
    consumer["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    add_nodes(whole, [node])
    whole.apply(storage_class)
    whole.apply(claim)
    assert (whole.live(claim) or {})["status"]["phase"] == "Pending"
    whole.apply(consumer)
    eventually(lambda: (whole.live(claim) or {})["status"]["phase"] == "Bound", "the claim is bound")
    eventually(lambda: (whole.live(consumer) or {})["status"].get("phase") == "Running", "its consumer runs")
    whole.delete(consumer)
    whole.delete(claim)
    eventually(lambda: not volumes(whole, "waiting"), "the volume went with its claim")
    whole.delete(storage_class)
    remove_nodes(whole, [node])
