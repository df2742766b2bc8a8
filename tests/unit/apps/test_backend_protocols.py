"""What load balancers of AWS are told of ports that speak anything but plain HTTP, and of certificates: nothing."""

from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.support import ways_in
from tests.unit.apps.shipped import app, context

PREFIX = "alb.ingress.kubernetes.io/"
FACTS = {"alb": ways_in.alb(), "istio": ways_in.ISTIO, "external": ways_in.EXTERNAL}


def ingress(controller: str, spoken: str = "http", **fields: Any) -> Manifest:
    ports = {"http": {"port": 80, "appProtocol": spoken}}
    settings = app(ports=ports, ingress={"host": "a.example.com"}, **fields)
    where = context(settings, controllers={controller: FACTS[controller]}, controller=controller)
    found: Manifest = render(settings, where)["ingress"]
    return found


@pytest.mark.parametrize(
    ("spoken", "protocol", "version"),
    [("http", None, None), ("https", "HTTPS", None), ("grpc", None, "GRPC"), ("http2", None, "HTTP2")],
)
def test_what_is_spoken_to_the_pods(spoken: str, protocol: str | None, version: str | None) -> None:
    told = ingress("alb", spoken)["metadata"]["annotations"]
    assert told.get(f"{PREFIX}backend-protocol") == protocol
    assert told.get(f"{PREFIX}backend-protocol-version") == version
    assert told.get(f"{PREFIX}healthcheck-protocol") == (None if spoken == "grpc" else protocol or "HTTP")


def test_without_a_probe_over_http_any_answer_but_an_error_will_do() -> None:
    told = ingress("alb", probes={"readiness": {"exec": ["true"]}})["metadata"]["annotations"]
    assert (told[f"{PREFIX}healthcheck-path"], told[f"{PREFIX}success-codes"]) == ("/", "200-499")


@pytest.mark.parametrize(("controller", "asks"), [("alb", False), ("istio", False), ("external", True)])
def test_only_who_takes_a_secret_from_beside_the_ingress_asks_for_one(controller: str, asks: bool) -> None:
    told = ingress(controller)["metadata"].get("annotations", {})
    assert ("cert-manager.io/cluster-issuer" in told) == asks
