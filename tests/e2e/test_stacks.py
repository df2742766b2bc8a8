"""What a user depends on in each shipped stack, from the files to the resources."""

import re

import pytest

from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.chart_values import RELEASE, chart, lock_entry, unknown_values
from tests.support.graph import ANSWERED_BY, Graph
from tests.support.schemas import manifest_problems
from tests.support.shipped import STACKS, recorded
from tests.support.waits import barriers

AWS_STACKS = tuple(stack for stack in STACKS if stack != "local")


OUTLIVING = frozenset({"istio-gateway", "ingress-gateway-api-gateway", "ingress-gateway-api-namespace"})
"""What makes load balancers: it goes while their controllers run, and these after it."""


def leads(resource: Resource) -> bool:
    """Whether an app's object is known outside the cluster, or to a controller there is outside."""
    return resource.kind in {"Ingress", "Gateway", "Certificate", "HTTPRoute"} and "-mesh-" not in resource.name


def manifests(recording: Recording) -> list[tuple[str, dict[str, object]]]:
    return [
        (resource.urn, dict(resource.inputs))
        for resource in recording.resources
        if resource.package == "kubernetes" and resource.custom and "kind" in resource.inputs
    ]


def reaches(recording: Recording, start: Resource, goal: Resource) -> bool:
    """Whether `start` waits, directly or through others, for `goal`."""
    seen, open_ = set[str](), [start.urn]
    while open_:
        urn = open_.pop()
        if urn == goal.urn:
            return True
        if urn not in seen and urn in recording.by_urn:
            seen.add(urn)
            found = recording.by_urn[urn]
            open_.extend([*found.dependencies, *([found.provider] if found.provider else [])])
    return False


def named(recording: Recording, token: str, name: str) -> Resource:
    (found,) = (each for each in recording.of_type(token) if each.name == name)
    return found


@pytest.mark.parametrize("stack", STACKS)
def test_every_manifest_is_one_that_kubernetes_takes(stack: str) -> None:
    rendered = manifests(recorded(stack))
    assert len(rendered) > 30
    assert [f"{urn}: {problem}" for urn, manifest in rendered for problem in manifest_problems(manifest)] == []


@pytest.mark.parametrize("stack", AWS_STACKS)
def test_every_chart_value_exists_in_its_chart(stack: str) -> None:
    releases = recorded(stack).of_type(RELEASE)
    assert releases
    problems = [
        f"{release.name}: {problem}"
        for release in releases
        for problem in unknown_values(chart(lock_entry(release.inputs)), release.inputs.get("values", {}))  # type: ignore[arg-type]
    ]
    assert problems == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_set_of_resources_does_not_depend_on_outputs(stack: str) -> None:
    assert set(recorded(stack).by_urn) == set(recorded(stack, known=False).by_urn)


@pytest.mark.parametrize("stack", STACKS)
def test_no_resource_falls_back_to_a_default_provider(stack: str) -> None:
    without = [
        resource.urn
        for resource in recorded(stack).resources
        if resource.custom and not resource.is_provider and not resource.provider
    ]
    assert without == []


@pytest.mark.parametrize("stack", STACKS)
def test_types_and_names_make_unique_urns(stack: str) -> None:
    urns = [resource.urn for resource in recorded(stack).resources]
    assert len(urns) == len(set(urns))


def test_local_makes_nothing_in_aws() -> None:
    assert {resource.package for resource in recorded("local").resources} <= {"kubernetes", "pulumi", "slipway"}
    (provider,) = recorded("local").of_type("pulumi:providers:kubernetes")
    assert provider.inputs["context"] == "kind-slipway"
    assert "kubeconfig" not in provider.inputs


def test_production_has_all_that_the_platform_is() -> None:
    production = recorded("production")
    groups = {group.name for group in production.of_type("aws:eks/nodeGroup:NodeGroup")}
    assert groups == {
        f"nodes-{pool}-us-west-2{zone}"
        for pool, zones in {"general": "abc", "memory": "ab", "gpu": "ab", "spot": "abc", "production": "abc"}.items()
        for zone in zones
    }
    assert len(production.of_type("aws:ec2/vpc:Vpc")) == 1
    (cluster,) = production.of_type("aws:eks/cluster:Cluster")
    assert cluster.inputs["version"] == "1.35"
    assert {release.inputs["name"] for release in production.of_type(RELEASE)} == {
        "tigera-operator", "cert-manager", "istio-base", "istio-cni", "istiod", "istio-ingressgateway",
    }  # fmt: skip
    assert {stack.name for stack in production.of_type("slipway:apps:AppStack")} == {
        "api-gateway",
        "webapp",
        "postgres",
    }


@pytest.mark.parametrize("stack", AWS_STACKS)
def test_the_network_is_there_before_the_nodes_and_these_before_the_pods(stack: str) -> None:
    recording = recorded(stack)
    cni = named(recording, "aws:eks/addon:Addon", "addons-before-compute-vpc-cni")
    dns = named(recording, "aws:eks/addon:Addon", "addons-after-compute-coredns")
    groups = recording.of_type("aws:eks/nodeGroup:NodeGroup")
    assert all(reaches(recording, group, cni) for group in groups)
    runs_dns = [group for group in groups if not barriers(group) and dig(group.inputs, "scalingConfig", "desiredSize")]
    assert runs_dns
    assert all(reaches(recording, dns, group) == (group in runs_dns) for group in groups)
    for workload in recording.of_type("kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet"):
        assert reaches(recording, workload, dns)


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_definitions_and_webhooks_come_before_what_they_serve(stack: str) -> None:
    found = Graph(recorded(stack))
    served = list(found.custom_resources())
    assert len(served) >= 8
    for group, each in served:
        answering = found.charts[ANSWERED_BY[group]] if group in ANSWERED_BY else ()
        assert found.waits(each, [*found.definitions(group), *answering]), each.urn
    (injector,) = found.charts["linkerd-control-plane" if stack == "staging" else "istiod"]
    installation = named(found.recording, "kubernetes:operator.tigera.io/v1:Installation", "calico-installation")
    for workload in found.workloads():
        assert found.waits(workload, [injector, installation])


@pytest.mark.parametrize("stack", AWS_STACKS)
def test_destroying_asks_the_api_only_for_what_lives_outside_the_cluster(stack: str) -> None:
    recording = recorded(stack)
    (cluster,) = recording.of_type("aws:eks/cluster:Cluster")
    for resource in recording.resources:
        if resource.package != "kubernetes" or not (resource.custom or resource.remote):
            continue
        outside = resource.name in OUTLIVING or (resource.parent and "AppStack" in resource.parent and leads(resource))
        assert resource.deleted_with == (None if outside else cluster.urn), resource.urn


def test_production_protects_what_holds_state() -> None:
    protected = {resource.kind for resource in recorded("production").resources if resource.protect}
    assert protected >= {"Vpc", "Cluster", "Key", "StatefulSet"}


@pytest.mark.parametrize("stack", ["staging", "local"])
def test_a_second_run_registers_the_same(stack: str) -> None:
    first = recorded(stack)
    recorded.cache_clear()
    assert recorded(stack) == first


@pytest.mark.parametrize("stack", AWS_STACKS)
def test_images_are_pinned_and_nothing_names_a_mutable_tag(stack: str) -> None:
    text = repr([resource.inputs for resource in recorded(stack).resources])
    assert re.search(r":latest['\"]", text) is None
