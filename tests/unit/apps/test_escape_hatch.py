"""Patches and raw objects."""

from typing import Any

import pulumi
import pytest
from pydantic import ValidationError

from components.apps import escape_checks
from components.apps.manifests import render
from components.apps.patches import merged
from components.apps.settings import AppSettings
from components.apps.stack import AppStack
from components.component import Target
from slipway.importing.surroundings import context_of
from tests.support.incluster import record_in_cluster
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(escape_checks)
OWN = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own-name"}}


def rendered(**rest: Any) -> dict[str, Any]:
    settings = AppSettings.model_validate(app(**rest), by_name=False)
    return render(settings, context_of([settings], "staging"))


def test_containers_are_merged_by_name_and_null_takes_a_key_away() -> None:
    container = {"name": "web", "tty": True, "ports": [{"containerPort": 8080, "hostPort": 80}]}
    patch = {"spec": {"minReadySeconds": 5, "template": {"spec": {"containers": [container], "affinity": None}}}}
    spec = rendered(patches={"deployment": patch})["deployment"]["spec"]
    (found,) = spec["template"]["spec"]["containers"]
    assert (found["tty"], found["image"], spec["minReadySeconds"]) == (True, "registry.example.com/web:1.0.0", 5)
    assert found["ports"] == [{"name": "http", "containerPort": 8080, "protocol": "TCP", "hostPort": 80}]
    assert "affinity" not in spec["template"]["spec"]


def test_directives_delete_and_replace() -> None:
    pod = {"apiVersion": "v1", "spec": {"containers": [{"name": "a", "x": 1}, {"name": "b"}], "m": {"k": 1}}}
    items = [{"name": "b", "$patch": "delete"}, {"name": "a", "$patch": "replace", "y": 2}, {"name": "c"}]
    patch = {"spec": {"containers": items, "m": {"$patch": "replace", "n": 2}}}
    expected = {"containers": [{"name": "a", "y": 2}, {"name": "c"}], "m": {"n": 2}}
    assert merged(pod, patch)["spec"] == expected


def test_a_list_of_a_custom_resource_is_replaced() -> None:
    target = {"apiVersion": "example.com/v1", "spec": {"ports": [{"port": 1}]}}
    assert merged(target, {"spec": {"ports": [{"port": 2}]}})["spec"]["ports"] == [{"port": 2}]


def test_a_kind_stands_for_all_of_its_objects() -> None:
    found = rendered(ports={"http": 8080, "metrics": 9090}, patches={"Service": {"spec": {"x": 1}}})
    assert [found[suffix]["spec"]["x"] for suffix in ("service", "metrics")] == [1, 1]


@pytest.mark.parametrize("patch", [{}, {"kind": "Pod"}, {"metadata": {"name": "x"}}, {"status": {}}])
def test_what_an_object_is_known_by_stays(patch: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rendered(patches={"deployment": patch})


def test_a_patch_of_nothing_is_a_problem_with_the_nearest() -> None:
    settings = stack(namespaces={"web": {}}, apps=[app(patches={"deploymant": {"spec": {"paused": True}}})])
    problem = JUDGE.only(settings)
    assert (problem.path, problem.nearest) == (("patches", "deploymant"), "deployment")


def test_a_raw_object_is_in_the_apps_namespace_with_its_labels() -> None:
    role = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "rules": [],
        "metadata": {"labels": {"a": "b"}},
    }
    found = rendered(objects={"reader": role})["object-reader"]
    assert (found["metadata"]["name"], found["metadata"]["namespace"], found["rules"]) == ("web-reader", "web", [])
    assert (found["metadata"]["labels"]["a"], found["metadata"]["labels"]["app"]) == ("b", "web")


@pytest.mark.parametrize(
    ("manifest", "path"),
    [
        ({"apiVersion": "v1", "kind": "Namespace"}, ("kind",)),
        ({"apiVersion": "v1", "kind": "Secret"}, ("kind",)),
        ({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": "data"}}, ("metadata", "namespace")),
        ({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web-service"}}, ()),
    ],
)
def test_refused_objects(manifest: dict[str, Any], path: tuple[str, ...]) -> None:
    settings = stack(namespaces={"web": {}}, apps=[app(objects={"extra": manifest})])
    assert JUDGE.only(settings).path == ("objects", "extra", *path)


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ({"objects": {"more": OWN}}, {"objects": {"extra": OWN}}, "web has this object already"),
        ({}, {"objects": {"extra": {**OWN, "kind": "Service", "metadata": {"name": "web-service"}}}}, "web has this"),
        ({}, {"objects": {"more": OWN, "extra": OWN}}, "the app has this object already"),
        ({"objects": {"more": OWN}}, {"namespace": "data", "objects": {"extra": OWN}}, None),
        ({"objects": {"more": OWN}}, {"objects": {"extra": {**OWN, "kind": "LimitRange"}}}, None),
    ],
)
def test_an_object_of_another_app_is_refused(one: dict[str, Any], other: dict[str, Any], message: str | None) -> None:
    apps = [app(**one), app(**{"name": "api", **other})]
    problems = JUDGE.problems(stack(namespaces={"web": {}, "data": {}}, apps=apps))
    assert [(each.app, each.path) for each in problems] == ([("api", ("objects", "extra"))] if message else [])
    assert all(message and message in each.message for each in problems)


def test_the_hatch_is_advised_of() -> None:
    patches = {"deployment": {"spec": {"paused": True}}}
    objects = {"extra": {"apiVersion": "v1", "kind": "ConfigMap"}}
    settings = stack(namespaces={"web": {}}, apps=[app(patches=patches, objects=objects)])
    assert [each.path for each in JUDGE.advice(settings)] == [("patches", "deployment"), ("objects", "extra")]


def test_a_role_keeps_its_rules_as_a_resource() -> None:
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": rules}
    settings = AppSettings.model_validate(app(objects={"reader": role}), by_name=False)
    context = context_of([settings], "staging")

    def build(cluster: Target, nodes: pulumi.Resource) -> None:
        AppStack("web", settings, target=cluster, context=context)

    recording = record_in_cluster(build)
    found = recording.one("kubernetes:rbac.authorization.k8s.io/v1:Role")
    assert (found.name, found.inputs["rules"]) == ("web-object-reader", rules)
