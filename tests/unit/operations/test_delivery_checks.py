"""What is refused, and what is pointed out, about who moves apps to their next version."""

from typing import Any

import pytest

from components.operations import delivery_checks
from components.operations.monitoring_names import PROMETHEUS_URL
from tests.support.operations import operations_stack
from tests.support.stacks import Judge

JUDGE = Judge(delivery_checks)
ELSEWHERE = {"metricsServer": "http://prometheus.example.com:9090"}
ISTIO: dict[str, Any] = {"mesh": "istio", "ingress": "istio"}


def argo(**settings: Any) -> dict[str, Any]:
    return {"delivery": {"argoRollouts": settings}}


def flagger(**settings: Any) -> dict[str, Any]:
    return {"delivery": {"flagger": settings}}


@pytest.mark.parametrize(
    "rooms",
    [
        {},
        {**argo(), **ISTIO},
        {**argo(verifyTargetGroups=True), "ingress": "alb"},
        {**argo(gatewayPluginImage="registry.example.com/plugin:v1"), "ingress": "gateway-api"},
        {**argo(gatewayPluginImage="registry.example.com/plugin:v1"), "mesh": "linkerd"},
        {**flagger(**ELSEWHERE), **ISTIO},
        {**flagger(), **ISTIO, "monitoring": {}},
    ],
)
def test_what_works_is_let_through_in_silence(rooms: dict[str, Any]) -> None:
    settings = operations_stack(**rooms)
    assert (JUDGE.problems(settings), JUDGE.advice(settings)) == ([], [])


def test_flagger_without_a_prometheus_is_refused_and_the_line_is_named() -> None:
    problem = JUDGE.only(operations_stack(**flagger(), **ISTIO))
    assert problem.path == ("delivery", "flagger", "metricsServer")
    assert PROMETHEUS_URL in problem.message
    assert "slipway:monitoring: {}" in problem.allowed


@pytest.mark.parametrize(("existing", "reason"), [(False, "no such way in"), (True, "no AWS identity")])
def test_there_is_nothing_to_verify_without_load_balancers_or_without_an_identity(existing: bool, reason: str) -> None:
    problem = JUDGE.only(operations_stack(existing=existing, **argo(verifyTargetGroups=True)))
    assert problem.path == ("delivery", "argoRollouts", "verifyTargetGroups")
    assert reason in problem.message


def test_an_existing_cluster_with_load_balancers_is_refused_once() -> None:
    problem = JUDGE.only(operations_stack(existing=True, ingress="alb", **argo(verifyTargetGroups=True)))
    assert "no AWS identity" in problem.message


def test_an_image_that_nothing_loads_is_refused() -> None:
    image = "registry.example.com/plugin:v1"
    problem = JUDGE.only(operations_stack(ingress="alb", **argo(gatewayPluginImage=image)))
    assert problem.path == ("delivery", "argoRollouts", "gatewayPluginImage")
    assert problem.found == image


def test_both_beside_each_other_are_pointed_out() -> None:
    rooms: dict[str, Any] = {"delivery": {"argoRollouts": {}, "flagger": ELSEWHERE}, **ISTIO}
    (advice,) = JUDGE.advice(operations_stack(**rooms))
    assert advice.path == ("delivery",)
    assert "side by side" in advice.text


@pytest.mark.parametrize(("ingress", "named"), [("nginx", "ingress-nginx"), ("external", "share of its pods")])
def test_argo_without_a_router_goes_by_the_number_of_pods(ingress: str, named: str) -> None:
    (advice,) = JUDGE.advice(operations_stack(ingress=ingress, **argo()))
    assert advice.path == ("delivery", "argoRollouts")
    assert named in advice.text
    assert ("ingress-nginx" in advice.text) is (ingress == "nginx")


@pytest.mark.parametrize(
    ("ingress", "reason"),
    [
        ("alb", "AWS Load Balancer Controller"),
        ("nginx", "F5's controller does not read"),
        ("external", "nothing in the stack"),
    ],
)
def test_flagger_without_a_router_switches_all_at_once_and_says_why(ingress: str, reason: str) -> None:
    texts = [advice.text for advice in JUDGE.advice(operations_stack(ingress=ingress, **flagger(**ELSEWHERE)))]
    assert len([text for text in texts if "blue-green" in text and reason in text]) == 1


@pytest.mark.parametrize(
    ("rooms", "provider"),
    [({"mesh": "linkerd"}, "gatewayapi:v1"), ({"ingress": "gateway-api"}, "gatewayapi:v1"), ({}, "kubernetes")],
)
def test_without_istios_sidecars_the_app_has_to_measure_itself(rooms: dict[str, Any], provider: str) -> None:
    texts = [advice.text for advice in JUDGE.advice(operations_stack(**rooms, **flagger(**ELSEWHERE)))]
    assert len([text for text in texts if provider in text and "http_request_duration_seconds" in text]) == 1


def test_production_is_told_of_single_pods() -> None:
    rooms: dict[str, Any] = {
        "delivery": {"argoRollouts": {"replicas": 1}, "flagger": {"replicas": 1, **ELSEWHERE}},
        **ISTIO,
    }
    found = [each.path[1:] for each in JUDGE.advice(operations_stack(environment="production", **rooms))]
    assert found == [(), ("argoRollouts", "replicas"), ("flagger", "replicas")]
    assert [each.path for each in JUDGE.advice(operations_stack(**rooms))] == [("delivery",)]
    assert JUDGE.advice(operations_stack(environment="production", **argo(), **ISTIO)) == []
    assert JUDGE.advice(operations_stack(environment="production", **flagger(**ELSEWHERE), **ISTIO)) == []
