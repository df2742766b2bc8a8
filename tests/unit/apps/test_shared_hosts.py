"""A host that several apps share at Istio's gateway: opened once, with one certificate, and each has its paths."""

from itertools import permutations
from typing import Any

import pytest

from components.apps.context import context
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.unit.apps.stacks import one, problems, stack


def rendered(*apps: dict[str, Any], **rooms: Any) -> dict[str, dict[str, Manifest]]:
    documents = [{"ports": {"http": 8080 + index}, **each} for index, each in enumerate(apps)]
    settings = stack("production", *documents, **rooms)
    seen = context(settings)
    return {app.name: render(app, seen) for app in settings.apps}


def app(
    name: str, path: str, *, namespace: str = "web", host: str = "shop.example.com", **route: Any
) -> dict[str, Any]:
    return {"name": name, "namespace": namespace, "route": {"host": host, "paths": [path], **route}}


def openers(found: dict[str, dict[str, Manifest]]) -> list[str]:
    return sorted(name for name, objects in found.items() if "gateway" in objects)


def test_two_apps_in_two_namespaces() -> None:
    found = rendered(app("cart", "/cart", namespace="gateway"), app("shop", "/"))
    assert openers(found) == ["shop"]
    assert found["shop"]["vs"]["spec"]["gateways"] == ["shop-gateway"]
    assert found["cart"]["vs"]["spec"]["gateways"] == ["web/shop-gateway"]
    certificates = [name for name, objects in found.items() if "tls" in objects]
    assert certificates == ["shop"]
    secret = found["shop"]["gateway"]["spec"]["servers"][1]["tls"]["credentialName"]
    assert secret == found["shop"]["tls"]["spec"]["secretName"]


@pytest.mark.parametrize("order", permutations(range(3)))
def test_who_opens_it_does_not_depend_on_the_order(order: tuple[int, ...]) -> None:
    apps = [app("b", "/b"), app("c", "/", tls=False), app("a", "/a")]
    found = rendered(*(apps[each] for each in order))
    assert openers(found) == ["a"]  # with TLS, by name
    assert {objects["vs"]["spec"]["gateways"][0] for objects in found.values()} == {"a-gateway"}


def test_hosts_of_their_own() -> None:
    found = rendered(app("a", "/", host="a.example.com"), app("b", "/", host="b.example.com"))
    assert openers(found) == ["a", "b"]


def test_a_route_by_another_controller_opens_nothing() -> None:
    found = rendered(
        app("a", "/", controller="nginx"),
        app("b", "/b"),
        ingress={"controller": "istio", "additional": ["nginx"]},
    )
    assert openers(found) == ["b"]
    assert found["b"]["vs"]["spec"]["gateways"] == ["b-gateway"]


def listening(*apps: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**each, "ports": {"http": 8080 + index}} for index, each in enumerate(apps)]


@pytest.mark.parametrize("path", ["/api/v1", "/api/v1/"])
def test_a_path_below_another_apps(path: str) -> None:
    problem = one(stack("production", *listening(app("old", "/api/"), app("new", path))))
    assert (problem.app, problem.path, problem.found) == ("new", ("route", "paths", 0), path)
    assert "old has /api of this host" in problem.message


@pytest.mark.parametrize("path", ["/", "/apis", "/api2/v1"])
def test_paths_beside_each_other(path: str) -> None:
    assert problems(stack("production", *listening(app("old", "/api"), app("new", path)))) == []


def test_paths_of_two_hosts() -> None:
    apps = listening(app("old", "/api"), app("new", "/api/v1", host="other.example.com"))
    assert problems(stack("production", *apps)) == []


CANARY = {"image": "example.com/shop:2", "header": {"name": "canary", "value": "true"}}


def test_a_header_that_takes_all_paths() -> None:
    shop = {**app("shop", "/"), "canary": CANARY}
    problem = one(stack("production", *listening(shop, app("cart", "/cart"))))
    assert (problem.app, problem.path) == ("shop", ("canary", "header"))
    assert "the paths of cart" in problem.message
    assert problems(stack("production", *listening(shop))) == []
    assert problems(stack("production", *listening(app("shop", "/"), {**app("cart", "/cart"), "canary": CANARY}))) == []


ARGO = {"type": "canary", "by": "argo-rollouts", "header": {"name": "canary", "value": "true"}, "analysis": None}


def test_the_header_of_argo_rollouts_is_asked_on_all_paths() -> None:
    rooms: dict[str, Any] = {"delivery": {"argoRollouts": {}}}
    cart = {**app("cart", "/cart"), "strategy": ARGO}
    problem = one(stack("production", *listening(app("shop", "/"), cart), **rooms))
    assert (problem.app, problem.path) == ("cart", ("strategy", "header"))
    assert "the paths of shop" in problem.message
    assert problem.allowed == "no header, or a host of the app's own"
    assert problems(stack("production", *listening(cart), **rooms)) == []


def test_flagger_leads_through_the_gateway_of_who_opens_the_host() -> None:
    flagger = {"type": "canary", "by": "flagger", "analysis": None}
    cart = {**app("cart", "/cart", namespace="gateway"), "strategy": flagger}
    service = rendered(app("shop", "/"), cart, delivery={"flagger": {}})["cart"]["flagger"]["spec"]["service"]
    assert service["gateways"] == ["web/shop-gateway", "mesh"]
    assert service["match"] == [
        {"uri": {"exact": "/cart"}, "gateways": ["web/shop-gateway"]},
        {"uri": {"prefix": "/cart/"}, "gateways": ["web/shop-gateway"]},
        {"gateways": ["mesh"]},
    ]
