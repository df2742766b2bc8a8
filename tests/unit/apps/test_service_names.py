"""A Service has the name that others know it by, and every object that leads to it says so."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from components.apps import service_checks
from components.apps.context import AppContext
from components.apps.context import context as context_of
from components.apps.manifests import render
from components.apps.ports import serving
from components.apps.settings import AppSettings
from tests.support.shipped import STACKS, loaded
from tests.support.stacks import Judge, app, stack
from tests.unit.apps import shipped
from tests.unit.apps.shipped import context

JUDGE = Judge(service_checks)
STRATEGIES: tuple[dict[str, Any], ...] = (
    {},
    {"canary": {"image": "registry.example.com/api:2.0.0", "weight": 10}},
    {"strategy": {"type": "blue-green"}},
    {"strategy": {"type": "canary", "by": "argo-rollouts"}},
    {"strategy": {"type": "canary", "by": "flagger"}},
    {"kind": "StatefulSet", "replicas": 3},
)
EXPOSED: tuple[dict[str, Any], ...] = ({}, {"route": {"host": "api.example.com"}})
MESHES: tuple[dict[str, Any], ...] = ({}, {"ambient": True}, {"mesh": "none", "meshed": frozenset()})
VIABLE = [
    (strategy, exposed, where)
    for strategy, exposed, where in product(STRATEGIES, EXPOSED, MESHES)
    # a controller of strategies needs a mesh that splits requests; Flagger's routes in ambient mode another gateway
    if not (where and "by" in strategy.get("strategy", {}))
]
SHIPPED = [
    pytest.param(name, each, id=f"{name}-{each.name}")
    for name in STACKS
    for each in loaded(name).settings.apps
    if serving(each.ports)
]


def with_names(settings: AppSettings) -> AppSettings:
    told = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
    told["service"] = {**told.get("service", {}), "name": "kept"}
    if settings.kind == "StatefulSet":
        told["statefulSet"] = {**told.get("statefulSet", {}), "serviceName": "members"}
    return AppSettings.model_validate(told, by_name=False)


def renamed(settings: AppSettings, where: AppContext) -> tuple[str, str]:
    """All objects with names given, and without them with the usual names replaced by those."""
    usual = json.dumps(render(settings, where))
    again = with_names(settings)
    there = replace(where, apps={**where.apps, again.name: again})
    given = json.dumps(render(again, there)).replace("kept(-primary|-canary)?|", "")
    assert f'"{settings.name}-service"' in usual
    return given, usual.replace(f"{settings.name}-service", "kept").replace(f"{settings.name}-headless", "members")


@pytest.mark.parametrize(("strategy", "exposed", "where"), VIABLE)
def test_all_objects_lead_to_it(strategy: dict[str, Any], exposed: dict[str, Any], where: dict[str, Any]) -> None:
    settings = shipped.app(ports={"http": 8080}, **strategy, **exposed)
    given, usual = renamed(settings, context(settings, monitoring=True, **where))
    assert given == usual


@pytest.mark.parametrize(("environment", "settings"), SHIPPED)
def test_so_do_those_of_the_shipped_apps(environment: str, settings: AppSettings) -> None:
    given, usual = renamed(settings, context_of(loaded(environment).settings))
    assert given == usual


def test_what_counts_the_requests_of_an_ambient_mesh_knows_the_name() -> None:
    settings = shipped.app(ports={"http": 8080}, service={"name": "kept"}, slo={"availability": 99.9})
    found = json.dumps(render(settings, context(settings, ambient=True, monitoring=True)))
    assert r"destination_service_name=~\"kept(-primary|-canary)?|api-(service|" in found


@pytest.mark.parametrize(
    ("told", "path"),
    [
        ({"service": {"name": "other-service"}}, ("service", "name")),
        ({"kind": "StatefulSet", "statefulSet": {"serviceName": "other-service"}}, ("statefulSet", "serviceName")),
        (
            {"kind": "StatefulSet", "service": {"name": "web"}, "statefulSet": {"serviceName": "web"}},
            ("statefulSet", "serviceName"),
        ),
        ({"service": {"name": "web-metrics"}, "ports": {"http": 8080, "metrics": 9090}}, ("name",)),
        ({"service": {"name": "web"}, "ports": {}}, ("service", "name")),
    ],
)
def test_two_services_have_two_names(told: dict[str, Any], path: tuple[str, ...]) -> None:
    settings = stack(apps=[app(name="other"), app(name="web", **told)])
    assert JUDGE.only(settings).path == path


def test_a_name_is_free_that_the_usual_one_was() -> None:
    """Another app's Service may be called as this one's would be."""
    mine, other = app(name="web", service={"name": "shop"}), app(name="other", service={"name": "web-service"})
    assert JUDGE.problems(stack(apps=[mine, other])) == []


@pytest.mark.parametrize("name", ["1st", "Shop", "shop.web", "a" * 64])
def test_a_name_is_one_that_a_service_may_have(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        shipped.app(service={"name": name})
