"""What AppStack and PriorityClasses register, on recorded inputs."""

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pulumi
import pytest
from pulumi_kubernetes.core.v1.Namespace import Namespace

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.priority import PriorityClasses
from components.apps.secret_sources import GENERATED
from components.apps.settings import AppSettings
from components.apps.stack import AppStack
from components.component import Target
from tests.support.incluster import record_in_cluster, waits_for
from tests.support.recorded import Recorded, Recording, Secret
from tests.support.schemas import recording_problems
from tests.unit.apps.shipped import app, context, shipped

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SECRET_APP = app(secrets={"values": {"PASSWORD": "password"}}, ports={"http": 80}, wait=False)


def deploy(settings: AppSettings, where: AppContext, *, known: bool = True) -> Recording:
    def build(cluster: Target, nodes: pulumi.Resource) -> None:
        options = pulumi.ResourceOptions(provider=cluster.provider)
        namespace = Namespace("ns", metadata={"name": settings.namespace}, opts=options)
        AppStack(settings.name, settings, target=replace(cluster, dns=(nodes,)), context=where, after=[namespace])

    return record_in_cluster(build, known=known)


@pytest.fixture(scope="module")
def production() -> dict[str, Recording]:
    apps = shipped("production")
    where = context(*apps.values(), protect=True)
    return {name: deploy(each, where) for name, each in apps.items()}


def named(recording: Recording, name: str) -> Recorded:
    (found,) = [each for each in recording.resources if each.name == name]
    return found


def unwrapped(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


@pytest.mark.parametrize("name", ["api-gateway", "postgres", "webapp"])
def test_the_recorded_inputs_are_the_manifests(production: dict[str, Recording], name: str) -> None:
    apps = shipped("production")
    expected = render(apps[name], context(*apps.values(), protect=True))
    recorded = {
        each.name.removeprefix(f"{name}-"): each.inputs
        for each in production[name].resources
        if each.parent.endswith(f"AppStack::{name}")
    }
    for suffix in (each for each in expected if each.startswith(GENERATED)):  # of which no manifest has the value
        assert isinstance(recorded[suffix]["data"], Secret)
        recorded[suffix] = {**recorded[suffix], "data": expected[suffix]["data"]}
    assert recorded == expected
    assert recording_problems(production[name]) == []


def test_every_child_is_the_components_and_uses_the_clusters_provider(production: dict[str, Recording]) -> None:
    recording = production["webapp"]
    component = recording.one("slipway:apps:AppStack")
    children = [each for each in recording.resources if each.parent == component.urn]
    assert len(children) == 17
    assert {each.provider.split("::")[-2] for each in children} == {"cluster"}
    namespace = named(recording, "ns").urn
    assert all(namespace in each.dependencies for each in children)


def test_pods_wait_for_nodes_and_for_what_they_mount(production: dict[str, Recording]) -> None:
    recording = production["webapp"]
    for name in ("webapp-deployment", "webapp-canary"):
        assert waits_for(recording, named(recording, name)) == {"webapp-sa", "webapp-config", "ns", "nodes"}
    assert waits_for(recording, named(recording, "webapp-service")) == {"ns"}


def test_requests_are_divided_when_the_canary_is_there(production: dict[str, Recording]) -> None:
    recording = production["webapp"]
    for name in ("webapp-vs", "webapp-mesh"):
        assert waits_for(recording, named(recording, name)) == {"webapp-dr", "webapp-canary", "ns"}


def test_only_what_makes_something_outside_is_deleted_before_the_cluster(production: dict[str, Recording]) -> None:
    outside = {
        each.name
        for recording in production.values()
        for each in recording.resources
        if each.parent.split("::")[-2].endswith("AppStack") and not each.deleted_with
    }
    assert outside == {
        "api-gateway-ingress",
        "api-gateway-ingress-redirect",
        "api-gateway-tls",
        "webapp-gateway",
        "webapp-tls",
    }


def test_the_autoscaler_owns_the_replicas_of_the_stable_version_only(production: dict[str, Recording]) -> None:
    ignored = {
        each.name: each.ignore_changes
        for recording in production.values()
        for each in recording.resources
        if each.ignore_changes
    }
    assert ignored == {
        "api-gateway-deployment": ("spec.replicas",),
        "api-gateway-generated-secret-session": ("data",),
        "postgres-generated-secret-password": ("data",),
        "webapp-deployment": ("spec.replicas",),
    }
    assert named(production["api-gateway"], "api-gateway-deployment").inputs["spec"]["replicas"] == 3


def test_what_holds_data_is_protected_where_the_stack_says_so(production: dict[str, Recording]) -> None:
    protected = {each.name for recording in production.values() for each in recording.resources if each.protect}
    assert protected == {"postgres-statefulset"}
    apps = shipped("production")
    unprotected = deploy(apps["postgres"], context(*apps.values()))
    assert not named(unprotected, "postgres-statefulset").protect


def test_a_secret_value_is_secret_all_the_way() -> None:
    recording = deploy(SECRET_APP, context(SECRET_APP))
    secret = named(recording, "api-secrets")
    encoded = b64encode(b"hidden").decode()
    assert "Secret(value=" in repr(secret.inputs["data"])
    assert unwrapped(unwrapped(secret.inputs["data"])["PASSWORD"]) == encoded
    others = repr([each.inputs for each in recording.resources if each is not secret])
    assert "hidden" not in others
    assert encoded not in others
    assert secret.urn in named(recording, "api-deployment").dependencies


def test_waiting_can_be_switched_off() -> None:
    recording = deploy(SECRET_APP, context(SECRET_APP))
    skipped = {
        each.name
        for each in recording.resources
        if each.inputs.get("metadata", {}).get("annotations", {}).get("pulumi.com/skipAwait") == "true"
    }
    assert skipped == {"api-deployment", "api-service"}


def test_the_set_of_resources_does_not_depend_on_outputs() -> None:
    apps = shipped("production")
    for each in apps.values():
        where = context(*apps.values())
        assert deploy(each, where).urns == deploy(each, where, known=False).urns


def test_attributes() -> None:
    apps = shipped("production")
    seen: dict[str, AppStack] = {}

    def build(cluster: Target, _: pulumi.Resource) -> None:
        for name, each in apps.items():
            seen[name] = AppStack(name, each, target=cluster, context=context(*apps.values()))

    record_in_cluster(build)
    assert seen["webapp"].urls == ("https://webapp.example.com/",)
    assert seen["api-gateway"].urls == ("https://api.example.com/api",)
    assert seen["postgres"].urls == ()
    assert seen["postgres"].host == "postgres-service.data.svc.cluster.local"
    assert seen["postgres"].workload is seen["postgres"].resources["statefulset"]


def test_priority_classes() -> None:
    recording = record_in_cluster(lambda cluster, _: PriorityClasses("priority", target=cluster))
    classes = recording.all("kubernetes:scheduling.k8s.io/v1:PriorityClass")
    assert {
        each.inputs["metadata"]["name"]: (each.inputs["value"], each.inputs["preemptionPolicy"]) for each in classes
    } == {
        "mission-critical": (1_000_000_000, "PreemptLowerPriority"),
        "high-priority": (1_000_000, "PreemptLowerPriority"),
        "low-priority": (-1, "Never"),
    }
    assert {each.name for each in classes} == {
        "priority-mission-critical",
        "priority-high-priority",
        "priority-low-priority",
    }
    assert not any(each.inputs["globalDefault"] for each in classes)
    assert recording_problems(recording) == []
