"""The rules of the mesh: gateways, tracing, limits, control planes side by side."""

from collections.abc import Callable
from typing import Any

import pytest

from components.networking.mesh import checks
from components.settings import StackSettings
from tests.support.stacks import Judge, stack
from tests.unit.networking.istio_stack import AMBIENT, TWO

judge = Judge(checks)
problems, advice, only = judge.problems, judge.advice, judge.only

COLLECTOR = "otel-collector.monitoring.svc.cluster.local"


def meshed(istio: dict[str, Any] | None = None, *, rooms: dict[str, Any] | None = None, **rest: Any) -> StackSettings:
    return stack(mesh={"kind": "istio", "istio": istio or {}, **rest}, **(rooms or {}))


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {"mesh": "istio"},
        {"mesh": "istio", "ingress": "istio"},
        {"mesh": {"kind": "istio", "istio": AMBIENT}, "namespaces": {"web": {}}},
        {"mesh": {"kind": "istio", "istio": {"egressGateway": {}}}},
        {"mesh": {"kind": "istio", "istio": TWO}, "namespaces": {"web": {"meshRevision": "canary"}}},
        {"mesh": {"kind": "istio", "istio": {"revisions": {"1-31-0": "1.31.0"}}}, "namespaces": {"web": {}}},
        {"mesh": {"kind": "istio", "istio": {**AMBIENT, **TWO}}},
        {"mesh": {"kind": "istio", "tracing": {"host": COLLECTOR}}},
        {"mesh": {"kind": "istio", "tracing": {"host": "collector.monitoring.svc"}}},
    ],
)
def test_right_meshes_have_no_problem(rooms: dict[str, Any]) -> None:
    assert problems(stack(**rooms)) == []
    assert advice(stack(**rooms)) == []


@pytest.mark.parametrize("key", ["gateway", "waypoint"])
def test_pods_that_are_not_made_are_not_too_few(key: str) -> None:
    (one,) = advice(stack(mesh={"kind": "istio", "istio": {key: {"minReplicas": 1}}}, ingress="alb"))
    assert "has no effect" in one.text


@pytest.mark.parametrize("key", ["gateway", "egressGateway", "waypoint"])
def test_replicas_are_in_order(key: str) -> None:
    problem = only(meshed({key: {"minReplicas": 6, "maxReplicas": 4}}))
    assert problem.path == ("mesh", "istio", key, "minReplicas")
    assert (problem.found, problem.nearest) == ("6", "4")


def test_ambient_pods_have_no_proxy_that_goes_by_a_gateway() -> None:
    problem = only(meshed({**AMBIENT, "egressGateway": {}}))
    assert problem.path == ("mesh", "istio", "egressGateway")
    assert "dataPlane: sidecar" in problem.allowed


@pytest.mark.parametrize("host", ["collector.example.com", "10.0.0.1", "otel-collector", "otel-collector.monitoring"])
def test_the_collector_is_a_service_of_the_cluster(host: str) -> None:
    problem = only(meshed(tracing={"host": host}))
    assert problem.path == ("mesh", "tracing", "host")
    assert problem.found == host
    assert problems(stack(mesh={"kind": "none", "tracing": {"host": host}})) == []


@pytest.mark.parametrize(
    ("mesh", "path"),
    [
        ({"sidecar": {"limits": {"cpu": "2", "memory": "256Mi"}}}, ("mesh", "sidecar", "limits")),
        (
            {"istio": {**AMBIENT, "waypoint": {"limits": {"cpu": "1", "memory": "2Gi"}}}},
            ("mesh", "istio", "waypoint", "limits"),
        ),
    ],
)
def test_a_proxy_is_no_larger_than_a_container_may_be(mesh: dict[str, Any], path: tuple[str, ...]) -> None:
    small = {"limits": {"max": {"cpu": "1", "memory": "1Gi"}}}
    problem = only(stack(mesh={"kind": "istio", **mesh}, namespaces={"web": small}))
    assert problem.path == path
    assert "namespaces.web.limits.max" in problem.allowed
    assert problems(stack(mesh={"kind": "istio", **mesh}, namespaces={"web": {**small, "mesh": False}})) == []


def test_tags_are_of_revisions() -> None:
    problem = only(meshed({"tags": {"stable": "1-30-3"}}))
    assert problem.path == ("mesh", "istio", "tags")
    assert "revisions: {default: 1.30.3}" in problem.allowed
    problem = only(meshed({**TWO, "tags": {"stable": "1-30-3", "canary": "1-31-1"}}))
    assert problem.path == ("mesh", "istio", "tags", "canary")
    assert (problem.found, problem.nearest) == ("1-31-1", "1-31-0")


