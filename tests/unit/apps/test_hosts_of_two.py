"""Hosts that two ways in would share and cannot, and hosts that two controllers bring in: what is said of them."""

from typing import Any

import pytest

from components.apps import shared_host_checks
from components.problem import Problem
from components.settings import StackSettings
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(shared_host_checks)
SHOP = "shop.example.com"
CERTIFICATES = {"email": "platform@example.com", "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
AT_TWO = f"{SHOP} would be at two load balancers, of which its name finds one"
ONE_EACH = {"controller": "alb", "alb": {"group": None}}


def of(ingress: Any, *ways: dict[str, Any], **rooms: Any) -> StackSettings:
    """A stack of the apps a, b …, each with its way in; the path is its name where it says none."""
    apps = []
    for index, (name, way) in enumerate(zip("abc", ways, strict=False)):
        ((key, told),) = way.items()
        exposed: dict[str, Any] = {key: {"host": SHOP, "paths": [f"/{name}"], **told}}
        apps.append(app(name, ports={"http": 8080 + index}, **exposed))
    return stack(apps=apps, ingress=ingress, certificates=CERTIFICATES, **rooms)


def istio(*ways: dict[str, Any]) -> StackSettings:
    return of("istio", *ways, mesh={"kind": "istio"})


def said(problem: Problem) -> tuple[Any, ...]:
    return problem.app, problem.path, problem.message, problem.found, problem.allowed


@pytest.mark.parametrize("first", ["ingress", "route"])
def test_an_ingress_with_tls_has_its_host_for_itself_at_istio(first: str) -> None:
    assert said(JUDGE.only(istio({first: {}}, {"ingress": {}}))) == (
        "b",
        ("ingress", "host"),
        f"Istio takes {SHOP} over TLS from one Ingress, and the {first} of a has it",
        SHOP,
        "route instead of ingress, in both: routes may share a host; or another host",
    )


def test_it_is_said_of_a_further_host_too() -> None:
    further = {"host": "b.example.com", "hosts": [{"host": SHOP, "paths": ["/b"]}]}
    problem = JUDGE.only(istio({"ingress": {}}, {"ingress": further}))
    assert (problem.app, problem.path) == ("b", ("ingress", "hosts", 0, "host"))


@pytest.mark.parametrize(
    "ways",
    [
        [{"route": {}}, {"route": {}}],
        [{"ingress": {"tls": False}}, {"ingress": {"tls": False}}],
        [{"ingress": {}}, {"ingress": {"host": "b.example.com"}}],
        # unique_addresses says so
        [{"ingress": {"paths": ["/x"]}}, {"ingress": {"paths": ["/x/"]}}],
    ],
)
def test_what_istio_takes_together(ways: list[dict[str, Any]]) -> None:
    assert JUDGE.problems(istio(*ways)) == []


@pytest.mark.parametrize("key", ["ingress", "route"])
def test_a_host_is_at_one_load_balancer(key: str) -> None:
    assert said(JUDGE.only(of("alb", {"ingress": {}}, {key: {"tls": False}}))) == (
        "b",
        (key, "host"),
        f"{AT_TWO}: TLS and plain HTTP have one each, and the ingress of a is at another",
        SHOP,
        "the same tls as there; or another host",
    )
    assert said(JUDGE.only(of(ONE_EACH, {key: {}}, {"ingress": {}}))) == (
        "b",
        ("ingress", "host"),
        f"{AT_TWO}: each Ingress has one of its own, and the {key} of a is at another",
        SHOP,
        "ingress: {alb: {group: platform}} in the stack file, or another host",
    )


@pytest.mark.parametrize(
    ("ingress", "ways"),
    [
        ("alb", [{"ingress": {}}, {"route": {}}]),
        ("alb", [{"ingress": {"tls": False}}, {"route": {"tls": False}}]),
        ("alb", [{"ingress": {}}, {"ingress": {"host": "b.example.com", "tls": False}}]),
        (ONE_EACH, [{"ingress": {}}, {"ingress": {"host": "b.example.com"}}]),
        # from inside and from outside: advice
        ("alb", [{"ingress": {}}, {"ingress": {"internal": True}}]),
        ("nginx", [{"ingress": {}}, {"route": {"tls": False}}]),
    ],
)
def test_what_a_load_balancer_takes_together(ingress: Any, ways: list[dict[str, Any]]) -> None:
    assert JUDGE.problems(of(ingress, *ways)) == []


@pytest.mark.parametrize(
    ("first", "second", "other"),
    [
        ({"ingress": {}}, {"route": {"controller": "nginx"}}, "alb"),
        ({"route": {"controller": "nginx"}}, {"ingress": {}}, "nginx"),
        ({"ingress": {"internal": True}}, {"ingress": {}}, "alb, internal"),
        ({"ingress": {}}, {"ingress": {"internal": True}}, "alb"),
    ],
)
def test_a_name_that_leads_to_one_of_two(first: dict[str, Any], second: dict[str, Any], other: str) -> None:
    (advice,) = JUDGE.advice(of({"controller": "alb", "additional": ["nginx"]}, first, second))
    key, own = next(iter(second)), next(iter(first))
    assert (advice.app, advice.path) == ("b", (key, "host"))
    assert advice.text == (
        f"the {own} of a has {SHOP}, too, by another load balancer ({other}): clients reach the one that DNS names, and"
        " only its paths"
    )


def test_one_way_for_a_name_is_not_worth_a_word() -> None:
    both = {"controller": "alb", "additional": ["nginx"]}
    assert JUDGE.advice(of(both, {"ingress": {}}, {"route": {"controller": "alb"}})) == []
    assert JUDGE.advice(of(both, {"ingress": {}}, {"route": {"host": "b.example.com", "controller": "nginx"}})) == []
