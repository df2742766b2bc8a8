"""For each guarantee one object that breaks it, made of what Slipway renders: the server refuses it, and says why."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from components.apps.context import context
from components.apps.manifests import render
from tests.cluster.api import Client
from tests.cluster.batches import Identity, Waves, apply_waves, delete_waves
from tests.cluster.rendered import one, waves
from tests.cluster.tally import Tally
from tests.cluster.twins import OBJECTS, PODS, Twin, container, webapp_pod
from tests.cluster.verdict import Manifest, RefusedError
from tests.cluster.waiting import eventually
from tests.unit.apps.stacks import app_documents, stack


@pytest.fixture(scope="module")
def applied(whole: Client, custom_resources: set[tuple[str, str]]) -> Iterator[Waves]:
    """The objects of the production stack, applied, with every quota in force."""
    batches = waves("production")
    assert apply_waves(whole, batches, Tally()).refused() == []
    for quota in (each for wave in batches for each in wave if each["kind"] == "ResourceQuota"):
        eventually(lambda quota=quota: (whole.live(quota) or {}).get("status", {}).get("used"), "the quota is known")  # type: ignore[misc]
    yield batches
    delete_waves(whole, batches)


@pytest.mark.parametrize(("breaking", "words"), PODS.values(), ids=PODS)
def test_a_pod_that_breaks_a_rule_is_refused(breaking: Twin, words: str, whole: Client, applied: Waves) -> None:
    pod = webapp_pod(applied)
    accepted = whole.try_apply(pod, dry_run=True)
    assert (accepted.accepted, accepted.warnings) == (True, ()), accepted
    breaking(pod)
    refused = whole.try_apply(pod, dry_run=True)
    assert not refused.accepted
    assert words in refused.message


@pytest.mark.parametrize(("kind", "name", "breaking", "words"), OBJECTS.values(), ids=OBJECTS)
def test_an_object_that_breaks_a_rule_is_refused(
    kind: str, name: str, breaking: Twin, words: str, whole: Client, applied: Waves
) -> None:
    space = "web" if kind == "LimitRange" else None
    twin = deepcopy(one(applied, kind, name, space))
    breaking(twin)
    refused = whole.try_apply(twin, dry_run=True)
    assert not refused.accepted
    assert words in refused.message


def test_a_version_that_is_no_longer_served_is_refused(whole: Client, applied: Waves) -> None:
    budget = {**one(applied, "PodDisruptionBudget", "webapp-pdb"), "apiVersion": "policy/v1beta1"}
    with pytest.raises(LookupError, match="does not serve policy/v1beta1 PodDisruptionBudget"):
        whole.try_apply(budget, dry_run=True)
    path = "/apis/policy/v1beta1/namespaces/web/poddisruptionbudgets"
    assert whole.request("POST", path, budget, query={"dryRun": "All"}).status == 404


def test_a_container_that_says_nothing_gets_the_limits_of_its_namespace(whole: Client, applied: Waves) -> None:
    pod = webapp_pod(applied)
    del container(pod)["resources"]
    admitted = whole.try_apply(pod, dry_run=True)
    assert admitted.accepted, admitted
    assert container(admitted.body)["resources"] == {
        "limits": {"cpu": "500m", "memory": "512Mi"},
        "requests": {"cpu": "100m", "memory": "128Mi"},
    }


def test_a_pod_has_its_tiers_priority_and_no_token(whole: Client, applied: Waves) -> None:
    admitted = whole.try_apply(webapp_pod(applied), dry_run=True).body["spec"]
    assert (admitted["priority"], admitted["preemptionPolicy"]) == (1_000_000, "PreemptLowerPriority")
    assert [volume for volume in admitted["volumes"] if "projected" in volume] == []


@pytest.mark.parametrize(("kind", "namespace"), [("Secret", "web"), ("ConfigMap", "web"), ("Pod", "data")])
def test_an_apps_service_account_may_read_nothing(kind: str, namespace: str, whole: Client, applied: Waves) -> None:
    account = "system:serviceaccount:web:webapp"
    groups = ["system:serviceaccounts", "system:serviceaccounts:web", "system:authenticated"]
    with pytest.raises(RefusedError, match=f'User "{account}" cannot list resource') as refusal:
        whole.as_user(account, groups).objects("v1", kind, namespace)
    assert refusal.value.verdict.status == 403


def test_a_budget_that_selects_nothing_covers_nothing(whole: Client, applied: Waves) -> None:
    budget = one(applied, "PodDisruptionBudget", "webapp-pdb")
    twin = deepcopy(budget)
    twin["metadata"]["name"] = "twin"
    twin["spec"]["selector"]["matchLabels"] = {"app": "nobody"}

    def expected(manifest: Manifest) -> int | None:
        pods: int | None = (whole.live(manifest) or {}).get("status", {}).get("expectedPods")
        return pods

    whole.apply(twin)
    eventually(lambda: expected(twin) is not None, "the controller has seen the twin")
    eventually(
        lambda: expected(budget) == 4, "the budget covers three pods and a canary", found=lambda: expected(budget)
    )
    assert expected(twin) == 0
    whole.delete(twin)


def test_a_claim_of_an_unknown_storage_class_waits_for_ever(whole: Client, applied: Waves) -> None:
    template = one(applied, "StatefulSet", "postgres")["spec"]["volumeClaimTemplates"][0]
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "twin", "namespace": "data"},
        "spec": {**template["spec"], "storageClassName": "gp9"},
    }
    whole.apply(claim)

    def failures() -> list[str]:
        events = whole.objects("v1", "Event", "data", fields="involvedObject.name=twin,reason=ProvisioningFailed")
        return [event["message"] for event in events]

    assert eventually(failures, "nobody provides the volume") == ['storageclass.storage.k8s.io "gp9" not found']
    assert (whole.live(claim) or {})["status"]["phase"] == "Pending"
    whole.delete(claim)


CHANGES: dict[str, dict[str, Any]] = {
    "a version": {"image": "registry.example.com/app:9.9.9"},
    "a digest": {"image": f"registry.example.com/app@sha256:{'0' * 64}"},
    "tier 1": {"tier": 1, "pool": None},
    "tier 3": {"tier": 3},
    "another pool": {"pool": "production"},
    "labels": {"labels": {"example.com/team": "payments", "app.kubernetes.io/component": "other"}},
    "replicas": {"replicas": 5, "scaling": None},
    "a port": {"ports": {"http": 8085, "metrics": 9090}},
    "no canary": {"canary": None},
    "what it may call": {"allowTo": []},
}


@pytest.mark.parametrize("name", ["webapp", "postgres"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_change_of_an_app_meets_what_cannot_be_changed(
    change: dict[str, Any], name: str, whole: Client, applied: Waves
) -> None:
    documents = app_documents("production")
    settings = stack("production", *({**each, **(change if each["name"] == name else {})} for each in documents))
    (app,) = (each for each in settings.apps if each.name == name)
    live = {Identity.of(manifest): manifest for wave in applied for manifest in wave}
    for manifest in render(app, context(settings)).values():
        verdict = whole.try_apply(manifest, dry_run=True)
        assert verdict.accepted, verdict
        before = live.get(Identity.of(manifest))
        if before and manifest["kind"] in {"Deployment", "StatefulSet", "Service", "PodDisruptionBudget"}:
            assert manifest["spec"]["selector"] == before["spec"]["selector"]