def test_a_tag_is_no_revisions_name() -> None:
    problem = only(meshed({**TWO, "tags": {"stable": "1-30-3", "1-31-0": "1-31-0"}}))
    assert problem.path == ("mesh", "istio", "tags", "1-31-0")
    assert "a proxy of both" in problem.message


def test_one_of_several_control_planes_is_stable() -> None:
    problem = only(meshed({**TWO, "tags": {"canary": "1-31-0"}}))
    assert problem.path == ("mesh", "istio", "tags", "stable")
    assert "1-30-3, 1-31-0" in problem.allowed
    named = {"revisions": {"stable": "1.30.3", "canary": "1.31.0"}}
    assert problems(meshed(named)) == []


@pytest.mark.parametrize(
    ("version", "supported"),
    [("1.28.9", False), ("1.29.0", True), ("1.30.0", True), ("1.31.4", True), ("1.32.0", False), ("2.30.3", False)],
)
def test_control_planes_are_within_one_minor_of_the_node_agents(version: str, supported: bool) -> None:
    found = problems(meshed({"revisions": {"new": version}}))
    assert [problem.path for problem in found] == [] if supported else [("mesh", "istio", "revisions", "new")]
    assert all("1.29.x to 1.31.x" in problem.allowed for problem in found)


def test_a_namespace_chooses_what_there_is() -> None:
    problem = only(meshed(TWO, rooms={"namespaces": {"web": {"meshRevision": "canry"}}}))
    assert problem.path == ("namespaces", "web", "meshRevision")
    assert (problem.allowed, problem.nearest) == ("1-30-3, 1-31-0, canary, stable", "canary")
    outside = {"web": {"meshRevision": "canry", "mesh": False}}
    assert problems(meshed(TWO, rooms={"namespaces": outside})) == []
    problem = only(meshed(rooms={"namespaces": {"web": {"meshRevision": "stable"}}}))
    assert "mesh.istio.revisions" in problem.allowed


@pytest.mark.parametrize(
    ("mesh", "path"),
    [
        ({"istio": {"mtls": "PERMISSIVE"}}, ("mesh", "istio", "mtls")),
        ({"istio": {"gateway": {"minReplicas": 1}}}, ("mesh", "istio", "gateway", "minReplicas")),
        ({"istio": {"egressGateway": {"minReplicas": 1}}}, ("mesh", "istio", "egressGateway", "minReplicas")),
        ({"istio": {**AMBIENT, "waypoint": {"minReplicas": 1}}}, ("mesh", "istio", "waypoint", "minReplicas")),
        ({"istio": {"egressGateway": {}}, "egress": "any"}, ("mesh", "egress")),
        ({"istio": {**TWO, "tags": {"stable": "1-30-3"}}}, ("mesh", "istio", "revisions", "1-31-0")),
    ],
)
def test_what_works_and_is_worth_knowing(mesh: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [each.path for each in advice(stack(mesh={"kind": "istio", **mesh}, ingress="istio"))] == [path]


def test_a_control_plane_that_a_namespace_chose_is_not_idle() -> None:
    one_tag = {**TWO, "tags": {"stable": "1-30-3"}}
    assert advice(meshed(one_tag, rooms={"namespaces": {"web": {"meshRevision": "1-31-0"}}})) == []
    (idle,) = advice(meshed(one_tag, rooms={"namespaces": {"web": {}}}))
    assert "canary: 1-31-0" in idle.text


@pytest.mark.parametrize(
    ("rooms", "reason"),
    [
        ({"mesh": {"kind": "none"}}, "has no effect"),
        ({"mesh": {"kind": "istio", "istio": {**AMBIENT, **TWO}}}, "waypoint only"),
    ],
)
def test_a_choice_with_little_effect_is_said_so(rooms: dict[str, Any], reason: str) -> None:
    (each,) = advice(stack(namespaces={"web": {"meshRevision": "canary"}}, **rooms))
    assert each.path == ("namespaces", "web", "meshRevision")
    assert reason in each.text


def test_an_existing_cluster_may_have_no_load_balancers() -> None:
    (each,) = advice(stack(existing=True, mesh="istio", ingress="istio"))
    assert each.path == ("mesh", "istio", "gateway", "serviceType")
    reached = {"kind": "istio", "istio": {"gateway": {"serviceType": "NodePort"}}}
    assert advice(stack(existing=True, mesh=reached, ingress="istio")) == []


@pytest.mark.parametrize("check", [*checks.CHECKS, *checks.ADVICE], ids=lambda check: check.__name__)
def test_settings_with_rooms_missing_are_no_reason_to_fail(check: Callable[[StackSettings], object]) -> None:
    for existing in (True, False):
        list(check(stack(existing=existing, aws=None, network=None, mesh={"kind": "istio", "istio": TWO})))  # type: ignore[call-overload]
