"""The rules between namespaces and the apps in them."""

from typing import Any

import pytest

from components.tenancy import checks
from tests.support.stacks import Judge, app, stack

LITTLE = {"cpu": "100m", "memory": "128Mi"}
BIG = {"limits": {"cpu": "2", "memory": "2Gi"}, "requests": LITTLE}


judge = Judge(checks)
problems, advice, only = judge.problems, judge.advice, judge.only


def test_a_namespace_with_its_apps_has_no_problem() -> None:
    apps = [app(), app("api", scaling={"minReplicas": 3, "maxReplicas": 10})]
    assert problems(stack(namespaces={"web": {}, "empty": {}}, apps=apps, mesh={"kind": "istio"})) == []


@pytest.mark.parametrize("name", ["kube-system", "kube-anything", "default", "istio-system", "cert-manager", "linkerd"])
def test_system_namespaces_are_no_place_for_apps(name: str) -> None:
    problem = only(stack(namespaces={name: {}}))
    assert problem.path == ("namespaces", name)
    assert problem.found == name
    assert problem.nearest is not None
    assert problems(stack(namespaces={problem.nearest: {}})) == []


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("labels", "pod-security.kubernetes.io/enforce"),
        ("labels", "istio-injection"),
        ("labels", "istio.io/dataplane-mode"),
        ("labels", "istio.io/use-waypoint"),
        ("annotations", "linkerd.io/inject"),
        ("annotations", "config.linkerd.io/default-inbound-policy"),
    ],
)
def test_labels_do_not_override_settings(kind: str, key: str) -> None:
    problem = only(stack(namespaces={"web": {kind: {key: "disabled"}}}))
    assert problem.path == ("namespaces", "web", kind, key)
    assert problems(stack(namespaces={"web": {kind: {"example.com/team": "web"}}})) == []


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        ({"defaultRequest": {"cpu": "1", "memory": "128Mi"}}, "defaultRequest"),
        ({"default": {"cpu": "500m", "memory": "20Gi"}}, "default"),
        ({"max": {"cpu": "250m", "memory": "16Gi"}}, "default"),
    ],
)
def test_default_and_largest_limits_ascend(limits: dict[str, Any], key: str) -> None:
    problem = only(stack(namespaces={"web": {"limits": limits}}))
    assert problem.path == ("namespaces", "web", "limits", key)
    assert "CPU and" in problem.found


def test_without_a_maximum_the_default_may_be_anything() -> None:
    limits = {"max": None, "default": {"cpu": "64", "memory": "512Gi"}}
    assert problems(stack(namespaces={"web": {"limits": limits}})) == []


def test_an_app_asks_for_no_more_than_a_container_may_have() -> None:
    apps = [app(resources={"limits": {"cpu": "8", "memory": "1Gi"}, "requests": LITTLE}, replicas=1)]
    problem = only(stack(namespaces={"web": {}}, apps=apps))
    assert (problem.app, problem.path) == ("web", ("resources", "limits"))
    assert problem.found == "8 CPU and 1Gi"
    assert problems(stack(namespaces={"web": {"limits": {"max": None}}}, apps=apps)) == []


SYSTEM = "system-cluster-critical"


@pytest.mark.parametrize(
    ("wanted", "allowed", "path", "found"),
    [
        ({"priorityClass": SYSTEM}, None, "priorityClass", SYSTEM),
        ({"priorityClass": "high-priority"}, ["low-priority"], "priorityClass", "high-priority"),
        ({"tier": 1}, ["high-priority", "low-priority"], "tier", "mission-critical"),
    ],
)
def test_an_app_has_a_priority_class_that_its_namespace_may_use(
    wanted: dict[str, Any], allowed: list[str] | None, path: str, found: str
) -> None:
    namespace = {"priorityClasses": allowed} if allowed else {}
    problem = only(stack(namespaces={"web": namespace}, apps=[app(**wanted)]))
    assert (problem.app, problem.path, problem.found) == ("web", (path,), found)
    assert "namespaces.web.priorityClasses" in problem.allowed
    assert problems(stack(namespaces={"web": {"priorityClasses": [found]}}, apps=[app(**wanted)])) == []


def test_what_an_existing_cluster_has_of_priority_classes_is_its_own_concern() -> None:
    apps = [app(priorityClass="theirs")]
    assert problems(stack(existing=True, namespaces={"web": {"priorityClasses": []}}, apps=apps)) == []


