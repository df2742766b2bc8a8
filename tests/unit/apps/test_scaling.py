"""What scales an app: Kubernetes' own autoscaler, KEDA, and the vertical one; all that is rendered is valid."""

from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from components.operations.monitoring_names import PROMETHEUS_URL
from tests.support.schemas import manifest_problems
from tests.unit.apps.shipped import app, context

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"
CRON = {"timezone": "Europe/Berlin", "start": "0 8 * * 1-5", "end": "0 20 * * MON-FRI", "desiredReplicas": 4}
KAFKA = {"bootstrapServers": ["a.example.com:9092", "b.example.com:9092"], "consumerGroup": "orders", "topic": "orders"}
QUERY = {"query": "sum(rate(http_requests_total[2m]))", "threshold": 100}
SCALING = {"minReplicas": 2, "maxReplicas": 9}


def objects(**fields: Any) -> dict[str, Manifest]:
    settings = app(**fields)
    found = render(settings, context(settings, mesh="none", meshed=frozenset()))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    return found


def scaled(**keda: Any) -> Manifest:
    spec: Manifest = objects(scaling={**SCALING, "keda": keda})["scaledobject"]["spec"]
    return spec


def test_the_documents_autoscaler() -> None:
    found = objects(name="user-service", scaling={"minReplicas": 3, "maxReplicas": 10, "cpu": 70, "memory": 80})
    assert found["hpa"]["metadata"]["name"] == "user-service-hpa"
    assert found["hpa"]["spec"] == {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "user-service"},
        "minReplicas": 3,
        "maxReplicas": 10,
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": percent}},
            }
            for name, percent in (("cpu", 70), ("memory", 80))
        ],
        "behavior": {
            "scaleDown": {
                "stabilizationWindowSeconds": 300,
                "policies": [{"type": "Percent", "value": 50, "periodSeconds": 60}],
                "selectPolicy": "Max",
            },
            "scaleUp": {
                "stabilizationWindowSeconds": 0,
                "policies": [
                    {"type": "Percent", "value": 100, "periodSeconds": 15},
                    {"type": "Pods", "value": 2, "periodSeconds": 15},
                ],
                "selectPolicy": "Max",
            },
        },
    }


@pytest.mark.parametrize(
    ("given_metric", "rendered"),
    [
        (
            {"resource": {"name": "cpu", "target": {"averageValue": "300m"}}},
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "AverageValue", "averageValue": "300m"}},
            },
        ),
        (
            {"containerResource": {"name": "cpu", "target": {"averageUtilization": 60}}},
            {
                "type": "ContainerResource",
                "containerResource": {
                    "name": "cpu",
                    "container": "api",
                    "target": {"type": "Utilization", "averageUtilization": 60},
                },
            },
        ),
        (
            {"pods": {"metric": {"name": "requests"}, "target": {"averageValue": 100}}},
            {
                "type": "Pods",
                "pods": {
                    "metric": {"name": "requests"},
                    "target": {"type": "AverageValue", "averageValue": "100"},
                },
            },
        ),
        (
            {
                "object": {
                    "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"},
                    "metric": {"name": "requests"},
                    "target": {"value": "2k"},
                }
            },
            {
                "type": "Object",
                "object": {
                    "describedObject": {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "name": "main"},
                    "metric": {"name": "requests"},
                    "target": {"type": "Value", "value": "2k"},
                },
            },
        ),
        (
            {
                "external": {
                    "metric": {"name": "queue", "selector": {"matchLabels": {"queue": "orders"}}},
                    "target": {"averageValue": "30"},
                }
            },
            {
                "type": "External",
                "external": {
                    "metric": {"name": "queue", "selector": {"matchLabels": {"queue": "orders"}}},
                    "target": {"type": "AverageValue", "averageValue": "30"},
                },
            },
        ),
    ],
)
def test_every_sort_of_metric(given_metric: dict[str, Any], rendered: Manifest) -> None:
    metrics = objects(scaling={**SCALING, "cpu": None, "metrics": [given_metric]})["hpa"]["spec"]["metrics"]
    assert metrics == [rendered]


def test_a_target_of_ones_own_for_cpu_replaces_the_default_one_and_no_other() -> None:
    own = {"containerResource": {"name": "cpu", "target": {"averageUtilization": 60}}}
    pods = {"pods": {"metric": {"name": "requests"}, "target": {"averageValue": "1"}}}

    def types(**scaling: Any) -> list[str]:
        return [each["type"] for each in objects(scaling={**SCALING, **scaling})["hpa"]["spec"]["metrics"]]

    assert types(metrics=[own]) == ["ContainerResource"]
    assert types(metrics=[own], cpu=70) == ["Resource", "ContainerResource"]
    assert types(metrics=[pods]) == ["Resource", "Pods"]


