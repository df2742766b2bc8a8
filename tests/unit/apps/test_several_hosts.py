"""One app on several hosts: each has its paths and its TLS, by every controller."""

from typing import Any

import pytest

from components.apps import exposure_checks, strategy_checks
from components.apps.context import context
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.support.stacks import Judge, app, stack

HOSTS: dict[str, Any] = {
    "host": "api.example.com",
    "paths": ["/v1"],
    "hosts": [{"host": "www.example.com"}, {"host": "*.example.com", "paths": ["/health", "/ready"], "tls": False}],
}
CERTIFICATES = {"email": "platform@example.com", "acm": {"hostedZoneId": "Z1", "domains": ["example.com"]}}
JUDGE = Judge(exposure_checks)


def rendered(controller: str, key: str = "ingress", **rooms: Any) -> dict[str, Manifest]:
    fields: dict[str, Any] = {key: HOSTS}
    settings = stack(apps=[app(**fields)], certificates=CERTIFICATES, ingress={"controller": controller}, **rooms)
    return render(settings.apps[0], context(settings))


def hosts(objects: dict[str, Manifest], kind: str) -> dict[str, str]:
    """The host of each object of a kind, by the object's name."""
    found = {}
    for each in objects.values():
        if each["kind"] == kind:
            spec = each["spec"]
            names = spec.get("hostnames") or spec.get("hosts") or [spec.get("host") or spec["rules"][0]["host"]]
            (found[each["metadata"]["name"]],) = names
    return found


@pytest.mark.parametrize(
    ("controller", "key", "kind"),
    [
        ("alb", "ingress", "Ingress"),
        ("alb", "route", "Ingress"),
        ("nginx", "ingress", "Ingress"),
        ("nginx", "route", "VirtualServer"),
        ("gateway-api", "ingress", "HTTPRoute"),
        ("gateway-api", "route", "HTTPRoute"),
        ("external", "ingress", "Ingress"),
        ("istio", "ingress", "Ingress"),
        ("istio", "route", "VirtualService"),
    ],
)
def test_each_host_has_an_object_of_its_own(controller: str, key: str, kind: str) -> None:
    rooms: dict[str, Any] = {"mesh": {"kind": "istio"}} if controller == "istio" else {}
    found = hosts(rendered(controller, key, **rooms), kind)
    assert set(found.values()) == {"api.example.com", "www.example.com", "*.example.com"}
    first = f"web-{'vs' if kind == 'VirtualService' else key}"
    assert found[first] == "api.example.com"  # what was there before a second host came keeps its name


def test_the_object_of_a_further_host_is_named_after_it() -> None:
    assert hosts(rendered("gateway-api"), "HTTPRoute") == {
        "web-ingress": "api.example.com",
        "web-ingress-www-example-com-80fc0f": "www.example.com",
        "web-ingress-wildcard-example-com-47287a": "*.example.com",
    }


def test_a_gateway_has_one_certificate_for_all_that_have_tls() -> None:
    (certificate,) = [each for each in rendered("gateway-api").values() if each["kind"] == "Certificate"]
    assert certificate["spec"]["dnsNames"] == ["api.example.com", "www.example.com"]


def test_beside_an_ingress_each_host_has_its_own() -> None:
    secrets = {
        each["spec"]["rules"][0]["host"]: [tls["secretName"] for tls in each["spec"].get("tls", [])]
        for each in rendered("nginx").values()
        if each["kind"] == "Ingress"
    }
    assert secrets["*.example.com"] == []
    assert secrets["api.example.com"] == ["web-tls"]
    assert secrets["www.example.com"] not in ([], ["web-tls"])


def test_a_host_twice_and_a_host_of_another() -> None:
    twice = {**HOSTS, "hosts": [{"host": "api.example.com", "paths": ["/v2"]}]}
    settings = stack(apps=[app(ingress=twice)], certificates=CERTIFICATES, ingress={"controller": "gateway-api"})
    problem = JUDGE.only(settings)
    assert problem.path == ("ingress", "hosts", 0, "host")
    assert "stands there already" in problem.message
    other = app("other", route={"host": "www.example.com"})
    taken = stack(apps=[app(ingress=HOSTS), other], certificates=CERTIFICATES, ingress={"controller": "gateway-api"})
    problem = JUDGE.only(taken)
    assert (problem.app, problem.message) == ("other", "www.example.com/ already leads to the ingress of web")


def test_a_further_host_without_a_certificate_is_named_where_it_stands() -> None:
    told = {**HOSTS, "hosts": [{"host": "www.example.net"}]}
    problem = JUDGE.only(stack(apps=[app(ingress=told)], certificates=CERTIFICATES, ingress={"controller": "alb"}))
    assert problem.path == ("ingress", "hosts", 0, "host")
    assert problem.found == "www.example.net"


def test_flagger_has_one_host() -> None:
    canary = {"type": "canary", "by": "flagger"}
    told = stack(
        apps=[app(route=HOSTS, strategy=canary)],
        certificates={**CERTIFICATES, "dns01": {"hostedZoneId": "Z1", "domains": ["example.com"]}},
        ingress={"controller": "gateway-api"},
        delivery={"flagger": {}},
        monitoring={},
        namespaces={"web": {}},
    )
    assert ("route", "hosts") in {problem.path for problem in Judge(strategy_checks).problems(told)}
