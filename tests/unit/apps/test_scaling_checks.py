"""What is refused, and what is said, of an app's scaling."""

from typing import Any

import pytest

from components.apps import keda_checks, rollout_checks, scaling_checks, vertical_checks
from components.apps.pod_counts import most_pods
from components.problem import Problem
from tests.support.stacks import Judge, app, stack

QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"
JUDGES = [Judge(module) for module in (scaling_checks, keda_checks, vertical_checks)]
CRON = {"timezone": "UTC", "start": "0 8 * * *", "end": "0 20 * * *", "desiredReplicas": 4}
KAFKA = {"bootstrapServers": ["a.example.com:9092"], "consumerGroup": "orders"}
SECRET = {"name": "kafka", "key": "value"}
ON: dict[str, Any] = {
    "autoscaling": {"keda": {"aws": {"queueArns": [QUEUE]}}, "vpa": {}},
    "namespaces": {"web": {}},
    "monitoring": {},
}


def problems(fields: dict[str, Any], **rooms: Any) -> list[Problem]:
    settings = stack(**{**ON, **rooms}, apps=[app(**fields)])
    return [problem for judge in JUDGES for problem in judge.problems(settings)]


def one(fields: dict[str, Any], **rooms: Any) -> Problem:
    (problem,) = problems(fields, **rooms)
    return problem


def hpa(**rest: Any) -> dict[str, Any]:
    return {"scaling": {"minReplicas": 2, "maxReplicas": 9, **rest}}


def keda(trigger: dict[str, Any], least: int = 2, **rest: Any) -> dict[str, Any]:
    return {"scaling": {"minReplicas": least, "maxReplicas": 9, "keda": {"triggers": {"one": trigger}, **rest}}}


@pytest.mark.parametrize(
    "fields",
    [
        hpa(memory=80),
        hpa(metrics=[{"containerResource": {"name": "memory", "target": {"averageUtilization": 80}}}]),
        keda({"cron": CRON}, least=0, cooldownPeriod=60, pollingInterval=10),
        keda({"cron": CRON}, idleReplicaCount=0, fallback={"replicas": 4}),
        keda({"awsSqsQueue": {"queueArn": QUEUE}}),
        keda({"prometheus": {"query": "up", "threshold": 1}}),
        keda({"cpu": {"averageUtilization": 70}}),
        {
            **hpa(),
            "verticalScaling": {
                "mode": "InPlaceOrRecreate",
                "containerPolicies": [{"controlledResources": ["memory"]}],
            },
        },
        {**hpa(memory=80), "verticalScaling": {"mode": "Off"}},
        {**keda({"cron": CRON}), "verticalScaling": {"mode": "Recreate"}},
    ],
)
def test_what_goes_together(fields: dict[str, Any]) -> None:
    assert problems(fields) == []
    settings = stack(**ON, apps=[app(**fields)])
    assert Judge(rollout_checks).problems(settings) == []


def test_a_room_that_is_off_is_named() -> None:
    problem = one(keda({"cron": CRON}), autoscaling={"vpa": {}})
    assert (problem.path, problem.allowed) == (("scaling", "keda"), "`autoscaling: {keda: {}}` in the stack file")
    problem = one({"verticalScaling": {}}, autoscaling={})
    assert (problem.path, problem.allowed) == (("verticalScaling",), "`autoscaling: {vpa: {}}` in the stack file")


def test_keda_looks_at_the_namespace() -> None:
    problem = one(keda({"cron": CRON}), autoscaling={"keda": {"watchNamespaces": ["data"]}})
    assert problem.allowed == "`autoscaling: {keda: {watchNamespaces: [data, web]}}` in the stack file"