def test_keda_instead_of_the_own_autoscaler() -> None:
    found = objects(
        scaling={
            "minReplicas": 0,
            "maxReplicas": 9,
            "keda": {
                "triggers": {"orders": {"awsSqsQueue": {"queueArn": QUEUE, "queueLength": 10}}},
                "pollingInterval": 15,
                "cooldownPeriod": 120,
                "fallback": {"replicas": 3},
            },
        }
    )
    assert "hpa" not in found
    assert found["deployment"]["spec"]["replicas"] == 0
    spec = found["scaledobject"]["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (0, 9)
    assert (spec["pollingInterval"], spec["cooldownPeriod"]) == (15, 120)
    assert spec["fallback"] == {"failureThreshold": 3, "replicas": 3, "behavior": "currentReplicasIfHigher"}
    assert (
        spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 300
    )
    assert spec["triggers"] == [
        {
            "type": "aws-sqs-queue",
            "name": "orders",
            "metadata": {
                "queueURL": "https://sqs.us-west-2.amazonaws.com/123456789012/orders",
                "awsRegion": "us-west-2",
                "queueLength": "10",
                "activationQueueLength": "0",
                "scaleOnInFlight": "true",
                "scaleOnDelayed": "false",
            },
            "authenticationRef": {"name": "api-orders"},
        }
    ]
    login = found["trigger-orders"]
    assert (login["metadata"]["name"], login["spec"]) == ("api-orders", {"podIdentity": {"provider": "aws"}})
    assert list(found).index("trigger-orders") < list(found).index("scaledobject")


def test_a_schedule_has_no_login() -> None:
    (trigger,) = scaled(triggers={"day": {"cron": CRON}})["triggers"]
    assert trigger == {
        "type": "cron",
        "name": "day",
        "metadata": {
            "timezone": "Europe/Berlin",
            "start": "0 8 * * 1-5",
            "end": "0 20 * * MON-FRI",
            "desiredReplicas": "4",
        },
    }


def test_kafka_with_a_login() -> None:
    secret = {name: {"name": "kafka", "key": name} for name in ("username", "password")}
    found = objects(
        scaling={
            **SCALING,
            "keda": {
                "triggers": {
                    "lag": {"kafka": {**KAFKA, "sasl": "scram_sha512", "tls": True}, "secretTargetRef": secret}
                },
            },
        }
    )
    (trigger,) = found["scaledobject"]["spec"]["triggers"]
    assert trigger["metadata"]["bootstrapServers"] == "a.example.com:9092,b.example.com:9092"
    assert (trigger["metadata"]["sasl"], trigger["metadata"]["tls"]) == ("scram_sha512", "enable")
    assert trigger["authenticationRef"] == {"name": "api-lag"}
    assert found["trigger-lag"]["spec"] == {
        "secretTargetRef": [
            {"parameter": "username", "name": "kafka", "key": "username"},
            {"parameter": "password", "name": "kafka", "key": "password"},
        ]
    }


@pytest.mark.parametrize("server", [None, "https://prometheus.example.com"])
def test_prometheus_is_the_stacks_own_unless_another_is_named(server: str | None) -> None:
    named = {"serverAddress": server} if server else {}
    (trigger,) = scaled(triggers={"load": {"prometheus": {**QUERY, **named}}})["triggers"]
    assert trigger["metadata"] == {
        "serverAddress": server or PROMETHEUS_URL,
        "query": QUERY["query"],
        "threshold": "100",
        "activationThreshold": "0",
        "ignoreNullValues": "true",
    }


def test_cpu_beside_events() -> None:
    spec = scaled(
        triggers={
            "use": {"cpu": {"averageUtilization": 60, "container": "api"}},
            "room": {"memory": {"averageValue": "400Mi"}},
        },
        idleReplicaCount=0,
    )
    assert spec["idleReplicaCount"] == 0
    assert spec["triggers"] == [
        {
            "type": "cpu",
            "name": "use",
            "metricType": "Utilization",
            "metadata": {"value": "60", "containerName": "api"},
        },
        {"type": "memory", "name": "room", "metricType": "AverageValue", "metadata": {"value": "400Mi"}},
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        "0 8 * *",
        "60 8 * * *",
        "0 24 * * *",
        "0 8 32 * *",
        "0 8 * 13 *",
        "0 8 * * 7",
        "0 8-6 * * *",
        "*/0 * * * *",
        "x * * * *",
    ],
)
def test_a_schedule_that_never_is(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"fields|is not a"):
        scaled(triggers={"day": {"cron": {**CRON, "start": wrong}}})
