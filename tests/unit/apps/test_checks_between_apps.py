"""Rules that two apps break together, and what is still checked when something else is wrong."""

from typing import Any

import pytest

from components.apps.checks import CHECKS
from components.apps.expansion import expanded
from components.apps.name_checks import unique_name
from components.apps.port_checks import own_ports
from tests.unit.apps.stacks import advice, one, problems, stack

Apps = list[dict[str, Any]]


def test_any_number_of_apps_listen_on_one_port() -> None:
    """Each pod has an address of its own."""
    apps: Apps = [{"name": name, "ports": {"http": 8080, "metrics": 9090}} for name in ("one", "two", "three")]
    found = stack("production", *apps)
    assert problems(found) == []
    assert [each for each in advice(found) if each.path[0] == "ports"] == []


def test_one_port_in_two_protocols_is_two_ports() -> None:
    apps: Apps = [{"ports": {"dns": 8053}}, {"name": "other", "ports": {"dns": {"port": 8053, "protocol": "UDP"}}}]
    assert problems(stack("production", *apps)) == []


def test_two_apps_of_one_name() -> None:
    problem = one(stack("production", {}, {"namespace": "data"}))
    assert (problem.path, problem.found) == (("name",), "api")
    assert problem.message.startswith("2 apps")


def test_two_volumes_whose_snapshots_one_cron_job_would_take() -> None:
    def kept(app: str, volume: str) -> dict[str, Any]:
        snapshots = {"schedule": "0 3 * * *", "keep": 2}
        volumes = {volume: {"size": "20Gi", "mountPath": "/data", "snapshots": snapshots}}
        return {"name": app, "kind": "StatefulSet", "volumes": volumes}

    problem = next(unique_name(expanded(stack("production", kept("a", "b-c"), kept("a-b", "c")))))
    assert (problem.app, problem.found) == ("a-b", "a-b-c-snapshots")
    assert "of a and of a-b" in problem.message


def test_two_apps_at_one_address() -> None:
    ingress = {"host": "a.example.com", "paths": ["/", "/api"]}
    apps: Apps = [
        {"ports": {"http": 8080}, "ingress": ingress},
        {"name": "other", "ports": {"http": 8081}, "ingress": {"host": "a.example.com", "paths": ["/x", "/api"]}},
    ]
    problem = one(stack("production", *apps))
    assert (problem.app, problem.path, problem.found) == ("other", ("ingress", "paths", 1), "a.example.com/api")
    assert "the ingress of api" in problem.message


def test_a_canary_and_an_app_of_its_name() -> None:
    apps: Apps = [
        {"ports": {"http": 8080}, "canary": {"image": "example.com/api:2"}},
        {"name": "api-canary"},
    ]
    problem = one(stack("production", *apps))
    assert (problem.app, problem.path) == ("api-canary", ("name",))
    assert problem.message == "api and api-canary would both make the Deployment api-canary"


FLAGGER: dict[str, Any] = {
    "ports": {"http": 8080},
    "strategy": {"type": "canary", "by": "flagger"},
    "route": {"host": "api.example.com"},
}
WITH_FLAGGER: dict[str, Any] = {"delivery": {"flagger": {}}, "monitoring": {}}


def test_an_app_of_the_name_of_flaggers_copy() -> None:
    problem = one(stack("production", FLAGGER, {"name": "api-primary"}, **WITH_FLAGGER))
    assert problem.message == "api and api-primary would both make the Deployment api-primary"


@pytest.mark.parametrize("name", ["api-service", "api-service-primary", "api-service-canary"])
def test_a_service_that_flagger_makes(name: str) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": {"ports": [{"port": 80}]}}
    problem = one(stack("production", FLAGGER, {"name": "other", "objects": {"s": service}}, **WITH_FLAGGER))
    assert (problem.app, problem.path, problem.message) == ("other", ("objects", "s"), "api has this object already")


@pytest.mark.parametrize("name", ["api-service", "api-service-primary", "api-service-canary"])
def test_a_service_called_like_one_that_flagger_makes(name: str) -> None:
    (problem, *more) = problems(
        stack(
            "production", FLAGGER, {"name": "other", "ports": {"http": 80}, "service": {"name": name}}, **WITH_FLAGGER
        )
    )
    assert (problem.app, problem.path, more) == ("other", ("service", "name"), [])
    assert problem.message == f"api has the Service {name} already"


def test_two_policies_of_one_name() -> None:
    apps: Apps = [
        {"name": "a", "ports": {"http": 8080}, "allowFrom": ["b-from-c"]},
        {"name": "a-from-b", "ports": {"http": 8081}, "allowFrom": ["c"]},
        {"name": "b-from-c"},
        {"name": "c"},
    ]
    problem = one(stack("production", *apps))
    assert problem.message == "a and a-from-b would both make the NetworkPolicy a-from-b-from-c"


def test_an_app_without_attributes_silences_only_itself() -> None:
    twice = {"http": 8080, "again": 8080}
    settings = stack("production", {"ports": {"http": 8080}}, {"name": "broken"}, {"name": "b", "ports": twice})
    del settings.apps[1].__dict__["ports"]
    (problem,) = own_ports(settings)
    assert problem.app == "b"
    assert {each.app for check in CHECKS for each in check(settings)} == {"b"}
