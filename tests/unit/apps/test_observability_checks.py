"""What is said about an app that asks to be watched where nobody can, and the YAML of the guide."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from components.apps import observability_checks
from components.apps.settings import AppSettings
from components.problem import Problem
from components.settings import StackSettings
from tests.support.stacks import Judge, app, stack

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-observability.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
JUDGE = Judge(observability_checks)
COLLECTOR = {"host": "otel-collector.observability.svc.cluster.local"}
LINKERD = {"mesh": {"kind": "linkerd", "tracing": COLLECTOR}, "namespaces": {"web": {"mesh": True}}}
PORTS = {"http": 8080, "metrics": 9090}


def around(rooms: dict[str, Any] | None = None, **fields: Any) -> StackSettings:
    described = {"monitoring": {}, **LINKERD, **(rooms or {})}
    chosen = {key: value for key, value in described.items() if value is not None}
    return stack(**chosen, apps=[app(**fields)])


def only(rooms: dict[str, Any] | None = None, **fields: Any) -> Problem:
    problem = JUDGE.only(around(rooms, **fields))
    assert problem.app == "web"
    return problem


@pytest.mark.parametrize("block", BLOCKS)
def test_the_guides_yaml_is_accepted(block: str) -> None:
    assert JUDGE.problems(around(**YAML(typ="safe").load(block))) == []


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) == 7


@pytest.mark.parametrize("asked", [{"monitoring": True}, {"monitoring": {"dashboard": False}}, {"slo": {}}])
def test_the_stack_has_monitoring(asked: dict[str, Any]) -> None:
    problem = only({"monitoring": None}, **asked)
    assert "`slipway:monitoring: {}`" in problem.allowed
    assert problem.path == (next(iter(asked)),)


def test_nothing_is_said_of_an_app_that_asks_for_nothing() -> None:
    assert JUDGE.problems(around({"monitoring": None})) == []
    assert JUDGE.problems(around({"monitoring": None}, monitoring=False)) == []


UNMESHED = {"mesh": "none", "namespaces": {"web": {}}}


@pytest.mark.parametrize(
    ("rooms", "fields", "found"),
    [
        (UNMESHED, {"slo": {}, "ports": PORTS}, "source"),
        ({}, {"slo": {}, "ports": {"db": 5432, "metrics": 9090}}, "source"),
        ({}, {"slo": {}, "monitoring": False}, "monitoring off"),
        (
            {},
            {
                "slo": {"latency": {"threshold": "1s"}},
                "ports": PORTS,
                "monitoring": {"metrics": {"requests": "http_requests_total"}},
            },
            "without latency",
        ),
    ],
)
def test_an_objective_is_measured(rooms: dict[str, Any], fields: dict[str, Any], found: str) -> None:
    problem = only(rooms, **fields)
    assert problem.path == ("slo",)
    assert found in problem.found
    assert "http_requests_total" in problem.allowed


def test_own_metrics_measure_without_a_mesh() -> None:
    metrics = {"requests": "http_requests_total", "latency": "http_request_duration_seconds"}
    fields = {"slo": {"latency": {"threshold": "300ms"}}, "ports": PORTS, "monitoring": {"metrics": metrics}}
    assert JUDGE.problems(around(UNMESHED, **fields)) == []
    problem = only(UNMESHED, monitoring={"metrics": {"requests": "http_requests_total"}})
    assert problem.path == ("monitoring", "metrics")


def test_requests_are_scraped_often_enough_for_their_alerts() -> None:
    problem = only(monitoring={"interval": "2m"})
    assert (problem.path, problem.found, problem.allowed) == (("monitoring", "interval"), "every 120 s", "at most 75 s")
    assert JUDGE.problems(around(monitoring={"interval": "1m"})) == []
    assert JUDGE.problems(around(UNMESHED, ports=PORTS, monitoring={"interval": "2m"})) == []


def test_a_latency_objective_is_a_boundary_of_the_meshs_buckets() -> None:
    problem = only(slo={"latency": {"threshold": "450ms"}})
    assert problem.path == ("slo", "latency", "threshold")
    assert problem.nearest in {"400ms", "500ms"}
    assert JUDGE.problems(around(slo={"latency": {"threshold": "2s"}})) == []


def test_an_objective_that_no_alert_can_see_missed() -> None:
    problem = only(slo={"availability": 93})
    assert problem.path == ("slo", "availability")
    assert problem.allowed == "more than 93.06 for 30d"
    assert JUDGE.problems(around(slo={"availability": 93.1})) == []
    assert only(slo={"availability": 97, "window": "90d"}).found == "97"


def test_thresholds() -> None:
    assert only(monitoring={"alerts": {"down": {"threshold": 3}}}).path == ("monitoring", "alerts", "down", "threshold")
    assert "100" in only(monitoring={"alerts": {"errors": {"threshold": 101}}}).allowed
    assert JUDGE.problems(around(monitoring={"alerts": {"latency": {"threshold": 3000}}})) == []


def test_spans_have_a_collector_in_the_cluster() -> None:
    assert "mesh: {tracing: {host:" in only({"mesh": "linkerd"}, tracing={}).allowed
    outside = {"mesh": {"kind": "none", "tracing": {"host": "otel.example.com"}}, "namespaces": {"web": {}}}
    assert "otel.example.com" in only(outside, tracing={}).found


@pytest.mark.parametrize(
    ("tracing", "path", "allowed"),
    [
        ({"language": "java"}, "language", "`tracing: {}`"),
        ({"language": "go", "instrumentation": "a/b"}, "language", "`tracing: {}`"),
        ({"instrumentation": "a/b"}, "instrumentation", "java, nodejs, python or dotnet"),
    ],
)
def test_an_agent_needs_an_operator(tracing: dict[str, Any], path: str, allowed: str) -> None:
    problem = only(tracing=tracing)
    assert problem.path == ("tracing", path)
    assert allowed in problem.allowed


def test_an_operator_that_slipway_cannot_see_is_worth_a_word() -> None:
    (advice,) = JUDGE.advice(around(tracing={"language": "python", "instrumentation": "observability/default"}))
    assert "observability/default" in advice.text
    assert JUDGE.advice(around(tracing={})) == []


def test_an_annotation_is_given_once() -> None:
    problem = only(logs={"parser": "json"}, podAnnotations={"fluentbit.io/parser": "nginx"})
    assert problem.path == ("podAnnotations", "fluentbit.io/parser")


@pytest.mark.parametrize(
    "wrong",
    [
        {"slo": {"availability": 100}},
        {"slo": {"availability": 99.9999}},
        {"slo": {"window": "7d"}},
        {"monitoring": {"metrics": {"requests": "a", "latency": "a_bucket"}}},
        {"monitoring": {"metrics": {"requests": "a", "errors": 'code="5"} or vector(1'}}},
        {"monitoring": {"alerts": {"disk": {}}}},
        {"monitoring": {"alerts": {"errors": {"for": "soon"}}}},
        {"logs": {"parser": ""}},
    ],
)
def test_values_that_no_field_takes(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AppSettings.model_validate(app(**wrong), by_name=False)
