"""KEDA's triggers that ask RabbitMQ and HTTP APIs: what is rendered, and what contradicts itself."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.apps.keda_checks import SORTS
from components.apps.manifests import render
from components.problem import KeyPath
from tests.support.schemas import manifest_problems
from tests.unit.apps.shipped import app, context
from tests.unit.apps.stacks import problems, stack
from tests.unit.apps.test_scaling import objects

T: KeyPath = ("scaling", "keda", "triggers", "t")
HOST = {"host": {"name": "rabbitmq", "key": "uri"}}
LOGIN = {**HOST, "username": {"name": "rabbitmq", "key": "user"}, "password": {"name": "rabbitmq", "key": "password"}}
API = {"url": "http://stats.web:8080/a", "valueLocation": "requests.rate", "targetValue": 100}


def scaling(trigger: dict[str, Any]) -> dict[str, Any]:
    return {"scaling": {"minReplicas": 1, "maxReplicas": 9, "keda": {"triggers": {"t": trigger}}}}


def test_a_queue_with_its_login() -> None:
    found = objects(**scaling({"rabbitmq": {"queueName": "mail", "vhostName": "web"}, "secretTargetRef": LOGIN}))
    (trigger,) = found["scaledobject"]["spec"]["triggers"]
    assert trigger == {
        "type": "rabbitmq",
        "name": "t",
        "metadata": {
            "queueName": "mail",
            "mode": "QueueLength",
            "value": "20",
            "activationValue": "0",
            "protocol": "auto",
            "vhostName": "web",
            "excludeUnacknowledged": "false",
        },
        "authenticationRef": {"name": "api-t"},
    }
    assert found["trigger-t"]["spec"]["secretTargetRef"] == [
        {"parameter": parameter, "name": "rabbitmq", "key": key["key"]} for parameter, key in LOGIN.items()
    ]


@pytest.mark.parametrize(("mode", "sort"), [("MessageRate", None), ("ExpectedQueueConsumptionTime", "Value")])
def test_modes_that_are_no_amount_per_pod(mode: str, sort: str | None) -> None:
    queue = {"queueName": "mail", "mode": mode, "host": "http://mq.example.com:15672/web", "value": 1.5}
    (trigger,) = objects(**scaling({"rabbitmq": queue}))["scaledobject"]["spec"]["triggers"]
    assert (trigger["metadata"]["value"], trigger.get("metricType")) == ("1.5", sort)
    assert "authenticationRef" not in trigger


def test_an_api_that_answers_a_number() -> None:
    api = {**API, "aggregateFromKubeServiceEndpoints": True, "aggregationType": "sum", "authMode": "bearer"}
    found = objects(**scaling({"metricsApi": api, "secretTargetRef": {"token": {"name": "a", "key": "b"}}}))
    (trigger,) = found["scaledobject"]["spec"]["triggers"]
    assert trigger["type"] == "metrics-api"
    assert trigger["metadata"] == {
        "url": "http://stats.web:8080/a",
        "valueLocation": "requests.rate",
        "targetValue": "100",
        "activationTargetValue": "0",
        "format": "json",
        "aggregateFromKubeServiceEndpoints": "true",
        "aggregationType": "sum",
        "authMode": "bearer",
    }


MEASURED = {"metrics": {"requests": "http_requests_total", "errors": 'code=~"5.."'}}


@pytest.mark.parametrize(
    ("mesh", "metric"),
    [("istio", "istio_requests_total"), ("linkerd", "response_total"), ("none", "http_requests_total")],
)
def test_the_apps_own_requests(mesh: str, metric: str) -> None:
    own = {"monitoring": MEASURED, "ports": {"http": 8080, "metrics": 9090}} if mesh == "none" else {}
    settings = app(**{"ports": {"http": 8080}, **own, **scaling({"http": {"requestsPerSecond": 50}})})
    found = render(settings, context(settings, mesh=mesh, meshed=frozenset({"web"} - {mesh}), monitoring=True))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    (trigger,) = found["scaledobject"]["spec"]["triggers"]
    assert (trigger["type"], trigger["metadata"]["threshold"]) == ("prometheus", "50")
    assert trigger["metadata"]["query"].startswith(f"sum(rate({metric}{{")
    assert trigger["metadata"]["serverAddress"].startswith("http://")


@pytest.mark.parametrize(
    ("change", "rooms", "place"),
    [
        ({}, {"monitoring": {}}, ("scaling", "keda", "triggers", "t", "http")),  # no port: nobody counts
        ({"ports": {"http": 8080}}, {"monitoring": None}, ("scaling", "keda", "triggers", "t", "http")),
        ({"ports": {"http": 8080}}, {"monitoring": {}}, None),
    ],
    ids=str,
)
def test_somebody_counts_the_requests(change: dict[str, Any], rooms: dict[str, Any], place: KeyPath | None) -> None:
    document = {**change, **scaling({"http": {"requestsPerSecond": 50}})}
    found = problems(stack("staging", document, autoscaling={"keda": {}}, **rooms))
    assert [each.path for each in found] == ([place] if place else [])


def test_requests_start_no_first_pod() -> None:
    document = {"ports": {"http": 8080}, **scaling({"http": {"requestsPerSecond": 50}})}
    document["scaling"]["minReplicas"] = 0
    found = problems(stack("staging", document, autoscaling={"keda": {}}, monitoring={}))
    assert [(each.path, each.found) for each in found] == [(T[:-1], "only cpu, memory and http")]


def test_a_job_serves_no_requests() -> None:
    document = {"kind": "Job", **scaling({"http": {"requestsPerSecond": 50}})}
    found = problems(stack("staging", document, autoscaling={"keda": {}}, monitoring={}))
    assert [each.path for each in found] == [T]


def test_a_job_for_each_message() -> None:
    trigger = {"rabbitmq": {"queueName": "mail"}, "secretTargetRef": HOST}
    found = objects(kind="Job", **scaling(trigger))
    assert found["scaledjob"]["spec"]["triggers"][0]["type"] == "rabbitmq"


@pytest.mark.parametrize(
    ("trigger", "place"),
    [
        ({"rabbitmq": {"queueName": "mail"}}, (*T, "secretTargetRef")),
        (
            {"rabbitmq": {"queueName": "mail", "host": "amqp://mq/web"}, "secretTargetRef": HOST},
            (*T, "secretTargetRef"),
        ),
        (
            {"rabbitmq": {"queueName": "mail", "host": "amqp://mq/web", "mode": "MessageRate"}},
            (*T, "rabbitmq", "mode"),
        ),
        (
            {
                "rabbitmq": {"queueName": "m", "protocol": "amqp", "excludeUnacknowledged": True},
                "secretTargetRef": HOST,
            },
            (*T, "rabbitmq", "excludeUnacknowledged"),
        ),
        ({"metricsApi": {**API, "authMode": "basic"}}, (*T, "secretTargetRef")),
        ({"metricsApi": API, "secretTargetRef": HOST}, (*T, "secretTargetRef")),
        ({"metricsApi": {**API, "method": "query"}}, (*T, "metricsApi", "method")),
        ({"metricsApi": {**API, "keyParamName": "k"}}, (*T, "metricsApi", "keyParamName")),
        ({"metricsApi": {**API, "aggregationType": "sum"}}, (*T, "metricsApi", "aggregationType")),
        ({"metricsApi": API, "rabbitmq": {"queueName": "mail", "host": "amqp://mq/web"}}, T),
    ],
    ids=str,
)
def test_contradictions(trigger: dict[str, Any], place: KeyPath) -> None:
    found = problems(stack("staging", scaling(trigger), autoscaling={"keda": {}}))
    assert [each.path for each in found] == [place]


@pytest.mark.parametrize(
    "trigger",
    [
        {"rabbitmq": {"queueName": "mail", "host": "amqp://user:password@mq/web"}},
        {"rabbitmq": {"queueName": "mail", "value": 0}},
        {"rabbitmq": {}},
        {"metricsApi": {**API, "url": "http://user:password@stats/a"}},
        {"metricsApi": {"url": "ftp://a", "valueLocation": "a", "targetValue": 1}},
    ],
    ids=str,
)
def test_refused(trigger: dict[str, Any]) -> None:
    """A login in a URL would be in every preview: secretTargetRef has it."""
    with pytest.raises(ValidationError):
        app(**scaling(trigger))


def test_every_sort_is_named_where_one_is_missing() -> None:
    (problem,) = problems(stack("staging", scaling({}), autoscaling={"keda": {}}))
    assert problem.allowed == f"exactly one of {', '.join(SORTS)}"
    assert {"rabbitmq", "metricsApi", "awsSqsQueue", "cpu"} <= set(SORTS)
