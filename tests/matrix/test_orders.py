"""In which order each combination is built and, the other way round, destroyed."""

import pytest

from slipway.recording.objects import dig, items
from slipway.recording.resource import Resource
from tests.matrix.axes import ROWS, Row
from tests.matrix.expected import forbidden
from tests.matrix.project import recorded
from tests.support.graph import ANSWERED_BY, Graph

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ADDON = "aws:eks/addon:Addon"
ALLOWED = [pytest.param(row, id=row.name) for row in ROWS if forbidden(row) is None]

KEEPS: dict[str, tuple[str, ...]] = {
    "alb": ("aws-load-balancer-controller",),
    "gateway-alb": ("aws-load-balancer-controller",),
    "nginx": ("nginx-ingress",),
    "gateway-envoy": ("gateway-helm",),
    "gateway-istio": ("istiod",),
    "istio": ("istiod", "istio-gateway"),
    "external": (),
}
"""The charts whose pods make and unmake what an app's way in stands for outside the cluster."""

OUTSIDE = frozenset({"Ingress", "Gateway", "HTTPRoute", "VirtualServer"})


def graph(row: Row) -> Graph:
    return Graph(recorded(row))


def leads_in(resource: Resource) -> bool:
    """Tell an app's way in from the routes that a mesh has between apps, whose parent is a Service."""
    parents = {dig(parent, "kind") for parent in items(resource.inputs, "spec", "parentRefs")}
    return "AppStack" in resource.urn and parents <= {"Gateway"}


def named(found: Graph, token: str, ending: str) -> Resource:
    (one,) = (each for each in found.recording.of_type(token) if each.name.endswith(ending))
    return one


@pytest.mark.parametrize("row", ALLOWED)
def test_the_pod_network_is_there_before_the_pods_that_need_it(row: Row) -> None:
    found = graph(row)
    nodes, dns = found.recording.of_type(NODE_GROUP), named(found, ADDON, "-coredns")
    assert nodes
    assert all(found.waits(workload, [dns]) for workload in found.workloads())
    if row.cni == "calico-cni":
        (operator,) = found.charts["tigera-operator"]
        # Nodes are ready with Calico only, and its operator runs on nodes only: neither may wait for the other.
        assert not any(found.waits(node, [operator]) or found.waits(operator, [node]) for node in nodes)
        assert not [each for each in found.recording.of_type(ADDON) if each.name.endswith("-vpc-cni")]
    else:
        cni = named(found, ADDON, "-vpc-cni")
        assert all(found.waits(node, [cni]) for node in nodes)
    if row.cni != "vpc-cni":
        (installation,) = (each for _, each in found.custom_resources() if each.kind == "Installation")
        apps = [each for each in found.workloads() if each.name.startswith(("shop", "stock"))]
        assert len(apps) >= 2
        assert all(found.waits(app, [installation]) for app in apps)


@pytest.mark.parametrize("row", ALLOWED)
def test_definitions_come_before_the_objects_and_go_after_them(row: Row) -> None:
    found = graph(row)
    objects = list(found.custom_resources())
    without = [each.urn for group, each in objects if not found.waits(each, found.definitions(group))]
    assert without == []
    assert len(objects) >= 2


@pytest.mark.parametrize("row", ALLOWED)
def test_webhooks_answer_before_anybody_asks_and_until_nobody_does(row: Row) -> None:
    found = graph(row)
    for group, each in found.custom_resources():
        if group in ANSWERED_BY:
            assert found.waits(each, found.charts[ANSWERED_BY[group]]), each.urn
    injectors = [
        release for entry in ("istiod", "linkerd-control-plane") for release in found.charts.get(entry, ())
    ] + [release for entry in ("istio-cni", "istio-ztunnel", "linkerd2-cni") for release in found.charts.get(entry, ())]
    assert bool(injectors) == (row.mesh != "none")
    for app in found.recording.of_type("kubernetes:apps/v1:Deployment"):
        assert found.waits(app, injectors), app.urn


@pytest.mark.parametrize("row", ALLOWED)
def test_what_lives_outside_goes_while_its_controller_still_runs(row: Row) -> None:
    found = graph(row)
    keepers = [release for entry in KEEPS[row.ingress] for release in found.charts[entry]]
    ways_in = [each for each in found.recording.resources if each.custom and each.kind in OUTSIDE and leads_in(each)]
    assert ways_in
    for each in ways_in:
        assert found.waits(each, keepers), each.urn
        assert each.deleted_with is None, each.urn
    for keeper in keepers:
        # The controller itself goes before the nodes that it runs on.
        assert found.waits(keeper, found.recording.of_type(NODE_GROUP)), keeper.urn
