"""Routes of every kind that name what is not there are found out."""

from collections.abc import Callable
from typing import Any

import pytest

from components.apps.manifests import render
from tests.support import ways_in
from tests.support.coherence import faults
from tests.unit.apps.shipped import app, context

ACTIONS = "alb.ingress.kubernetes.io/actions.weighted"
FACTS = {"alb": ways_in.alb(), "nginx": ways_in.nginx(), "gateway-api": ways_in.gateway_api()}
Objects = dict[str, Any]


def objects(controller: str) -> Objects:
    canary = {"image": "example.com/api:2", "header": {"name": "canary", "value": "yes"}}
    settings = app(ports={"http": 8080}, route={"host": "a.example.com"}, canary=canary)
    facts = FACTS[controller]
    where = context(settings, controllers={controller: facts}, controller=controller, mesh="none", meshed=frozenset())
    priority = {"kind": "PriorityClass", "metadata": {"name": "high-priority"}}
    return {**render(settings, where), "priority": priority}


def gone(suffix: str) -> Callable[[Objects], None]:
    return lambda it: it.pop(suffix) and None


BROKEN: dict[str, tuple[str, Callable[[Objects], None], str]] = {
    "a Service of an action": (
        "alb",
        gone("service-stable"),
        "Ingress web/api-route leads to Service api-stable at 8080, which is not there",
    ),
    "an action": (
        "alb",
        lambda it: it["route"]["metadata"]["annotations"].pop(ACTIONS) and None,
        "Ingress web/api-route has the action weighted, which is not there",
    ),
    "a Service of a HTTPRoute": (
        "gateway-api",
        gone("service-stable"),
        "HTTPRoute web/api-route leads to Service api-stable at 8080, which is not there",
    ),
    "a port of a HTTPRoute": (
        "gateway-api",
        lambda it: it["route"]["spec"]["rules"][0]["backendRefs"][0].update(port=1),
        "HTTPRoute web/api-route leads to Service api-canary at 1, which is not there",
    ),
    "the Gateway of a HTTPRoute": (
        "gateway-api",
        lambda it: it.update(
            other={
                "apiVersion": "gateway.networking.k8s.io/v1",
                "kind": "Gateway",
                "metadata": {"name": "other", "namespace": "envoy-gateway-system"},
            }
        ),
        "HTTPRoute web/api-route belongs to the Gateway slipway, which is not there",
    ),
    "a Service of a VirtualServer": (
        "nginx",
        gone("service-stable"),
        "VirtualServer web/api-route leads to Service api-stable at 8080, which is not there",
    ),
    "an upstream of a VirtualServer": (
        "nginx",
        lambda it: it["route"]["spec"]["upstreams"].pop(0) and None,
        "VirtualServer web/api-route passes to api-stable, which is none of its upstreams",
    ),
    "the certificate of a VirtualServer": (
        "nginx",
        gone("tls-route"),
        "VirtualServer web/api-route has the certificate api-tls-route, which is not there",
    ),
}


@pytest.mark.parametrize("controller", FACTS)
def test_what_is_rendered_holds_together(controller: str) -> None:
    assert faults(list(objects(controller).values())) == []


@pytest.mark.parametrize(("controller", "breaking", "fault"), BROKEN.values(), ids=BROKEN)
def test_what_a_route_names_in_vain_is_found(controller: str, breaking: Callable[[Objects], None], fault: str) -> None:
    found = objects(controller)
    breaking(found)
    assert set(faults(list(found.values()))) == {fault}
