"""What is refused, and what is pointed out, about the ways in."""

from collections.abc import Callable
from typing import Any

import pytest

from components.apps.settings import AppSettings
from components.networking.ingress import checks
from components.settings import StackSettings
from tests.support.ingress import OVERLAY, exposed, served
from tests.support.stacks import Judge, stack

judge = Judge(checks)
problems, advice, only = judge.problems, judge.advice, judge.only
ISTIO = {"kind": "istio"}


@pytest.mark.parametrize(
    ("ingress", "rooms"),
    [
        ("external", {}),
        ({"controller": "nginx", "additional": ["alb", "gateway-api", "external"]}, {}),
        ({"controller": "istio"}, {"mesh": ISTIO}),
        ({"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}}, {"mesh": ISTIO}),
        ({"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}, "alb": {"waf": {}}}, {}),
        ({"controller": "alb", "className": "public", "additional": ["nginx"]}, {"cni": OVERLAY}),
        ({"controller": "gateway-api"}, {"cni": OVERLAY, "mesh": {"kind": "none"}}),
        ({"controller": "gateway-api", "gatewayApi": {"minReplicas": 5}}, {"mesh": {"kind": "linkerd"}}),
    ],
)
def test_right_stacks_have_no_problem(ingress: Any, rooms: dict[str, Any]) -> None:
    assert problems(served(ingress, **rooms)) == []


@pytest.mark.parametrize("ingress", ["nginx", "gateway-api", "external"])
def test_an_existing_cluster_may_have_what_needs_no_aws_identity(ingress: str) -> None:
    assert problems(served(ingress, existing=True)) == []


def test_a_further_controller_is_another_one() -> None:
    problem = only(served({"controller": "nginx", "additional": ["nginx"]}))
    assert problem.path == ("ingress", "additional", 0)
    assert "is the controller already" in problem.message


@pytest.mark.parametrize("mesh", ["none", "linkerd"])
def test_istio_serves_no_ingress_where_it_is_not(mesh: str) -> None:
    problem = only(served("istio", mesh={"kind": mesh}))
    assert problem.path == ("ingress", "controller")
    assert problem.nearest == "external"
    assert mesh in problem.found


def test_a_further_controller_is_named_where_it_stands() -> None:
    assert only(served({"controller": "nginx", "additional": ["external", "istio"]})).path == (
        "ingress",
        "additional",
        1,
    )


def test_istio_implements_no_gateway_where_it_is_not() -> None:
    problem = only(served({"controller": "gateway-api", "gatewayApi": {"implementation": "istio"}}))
    assert problem.path == ("ingress", "gatewayApi", "implementation")
    assert problem.nearest == "envoy-gateway"


@pytest.mark.parametrize(
    ("ingress", "path"),
    [
        ("alb", ("ingress", "controller")),
        ({"controller": "nginx", "additional": ["alb"]}, ("ingress", "additional", 0)),
        (
            {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}},
            ("ingress", "gatewayApi", "implementation"),
        ),
    ],
)
def test_no_load_balancer_controller_in_an_existing_cluster(ingress: Any, path: tuple[str | int, ...]) -> None:
    problem = only(served(ingress, existing=True))
    assert problem.path == path
    assert "needs an AWS identity" in problem.message


@pytest.mark.parametrize("ingress", [{"controller": "nginx"}, {"controller": "gateway-api"}])
def test_a_firewall_stands_before_application_load_balancers_only(ingress: dict[str, Any]) -> None:
    problem = only(served({**ingress, "alb": {"waf": {}}}))
    assert problem.path == ("ingress", "alb", "waf")
    assert ingress["controller"] in problem.found


@pytest.mark.parametrize(
    "ingress",
    [
        {"controller": "nginx", "className": "alb", "additional": ["alb"]},
        {"controller": "nginx", "className": "alb-internal", "additional": ["alb"]},
        {"controller": "alb", "className": "nginx", "additional": ["nginx"]},
    ],
)
def test_a_class_has_one_controller(ingress: dict[str, Any]) -> None:
    problem = only(served(ingress))
    assert problem.path == ("ingress", "className")
    assert ingress["additional"][0] in problem.message


def test_the_gateway_api_has_no_class() -> None:
    assert only(served({"controller": "gateway-api", "className": "public"})).path == ("ingress", "className")


@pytest.mark.parametrize("key", ["gatewayApi", "nginx"])
def test_replicas_are_in_order(key: str) -> None:
    controller = {"gatewayApi": "gateway-api"}.get(key, key)
    problem = only(served({"controller": controller, key: {"minReplicas": 6, "maxReplicas": 4}}))
    assert problem.path == ("ingress", key, "minReplicas")
    assert (problem.found, problem.nearest) == ("6", "4")


def hosts(count: int) -> list[dict[str, Any]]:
    return [exposed(f"app-{index}", f"{index}.example.com") for index in range(count)]


def test_a_gateway_has_64_listeners_and_no_more() -> None:
    assert problems(served("gateway-api", *hosts(63))) == []
    problem = only(served("gateway-api", *hosts(64)))
    assert problem.path == ("ingress", "controller")
    assert "65 listeners" in problem.message
    shared = {"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}}
    assert problems(served(shared, *hosts(64))) == []
    assert problems(served("nginx", *hosts(64))) == []


EMAIL = {"email": "platform@example.com"}
ZONE = {"hostedZoneId": "Z0123456789EXAMPLE", "domains": ["example.com"]}


@pytest.mark.parametrize(
    ("ingress", "rooms", "path"),
    [
        ("external", {}, ("ingress", "controller")),
        ({"controller": "alb", "nginx": {"minReplicas": 3}}, {}, ("ingress", "nginx")),
        ({"controller": "nginx", "alb": {"replicas": 3}}, {}, ("ingress", "alb")),
        ({"controller": "nginx", "gatewayApi": {"scheme": "internal"}}, {}, ("ingress", "gatewayApi")),
        ({"controller": "nginx", "nginx": {"minReplicas": 1}}, {}, ("ingress", "nginx", "minReplicas")),
        ({"controller": "gateway-api", "gatewayApi": {"minReplicas": 1}}, {}, ("ingress", "gatewayApi", "minReplicas")),
        (
            {"controller": "nginx", "nginx": {"scheme": "internal"}},
            {"certificates": EMAIL},
            ("ingress", "nginx", "scheme"),
        ),
        (
            {"controller": "gateway-api", "gatewayApi": {"scheme": "internal"}},
            {"certificates": EMAIL},
            ("ingress", "gatewayApi", "scheme"),
        ),
        ("nginx", {"charts": {"mirror": "https://mirror.example.com"}}, ("ingress", "controller")),
        ("nginx", {"existing": True}, ("ingress", "nginx", "serviceType")),
        ("gateway-api", {"existing": True}, ("ingress", "gatewayApi")),
    ],
)
def test_what_works_and_is_worth_knowing(ingress: Any, rooms: dict[str, Any], path: tuple[str, ...]) -> None:
    assert [each.path for each in advice(served(ingress, exposed("web", "a.example.com"), **rooms))] == [path]


@pytest.mark.parametrize(
    ("ingress", "rooms"),
    [
        ("nginx", {"certificates": EMAIL}),
        (
            {"controller": "nginx", "nginx": {"scheme": "internal"}},
            {"certificates": {**EMAIL, "dns01": ZONE}},
        ),
        (
            {"controller": "nginx", "nginx": {"scheme": "internal"}},
            {"certificates": {"issuer": "private-ca", "privateCa": True}},
        ),
        (
            {"controller": "gateway-api", "gatewayApi": {"implementation": "alb", "scheme": "internal"}},
            {"certificates": {**EMAIL, "acm": ZONE}},
        ),
        ({"controller": "gateway-api", "gatewayApi": {"implementation": "alb"}, "alb": {"idleTimeout": 90}}, {}),
        ({"controller": "nginx", "nginx": {"serviceType": "NodePort"}}, {"existing": True}),
        ("alb", {"charts": {"mirror": "https://mirror.example.com"}}),
    ],
)
def test_no_advice_without_need(ingress: Any, rooms: dict[str, Any]) -> None:
    assert advice(served(ingress, exposed("web", "a.example.com"), **rooms)) == []


def test_advice_names_the_class_and_the_apps() -> None:
    own = exposed("web", "a.example.com")
    (each,) = advice(served({"className": "own"}, own))
    assert "the class own" in each.text
    assert "the Ingress of web" in each.text
    (each,) = advice(
        served(
            {"controller": "nginx", "additional": ["external"]}, exposed("web", "a.example.com", controller="external")
        )
    )
    assert "the default class" in each.text


@pytest.mark.parametrize("check", [*checks.CHECKS, *checks.ADVICE], ids=lambda check: check.__name__)
def test_what_is_missing_is_no_reason_to_fail(check: Callable[[StackSettings], object]) -> None:
    half = AppSettings.model_construct(name="half")  # type: ignore[call-arg]
    for existing in (True, False):
        for controller in ("alb", "nginx", "gateway-api", "istio"):
            settings = stack(existing=existing, aws=None, network=None, ingress=controller, certificates=EMAIL)
            list(check(settings.model_copy(update={"apps": (half,)})))  # type: ignore[call-overload]
