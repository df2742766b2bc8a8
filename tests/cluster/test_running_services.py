"""Production's Services lead to their pods, its budgets cover theirs, its claims are bound by class."""

import pytest

from tests.cluster.api import Client
from tests.cluster.findings import unbound, uncovered, unserved
from tests.cluster.running import RunningStack
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually

EBS = "ebs.csi.aws.com"


def claim(name: str, namespace: str, storage_class: str | None) -> Manifest:
    """Return a claim of a gibibyte; None is a claim that names no class."""
    named = {"storageClassName": storage_class} if storage_class else {}
    size = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": {**size, **named}}


def consumer(name: str, namespace: str) -> Manifest:
    """Return a pod that mounts the claim of its name; its namespace's limits give it requests."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "containers": [{"name": "app", "image": "registry.example.com/app:1.0.0"}],
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": name}}],
        },
    }


def bound(client: Client, wanted: Manifest) -> bool:
    """Return whether a claim has its volume."""
    return bool((client.live(wanted) or {})["status"]["phase"] == "Bound")


def test_every_service_leads_to_all_pods_of_its_app(production: RunningStack) -> None:
    assert len(production.of_kind("Service")) == 6
    eventually(
        lambda: not list(unserved(production)),
        "every Service leads to its pods",
        found=lambda: list(unserved(production)),
    )


def test_every_budget_covers_its_app_and_lets_go_what_the_tier_says(production: RunningStack) -> None:
    allowed = {"api-gateway": 0, "webapp": 1, "postgres": 1}
    eventually(
        lambda: not list(uncovered(production, allowed)),
        "every budget covers its pods",
        found=lambda: list(uncovered(production, allowed)),
    )


def test_the_database_has_its_volume(production: RunningStack) -> None:
    assert list(unbound(production, {"gp3-ssd": EBS})) == []
    claims = production.client.objects("v1", "PersistentVolumeClaim", "data")
    assert [each["metadata"]["name"] for each in claims] == ["data-postgres-0"]


@pytest.mark.parametrize("storage_class", ["gp3-ssd", "io2-perf", "standard-hdd", None])
def test_a_claim_of_each_class_waits_for_a_pod_and_is_then_bound(
    production: RunningStack, storage_class: str | None
) -> None:
    client = production.client
    wanted = claim("scratch", "default", storage_class)
    pod = consumer("scratch", "default")
    assert client.apply(wanted)["spec"]["storageClassName"] == (storage_class or "gp3-ssd")
    assert not bound(client, wanted)
    client.apply(pod)
    eventually(lambda: bound(client, wanted), "the claim is bound")
    client.delete(pod)
    client.delete(wanted)
