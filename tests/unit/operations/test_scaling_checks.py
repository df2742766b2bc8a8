"""What is refused, and what is pointed out, about what scales the apps."""

from typing import Any

import pytest

from components.operations import scaling_checks
from tests.support.operations import operations_stack
from tests.support.stacks import Judge

JUDGE = Judge(scaling_checks)
QUEUE = "arn:aws:sqs:us-west-2:123456789012:orders"
OFF = {
    "version": "1.35",
    "admins": ["arn:aws:iam::123456789012:role/platform-admin"],
    "addons": {"metrics-server": {"enabled": False}},
}


def keda(**settings: Any) -> dict[str, Any]:
    return {"autoscaling": {"keda": settings}}


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {"cluster": OFF},
        keda(),
        keda(aws={"queueArns": [QUEUE]}),
        keda(aws={"cloudwatch": True}),
        {**keda(watchNamespaces=["web"]), "namespaces": {"web": {}}},
        {"autoscaling": {"vpa": {}}},
    ],
)
def test_what_works_is_let_through_in_silence(rooms: dict[str, Any]) -> None:
    settings = operations_stack(**rooms)
    assert (JUDGE.problems(settings), JUDGE.advice(settings)) == ([], [])


def test_an_existing_cluster_has_no_aws_identity_to_give() -> None:
    problem = JUDGE.only(operations_stack(existing=True, **keda(aws={"queueArns": [QUEUE]})))
    assert problem.path == ("autoscaling", "keda", "aws")
    assert "no AWS identity" in problem.message
    assert "keda/keda-operator" in problem.allowed


def test_an_identity_is_for_something() -> None:
    problem = JUDGE.only(operations_stack(**keda(aws={})))
    assert problem.path == ("autoscaling", "keda", "aws")
    assert problem.found == "no queueArns, no cloudwatch"
    assert "cloudwatch: true" in problem.allowed


def test_namespaces_that_are_watched_are_there() -> None:
    rooms = {**keda(watchNamespaces=["web", "dta"]), "namespaces": {"web": {}, "data": {}}}
    problem = JUDGE.only(operations_stack(**rooms))
    assert problem.path == ("autoscaling", "keda", "watchNamespaces", 1)
    assert (problem.found, problem.nearest) == ("dta", "data")


def test_vpa_without_metrics_server_is_refused_and_the_line_is_named() -> None:
    problem = JUDGE.only(operations_stack(cluster=OFF, autoscaling={"vpa": {"recommendOnly": True}}))
    assert problem.path == ("autoscaling", "vpa")
    assert "cluster.addons.metrics-server" in problem.allowed


def test_keda_without_metrics_server_works_but_for_two_triggers() -> None:
    settings = operations_stack(cluster=OFF, **keda())
    assert JUDGE.problems(settings) == []
    (advice,) = JUDGE.advice(settings)
    assert "cpu and memory" in advice.text


def test_in_an_existing_cluster_somebody_else_may_serve_the_apis() -> None:
    settings = operations_stack(existing=True, autoscaling={"keda": {}, "vpa": {}})
    assert JUDGE.problems(settings) == []
    texts = {advice.path[-1]: advice.text for advice in JUDGE.advice(settings)}
    assert "v1beta1.external.metrics.k8s.io" in texts["keda"]
    assert "kubectl top pods" in texts["vpa"]


def test_production_is_told_of_single_pods() -> None:
    rooms: dict[str, Any] = {"autoscaling": {"keda": {"replicas": 1}, "vpa": {"replicas": 1}}}
    found = JUDGE.advice(operations_stack(environment="production", **rooms))
    assert [advice.path[1] for advice in found] == ["keda", "vpa"]
    assert JUDGE.advice(operations_stack(**rooms)) == []
    several: dict[str, Any] = {"autoscaling": {"keda": {}, "vpa": {}}}
    assert JUDGE.advice(operations_stack(environment="production", **several)) == []
    only: dict[str, Any] = {"autoscaling": {"vpa": {"replicas": 1, "recommendOnly": True}}}
    assert JUDGE.advice(operations_stack(environment="production", **only)) == []
