"""What AppStack registers of an app's ways in: what they wait for, and that their controllers outlive them."""

from typing import Any

import pulumi
import pytest

from components.apps.stack import AppStack
from components.component import Target
from components.networking.ingress.facts import ControllerFacts
from tests.support import ways_in
from tests.support.incluster import outliving, record_in_cluster, waits_for
from tests.support.recorded import Recorded, Recording
from tests.support.schemas import recording_problems
from tests.unit.apps.shipped import app, context

CANARY = {"image": "example.com/api:2"}
GATEWAY = ways_in.gateway_api("alb")
SEEN: dict[str, AppStack] = {}


def deploy(facts: ControllerFacts, *, known: bool = True, **fields: Any) -> Recording:
    settings = app(**{"ports": {"http": 8080}, **fields})
    where = context(
        settings, controllers={facts.controller: facts}, controller=facts.controller, mesh="none", meshed=frozenset()
    )

    def build(target: Target, controller: pulumi.Resource) -> None:
        SEEN["api"] = AppStack("api", settings, target=target, context=where, after=[controller])

    return record_in_cluster(build, known=known)


def named(recording: Recording, name: str) -> Recorded:
    (found,) = [each for each in recording.resources if each.name == name]
    return found


@pytest.mark.parametrize(
    ("facts", "fields", "outside"),
    [
        (ways_in.alb(), {"ingress": {"host": "a.example.com"}}, ["api-ingress"]),
        (ways_in.nginx(), {"route": {"host": "a.example.com"}}, ["api-route", "api-tls-route"]),
        (GATEWAY, {"route": {"host": "a.example.com"}}, ["api-route", "api-targets-service"]),
        (ways_in.EXTERNAL, {"service": {"type": "LoadBalancer"}}, ["api-service"]),
        (ways_in.EXTERNAL, {"service": {"type": "NodePort"}}, []),
    ],
)
def test_only_what_makes_something_outside_is_deleted_while_its_controller_runs(
    facts: ControllerFacts, fields: dict[str, Any], outside: list[str]
) -> None:
    recording = deploy(facts, **fields)
    assert outliving(recording) == outside
    assert all("nodes" in waits_for(recording, named(recording, name)) for name in outside)
    assert recording_problems(recording) == []


@pytest.mark.parametrize("facts", [ways_in.alb(), ways_in.nginx(), GATEWAY], ids=["alb", "nginx", "gateway-api"])
def test_a_route_waits_for_the_services_that_it_names(facts: ControllerFacts) -> None:
    recording = deploy(facts, route={"host": "a.example.com"}, canary=CANARY)
    needed = {"api-service", "api-service-stable", "api-service-canary", "api-canary", "nodes"}
    assert waits_for(recording, named(recording, "api-route")) == needed


def test_the_set_of_resources_does_not_depend_on_outputs() -> None:
    fields: dict[str, Any] = {"route": {"host": "a.example.com"}, "canary": CANARY}
    assert deploy(GATEWAY, **fields).urns == deploy(GATEWAY, known=False, **fields).urns


def test_urls_of_both_ways_in() -> None:
    deploy(ways_in.nginx(), ingress={"host": "a.example.com", "tls": False}, route={"host": "b.example.com"})
    assert SEEN["api"].urls == ("http://a.example.com/", "https://b.example.com/")