def test_a_quota_holds_its_apps_scaled_up_in_the_middle_of_an_update() -> None:
    apps = [app(resources=BIG, scaling={"minReplicas": 2, "maxReplicas": 10}), app("other", namespace="data")]
    problem = only(stack(namespaces={"web": {}, "data": {}}, apps=apps))
    assert problem.path == ("namespaces", "web", "quota", "limitsCpu")
    assert (problem.found, problem.nearest) == ("20, the default", "22")
    assert "web 11 pods" in problem.message


def test_a_quota_that_is_written_is_shown_as_it_is() -> None:
    apps = [app(resources=BIG, scaling={"minReplicas": 2, "maxReplicas": 10})]
    problem = only(stack(namespaces={"web": {"quota": {"limitsCpu": "20"}}}, apps=apps))
    assert (problem.found, problem.nearest) == ("20", "22")


@pytest.mark.parametrize(("cpu", "close"), [("700", "700m CPU and 512Mi"), ("5", None), ("9000m", None)])
def test_cores_that_are_likely_thousandths_are_said_once_and_with_their_unit(cpu: str, close: str | None) -> None:
    problem = only(stack(namespaces={"web": {}}, apps=[app(resources={"limits": {"cpu": cpu, "memory": "512Mi"}})]))
    assert (problem.path, problem.nearest) == (("resources", "limits"), close)


def test_what_the_quota_is_told_to_be_is_enough() -> None:
    apps = [app(resources=BIG, scaling={"minReplicas": 2, "maxReplicas": 10})]
    assert problems(stack(namespaces={"web": {"quota": {"limitsCpu": "22"}}}, apps=apps)) == []
    assert problems(stack(namespaces={"web": {"quota": None}}, apps=apps)) == []


def test_sidecars_count_where_there_are_any() -> None:
    resources = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": LITTLE}
    apps = [app(resources=resources, scaling={"minReplicas": 2, "maxReplicas": 14})]
    mesh = {"kind": "istio"}
    assert problems(stack(namespaces={"web": {}}, apps=apps)) == []
    assert problems(stack(namespaces={"web": {"mesh": False}}, apps=apps, mesh=mesh)) == []
    problem = only(stack(namespaces={"web": {}}, apps=apps, mesh=mesh))
    assert (problem.found, problem.nearest) == ("20, the default", "22500m")
    assert "each with a sidecar" in problem.message


def test_the_waypoint_counts_in_ambient_mode_and_no_sidecar_does() -> None:
    resources = {"limits": {"cpu": "1", "memory": "1Gi"}, "requests": LITTLE}
    ambient = {"kind": "istio", "istio": {"dataPlane": "ambient"}}
    fits = [app(resources=resources, scaling={"minReplicas": 2, "maxReplicas": 14})]
    assert problems(stack(namespaces={"web": {}}, apps=fits, mesh=ambient)) == []
    tight = [app(resources=resources, scaling={"minReplicas": 2, "maxReplicas": 15})]
    assert problems(stack(namespaces={"web": {"mesh": False}}, apps=tight, mesh=ambient)) == []
    problem = only(stack(namespaces={"web": {}}, apps=tight, mesh=ambient))
    # The app's 15 and 1 more in an update, the waypoint's 4 and 1 more.
    assert (problem.found, problem.nearest) == ("20, the default", "21")
    assert "and their waypoint" in problem.message


def test_apps_of_unknown_namespaces_are_another_checks_concern() -> None:
    assert problems(stack(namespaces={}, apps=[app(resources=BIG, replicas=100)])) == []


@pytest.mark.parametrize(
    ("namespace", "path"),
    [
        ({"podSecurity": "baseline"}, "podSecurity"),
        ({"podSecurity": "privileged"}, "podSecurity"),
        ({"quota": None}, "quota"),
    ],
)
def test_production_is_warned_of_what_it_gives_up(namespace: dict[str, Any], path: str) -> None:
    (each,) = advice(stack(environment="production", namespaces={"web": namespace}))
    assert each.path == ("namespaces", "web", path)
    assert advice(stack(namespaces={"web": namespace})) == []
    assert advice(stack(environment="production", namespaces={"web": {}})) == []