@pytest.mark.parametrize("aws", [{}, {"aws": {"queueArns": [f"{QUEUE}-old"]}}])
def test_a_queue_that_keda_may_not_read(aws: dict[str, Any]) -> None:
    problem = one(keda({"awsSqsQueue": {"queueArn": QUEUE}}), autoscaling={"keda": aws})
    assert problem.path == ("scaling", "keda", "triggers", "one", "awsSqsQueue", "queueArn")
    old = [f"{QUEUE}-old", QUEUE] if aws else [QUEUE]
    assert problem.allowed == f"`autoscaling: {{keda: {{aws: {{queueArns: [{', '.join(old)}]}}}}}}` in the stack file"


def test_a_queue_by_keys_needs_no_identity() -> None:
    keys = {"awsAccessKeyID": SECRET, "awsSecretAccessKey": SECRET}
    fields = keda({"awsSqsQueue": {"queueArn": QUEUE}, "secretTargetRef": keys})
    assert problems(fields, autoscaling={"keda": {}}) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        (hpa(minReplicas=0), ("scaling", "minReplicas")),
        ({**keda({"cron": CRON}), "kind": "DaemonSet"}, ("scaling",)),
        ({**hpa(), "kind": "CronJob"}, ("scaling",)),
        (hpa(metrics=[{}]), ("scaling", "metrics", 0)),
        (
            hpa(metrics=[{"external": {"metric": {"name": "a"}, "target": {"value": 1}}}]),
            ("scaling", "metrics", 0, "external"),
        ),
        (
            hpa(metrics=[{"resource": {"name": "memory", "target": {}}}]),
            ("scaling", "metrics", 0, "resource", "target"),
        ),
        (
            hpa(metrics=[{"containerResource": {"name": "cpu", "container": "wbe", "target": {"averageValue": 1}}}]),
            ("scaling", "metrics", 0, "container"),
        ),
        (keda({}), ("scaling", "keda", "triggers", "one")),
        (keda({"cron": CRON, "cpu": {"averageValue": 1}}), ("scaling", "keda", "triggers", "one")),
        (keda({"cpu": {}}), ("scaling", "keda", "triggers", "one", "cpu")),
        (
            keda({"cron": {**CRON, "desiredReplicas": 10}}),
            ("scaling", "keda", "triggers", "one", "cron", "desiredReplicas"),
        ),
        (keda({"cron": {**CRON, "end": "0 8 * * *"}}), ("scaling", "keda", "triggers", "one", "cron", "end")),
        (keda({"cron": CRON}, fallback={"replicas": 10}), ("scaling", "keda", "fallback", "replicas")),
        (keda({"cpu": {"averageValue": 1}}, fallback={"replicas": 2}), ("scaling", "keda", "fallback")),
        (keda({"cpu": {"averageValue": 1}}, least=0), ("scaling", "keda", "triggers")),
        (keda({"cron": CRON}, least=0, idleReplicaCount=0), ("scaling", "keda", "idleReplicaCount")),
        (keda({"cron": CRON}, cooldownPeriod=60), ("scaling", "keda", "cooldownPeriod")),
        (
            keda({"cron": CRON, "secretTargetRef": {"key": SECRET}}),
            ("scaling", "keda", "triggers", "one", "secretTargetRef"),
        ),
        (keda({"kafka": {**KAFKA, "sasl": "plaintext"}}), ("scaling", "keda", "triggers", "one", "secretTargetRef")),
    ],
)
def test_what_does_not(fields: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert one(fields).path == path


@pytest.mark.parametrize(
    "own", [{"cpu": 70}, {"memory": 80}, {"metrics": [{"resource": {"name": "cpu", "target": {"averageValue": 1}}}]}]
)
def test_one_autoscaler_of_the_number_of_pods(own: dict[str, Any]) -> None:
    found = problems({"scaling": {**keda({"cron": CRON})["scaling"], **own}})
    assert [problem.path for problem in found] == [("scaling", next(iter(own)))]


def test_cpu_and_memory_are_measured_by_metrics_server() -> None:
    off = {**stack().cluster.model_dump(by_alias=True), "addons": {"metrics-server": {"enabled": False}}}
    rooms = {"cluster": off, "autoscaling": {"keda": {}}}
    assert one(hpa(), **rooms).path == ("scaling", "cpu")
    assert one(keda({"memory": {"averageValue": "1Gi"}}), **rooms).path == ("scaling", "keda", "triggers", "one")
    assert problems(keda({"cron": CRON}), **rooms) == []


def test_no_prometheus_to_ask() -> None:
    problem = one(keda({"prometheus": {"query": "up", "threshold": 1}}), monitoring=None)
    assert problem.path == ("scaling", "keda", "triggers", "one", "prometheus")


@pytest.mark.parametrize(
    ("scaling", "way"),
    [
        (hpa(), "controlledResources: [memory]"),
        (hpa(cpu=None, memory=80), "controlledResources: [cpu]"),
        (
            hpa(metrics=[{"containerResource": {"name": "cpu", "target": {"averageValue": 1}}}]),
            "controlledResources: [memory]",
        ),
        (keda({"cpu": {"averageUtilization": 70}}), "controlledResources: [memory]"),
    ],
)
def test_no_resource_of_a_container_is_scaled_both_ways(scaling: dict[str, Any], way: str) -> None:
    problem = one({**scaling, "verticalScaling": {"mode": "Initial"}})
    assert problem.path == ("verticalScaling", "containerPolicies")
    assert way in problem.allowed


def test_the_modes_are_those_that_there_are() -> None:
    recommender = {"vpa": {"recommendOnly": True}}
    assert one({"verticalScaling": {"mode": "Initial"}}, autoscaling=recommender).allowed == "Off"
    assert problems({"verticalScaling": {"mode": "Off"}}, autoscaling=recommender) == []


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        ({"maxAllowed": {"cpu": "4"}}, 1),  # requests are 70 % of limits, which would be 5.7
        ({"maxAllowed": {"cpu": "4"}, "controlledValues": "RequestsOnly"}, 0),
        ({"maxAllowed": {"cpu": "5"}, "controlledValues": "RequestsOnly"}, 1),
        ({"maxAllowed": {"cpu": "2"}}, 0),
        ({"minAllowed": {"cpu": "3"}, "maxAllowed": {"cpu": "2"}}, 1),
    ],
)
def test_what_is_recommended_is_allowed(policy: dict[str, Any], found: int) -> None:
    refused = problems({"verticalScaling": {"mode": "Recreate", "containerPolicies": [policy]}})
    assert [each.path for each in refused] == [("verticalScaling", "containerPolicies", 0, "maxAllowed", "cpu")] * found


def test_a_policy_is_of_a_container_there_is() -> None:
    policies = [{"containerName": "wbe"}, {}, {"containerName": "web"}]
    assert [each.path[2] for each in problems({"verticalScaling": {"containerPolicies": policies}})] == [0, 2]


def test_what_is_said() -> None:
    fields = keda({"kafka": KAFKA, "secretTargetRef": {"username": SECRET}}, least=0)
    called = app(**fields, allowFrom=["other"], verticalScaling={"mode": "Auto"})
    custom = app("other", **hpa(metrics=[{"pods": {"metric": {"name": "a"}, "target": {"averageValue": 1}}}]))
    settings = stack(**ON, apps=[called, custom])
    said = [(each.app, each.path[-1]) for judge in JUDGES for each in judge.advice(settings)]
    assert said == [
        ("other", 0),
        ("web", "minReplicas"),
        ("web", "secretTargetRef"),
        ("web", "mode"),
        ("web", "minReplicas"),
    ]


def test_the_quota_holds_kedas_most() -> None:
    (settings,) = stack(**ON, apps=[app(**keda({"cron": CRON}, least=0))]).apps
    assert (settings.initial_replicas, settings.most_replicas, most_pods(settings)) == (0, 9, 10)
