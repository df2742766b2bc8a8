"""Canaries by a header: whose route the controllers make of it, and what does not go together."""

from typing import Any

import pytest

from components.apps import header_checks, strategy_checks
from components.apps.istio import leads_nowhere
from components.apps.manifests import render
from components.apps.words import Manifest
from tests.support.schemas import manifest_problems
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app, context

HEADER = {"name": "x-canary", "value": "yes"}
FLAGGER = {"type": "canary", "by": "flagger", "header": HEADER}
ROOMS: dict[str, Any] = {
    "mesh": {"kind": "istio"},
    "namespaces": {"web": {"mesh": True}},
    "delivery": {"argoRollouts": {}, "flagger": {}},
    "monitoring": {},
}


def objects(mesh: str, strategy: dict[str, Any], **fields: Any) -> dict[str, Manifest]:
    own = app(ports={"http": 8080}, strategy=strategy, **fields)
    found = render(own, context(mesh, own, monitoring=True))
    assert [problem for each in found.values() for problem in manifest_problems(each)] == []
    return found


@pytest.mark.parametrize(("mesh", "provider"), [("sidecar", "istio"), ("linkerd", "gatewayapi:v1")])
def test_flagger_gives_the_new_version_those_with_the_header(mesh: str, provider: str) -> None:
    spec = objects(mesh, FLAGGER)["flagger"]["spec"]
    assert spec["provider"] == provider
    assert spec["analysis"]["match"] == [{"headers": {"x-canary": {"exact": "yes"}}}]
    assert (spec["analysis"]["iterations"], spec["analysis"]["interval"]) == (10, "5m")
    assert "stepWeights" not in spec["analysis"]


def test_how_long_a_header_decides() -> None:
    assert objects("sidecar", {**FLAGGER, "iterations": 3})["flagger"]["spec"]["analysis"]["iterations"] == 3


def test_without_a_header_flagger_goes_by_weight() -> None:
    analysis = objects("sidecar", {"type": "canary", "by": "flagger"})["flagger"]["spec"]["analysis"]
    assert analysis["stepWeights"] == [2, 25, 75]
    assert not {"match", "iterations"} & analysis.keys()


def test_argo_divides_by_the_header_at_a_load_balancer_too() -> None:
    strategy = {"type": "canary", "by": "argo-rollouts", "header": HEADER, "analysis": None}
    found = objects("none", strategy, ingress={"host": "api.example.com", "controller": "alb"})
    canary = found["rollout"]["spec"]["strategy"]["canary"]
    assert canary["trafficRouting"]["managedRoutes"] == [{"name": "header"}]
    assert canary["trafficRouting"]["alb"]["ingresses"] == ["api-ingress"]
    (route,) = [each["setHeaderRoute"] for each in canary["steps"] if "setHeaderRoute" in each]
    assert route == {"name": "header", "match": [{"headerName": "x-canary", "headerValue": {"exact": "yes"}}]}


@pytest.mark.parametrize(
    ("strategy", "path", "allowed"),
    [
        ({**FLAGGER, "steps": [50, 100]}, "steps", "one of the two"),
        ({"type": "canary", "by": "flagger", "iterations": 3}, "iterations", "with header"),
    ],
)
def test_what_flagger_does_not_do_together(strategy: dict[str, Any], path: str, allowed: str) -> None:
    problem = Judge(header_checks).only(stack(**ROOMS, apps=[document(strategy=strategy)]))
    assert problem.path == ("strategy", path)
    assert allowed in problem.allowed


@pytest.mark.parametrize("change", [{"by": "argo-rollouts"}, {}, {"iterations": 3}])
def test_a_header_is_in_order_by_either(change: dict[str, Any]) -> None:
    settings = stack(**ROOMS, apps=[document(strategy={**FLAGGER, **change})])
    assert [*Judge(header_checks).problems(settings), *Judge(strategy_checks).problems(settings)] == []


def test_argo_has_the_routes_of_port_443_and_leaves_the_redirect_alone() -> None:
    strategy = {"type": "canary", "by": "argo-rollouts", "header": HEADER, "analysis": None}
    found = objects("sidecar", strategy, route={"host": "api.example.com", "controller": "istio"})
    routing = found["rollout"]["spec"]["strategy"]["canary"]["trafficRouting"]
    told = [each["name"] for each in routing["istio"]["virtualServices"]]
    assert told == ["api-vs", "api-mesh"]
    assert [each["port"]["number"] for each in found["gateway"]["spec"]["servers"]] == [443]
    forced = [
        name for name, each in found.items() if "pulumi.com/patchForce" in each["metadata"].get("annotations", {})
    ]
    assert sorted(found[name]["metadata"]["name"] for name in forced) == sorted(told)


def test_a_virtual_service_of_other_protocols_leads_somewhere() -> None:
    """That of a host outside has no `http` at all."""
    outside = {"kind": "VirtualService", "spec": {"hosts": ["a.example.com"], "tls": [{"route": []}]}}
    redirect = {"kind": "VirtualService", "spec": {"http": [{"redirect": {"scheme": "https"}}]}}
    assert [leads_nowhere(each) for each in (outside, redirect)] == [False, True]
