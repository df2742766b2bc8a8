"""Strategies beyond the rolling update: recreate, blue-green by a switch or Argo Rollouts, canaries by a controller."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from components.apps import analysis_checks, strategy_checks
from components.apps.manifests import render
from components.apps.pod_counts import most_pods
from components.apps.words import Manifest
from components.problem import Problem
from components.settings import StackSettings
from tests.support.schemas import manifest_problems
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app, context

SWITCH = {"type": "blue-green", "green": {"image": "registry.example.com/api:2.0.0"}}
ARGO = {"type": "canary", "by": "argo-rollouts"}
FLAGGER = {"type": "canary", "by": "flagger"}
ROUTE = {"host": "api.example.com", "controller": "istio"}


def objects(mesh: str = "sidecar", strategy: dict[str, Any] | None = None, **fields: Any) -> dict[str, Manifest]:
    """An app's objects, each held against its schema."""
    own = app(**{"ports": {"http": 8080}, "strategy": strategy or {}, **fields})
    found = render(own, context(mesh, own, monitoring=True))
    assert {suffix: problems for suffix, each in found.items() if (problems := manifest_problems(each))} == {}
    return found


def test_short_words() -> None:
    assert objects(strategy={"type": "recreate"})["deployment"]["spec"]["strategy"] == {"type": "Recreate"}
    assert objects(strategy={"type": "rolling"}) == objects()


def test_blue_green_by_the_services_selector() -> None:
    found = objects(strategy=SWITCH, scaling={"minReplicas": 2, "maxReplicas": 4})
    assert "deployment" not in found
    images = {
        each: found[each]["spec"]["template"]["spec"]["containers"][0]["image"].rpartition(":")[2]
        for each in ("blue", "green")
    }
    assert images == {"blue": "1.0.0", "green": "2.0.0"}
    assert found["green"]["spec"]["selector"] == {"matchLabels": {"app": "api", "track": "green"}}
    assert found["service"]["spec"]["selector"] == {"app": "api", "track": "blue"}
    assert found["preview"]["spec"]["selector"] == {"app": "api", "track": "green"}
    assert found["preview"]["metadata"]["name"] == "api-preview"
    assert found["pdb"]["spec"]["selector"]["matchLabels"] == {"app": "api", "track": "blue"}
    scaled = [found[each]["spec"]["scaleTargetRef"]["name"] for each in ("hpa", "hpa-idle")]
    assert scaled == ["api-blue", "api-green"]


def test_the_switch_changes_nothing_but_selectors() -> None:
    before, after = objects(strategy=SWITCH), objects(strategy={**SWITCH, "active": "green", "blue": {}})
    changed = {suffix for suffix in before if before[suffix] != after[suffix]}
    # the alerts are about the pods that serve
    assert (before.keys(), changed) == (after.keys(), {"service", "preview", "pdb", "alerts"})


def test_one_colour_alone_has_no_preview() -> None:
    found = objects(strategy={"type": "blue-green"})
    assert ("blue" in found, "green" in found, "preview" in found) == (True, False, False)


def test_blue_green_needs_room_for_both() -> None:
    assert most_pods(app(ports={"http": 80}, replicas=3, strategy=SWITCH)) == 8


def test_blue_green_by_argo() -> None:
    found = objects(strategy={"type": "blue-green", "by": "argo-rollouts", "scaleDownDelaySeconds": 60, "analysis": {}})
    spec = found["rollout"]["spec"]
    assert spec["strategy"]["blueGreen"] == {
        "activeService": "api-service",
        "previewService": "api-preview",
        "autoPromotionEnabled": False,
        "scaleDownDelaySeconds": 60,
        "prePromotionAnalysis": {
            "templates": [{"templateName": "api-analysis"}],
            "args": [{"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}}],
        },
    }
    assert found["service"]["spec"]["selector"] == found["preview"]["spec"]["selector"] == {"app": "api"}
    assert {each["count"] for each in found["analysis"]["spec"]["metrics"]} == {3}
    soon = objects(strategy={"type": "blue-green", "by": "argo-rollouts", "autoPromotionSeconds": 30})
    chosen = soon["rollout"]["spec"]["strategy"]["blueGreen"]
    assert (chosen["autoPromotionEnabled"], chosen["autoPromotionSeconds"]) == (True, 30)
    assert "prePromotionAnalysis" not in chosen


def test_a_canary_by_argo_in_istio() -> None:
    found = objects(strategy=ARGO, route=ROUTE, scaling={"minReplicas": 2, "maxReplicas": 4})
    canary = found["rollout"]["spec"]["strategy"]["canary"]
    assert (canary["stableService"], canary["canaryService"]) == ("api-stable", "api-canary")
    assert [each["setWeight"] for each in canary["steps"] if "setWeight" in each] == [2, 25, 75, 100]
    assert canary["steps"][1] == {"pause": {"duration": "5m"}}
    named = [{"name": name, "routes": ["weighted"]} for name in ("api-vs", "api-mesh")]
    assert canary["trafficRouting"] == {"istio": {"virtualServices": named}}
    route = found["vs"]["spec"]["http"][0]
    assert [(each["destination"]["host"], each["weight"]) for each in route["route"]] == [
        ("api-stable.web.svc.cluster.local", 100),
        ("api-canary.web.svc.cluster.local", 0),
    ]
    assert route["name"] == "weighted"
    assert all("subset" not in each["destination"] for each in route["route"])
    assert found["vs"]["metadata"]["annotations"]["pulumi.com/patchForce"] == "true"
    assert found["service-canary"]["spec"]["selector"] == {"app": "api"}
    assert found["service-canary"]["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}
    assert found["hpa"]["spec"]["scaleTargetRef"] == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
        "name": "api",
    }
    assert not {"deployment", "canary"} & found.keys()
    success, latency = found["analysis"]["spec"]["metrics"]
    assert 'pod=~"api-{{args.hash}}-.*"' in success["provider"]["prometheus"]["query"]
    assert success["successCondition"].endswith("result[0] >= 99")
    assert latency["successCondition"].endswith("result[0] <= 500")
    assert canary["analysis"]["startingStep"] == 1


def test_a_header_goes_first() -> None:
    header = {"name": "x-canary", "value": "yes"}
    canary = objects(strategy={**ARGO, "header": header})["rollout"]["spec"]["strategy"]["canary"]
    assert canary["trafficRouting"]["managedRoutes"] == [{"name": "header"}]
    match = [{"headerName": "x-canary", "headerValue": {"exact": "yes"}}]
    assert canary["steps"][1] == {"setHeaderRoute": {"name": "header", "match": match}}
    assert canary["steps"][3] == {"setCanaryScale": {"matchTrafficWeight": True}}


@pytest.mark.parametrize("mesh", ["ambient", "linkerd"])
def test_a_canary_by_the_gateway_api(mesh: str) -> None:
    found = objects(mesh, strategy=ARGO)
    routing = found["rollout"]["spec"]["strategy"]["canary"]["trafficRouting"]
    told = {"httpRoutes": [{"name": "api.mesh.http", "useHeaderRoutes": True}], "namespace": "web"}
    assert routing == {"plugins": {"argoproj-labs/gatewayAPI": told}}
    weights = [(each["name"], each["weight"]) for each in found["mesh-http"]["spec"]["rules"][0]["backendRefs"]]
    assert weights == [("api-stable", 100), ("api-canary", 0)]
    query = found["analysis"]["spec"]["metrics"][0]["provider"]["prometheus"]["query"]
    assert ("api-{{args.hash}}-.*" in query) == (mesh == "linkerd")


def test_a_canary_by_a_load_balancer() -> None:
    strategy = {**ARGO, "analysis": {"successQuery": "1", "latencyQuery": "2"}}
    found = objects("none", strategy=strategy, ingress={"host": "api.example.com", "controller": "alb"})
    routing = found["rollout"]["spec"]["strategy"]["canary"]["trafficRouting"]
    assert routing == {"alb": {"ingresses": ["api-ingress"], "rootService": "api-service", "servicePort": 8080}}
    backend = found["ingress"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend == {"name": "api-service", "port": {"name": "use-annotation"}}
    assert "alb.ingress.kubernetes.io/actions.api-service" in found["ingress"]["metadata"]["annotations"]


def test_a_canary_by_flagger() -> None:
    found = objects(strategy=FLAGGER, route=ROUTE, scaling={"minReplicas": 2, "maxReplicas": 4})
    spec = found["flagger"]["spec"]
    assert spec["targetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "api"}
    assert spec["autoscalerRef"]["name"] == "api-hpa"
    assert (spec["provider"], spec["analysis"]["stepWeights"]) == ("istio", [2, 25, 75])
    assert spec["service"]["gateways"] == ["api-gateway", "mesh"]
    assert [each["templateRef"]["name"] for each in spec["analysis"]["metrics"]] == [
        "api-success-rate",
        "api-latency-p99",
    ]
    assert not {"service", "vs", "mesh", "dr"} & found.keys()
    # Flagger writes another `app` on the pods that serve: nothing of ours selects by it
    assert found["pdb"]["spec"]["selector"]["matchLabels"] == {"app.kubernetes.io/name": "api"}
    assert found["deployment"]["spec"]["selector"]["matchLabels"] == {"app": "api", "track": "stable"}


def test_a_circuit_breaker_by_flagger_has_what_its_canaries_know() -> None:
    breaker = {"maxConnections": 9, "maxPendingRequests": 7}
    policy = objects(strategy=FLAGGER, circuitBreaker=breaker)["flagger"]["spec"]["service"]["trafficPolicy"]
    assert policy["connectionPool"] == {"http": {"http1MaxPendingRequests": 7}}
    assert policy["outlierDetection"]["consecutive5xxErrors"] == 5


def test_flagger_in_linkerd() -> None:
    service = objects("linkerd", strategy=FLAGGER)["flagger"]["spec"]["service"]
    assert service["gatewayRefs"] == [
        {"group": "core", "kind": "Service", "name": "api-service", "namespace": "web", "port": 8080}
    ]


@pytest.mark.parametrize("steps", [[25, 2, 100], [2, 25], [2, 2, 100], []])
def test_steps_rise_to_all_requests(steps: list[int]) -> None:
    with pytest.raises(ValidationError):
        app(strategy={**ARGO, "steps": steps})


ROOMS: dict[str, Any] = {
    "mesh": {"kind": "istio"},
    "ingress": {"controller": "istio", "additional": ["nginx", "alb"]},
    "namespaces": {"web": {"mesh": True}},
    "delivery": {"argoRollouts": {}, "flagger": {}},
    "monitoring": {},
}
REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"strategy": {"type": "canary"}}, {}, "argo-rollouts or flagger"),
    ({"strategy": {"type": "rolling", "by": "flagger"}}, {}, "unset"),
    ({"strategy": {**FLAGGER, "autoPromotionSeconds": 1}}, {}, "analysis, by, "),
    ({"strategy": {**ARGO, "iterations": 3}}, {}, "analysis, by, "),
    ({"strategy": {"type": "blue-green", "steps": [100]}}, {}, "active, blue, green"),
    ({"strategy": ARGO}, {"delivery": {}}, "`slipway:delivery: {argoRollouts: {}}`"),
    ({"strategy": FLAGGER}, {"delivery": {}}, "`slipway:delivery: {flagger: {}}`"),
    ({"strategy": ARGO}, {"monitoring": None}, "`slipway:monitoring: {}`"),
    ({"strategy": SWITCH, "kind": "StatefulSet"}, {}, "kind: Deployment"),
    ({"strategy": SWITCH, "ports": {}}, {}, "an app with a port"),
    ({"strategy": SWITCH, "canary": {"image": "example.com/a:2"}}, {}, "one of the two"),
    ({"strategy": ARGO, "ingress": {"host": "a.example.com", "controller": "nginx"}}, {}, "by gateway-api or alb"),
    (
        {"strategy": FLAGGER, "ingress": {"host": "a.example.com", "controller": "alb"}},
        {},
        "route: {controller: istio}",
    ),
    (
        {"strategy": FLAGGER, "route": {"host": "a.example.com"}},
        {"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}},
        "one by gateway-api",
    ),
    ({"strategy": {**ARGO, "analysis": None}}, {"namespaces": {"web": {"mesh": False}}}, "a route by istio"),
]


def problems(settings: StackSettings) -> list[Problem]:
    return [*Judge(strategy_checks).problems(settings), *Judge(analysis_checks).problems(settings)]


@pytest.mark.parametrize(("fields", "rooms", "allowed"), REFUSED)
def test_what_is_refused(fields: dict[str, Any], rooms: dict[str, Any], allowed: str) -> None:
    found = problems(stack(**{**ROOMS, **rooms}, apps=[document(**fields)]))
    assert [allowed in each.allowed for each in found] == [True], found


@pytest.mark.parametrize("strategy", [SWITCH, ARGO, FLAGGER, {"type": "blue-green", "by": "argo-rollouts"}])
def test_what_is_accepted(strategy: dict[str, Any]) -> None:
    settings = stack(**ROOMS, apps=[document(strategy=strategy, route=ROUTE)])
    assert problems(settings) == []
    assert Judge(strategy_checks).advice(settings) == []


def test_advice() -> None:
    told = Judge(strategy_checks).advice(stack(**ROOMS, apps=[document(strategy={"type": "recreate"})]))
    assert [each.path for each in told] == [("strategy", "type")]
    assert not Judge(strategy_checks).advice(stack(**ROOMS, apps=[document(strategy={"type": "recreate"}, tier=3)]))
    same = Judge(strategy_checks).advice(stack(**ROOMS, apps=[document(strategy={"type": "blue-green", "green": {}})]))
    assert "same image" in same[0].text
    blind = Judge(analysis_checks).advice(stack(**ROOMS, apps=[document(strategy={**ARGO, "analysis": None})]))
    assert "nothing judges" in blind[0].text


@given(
    mesh=st.sampled_from(["sidecar", "ambient", "linkerd"]),
    kind=st.sampled_from([SWITCH, ARGO, FLAGGER, {"type": "blue-green", "by": "argo-rollouts", "analysis": {}}]),
    steps=st.lists(st.integers(1, 99), max_size=4, unique=True).map(lambda found: [*sorted(found), 100]),
    more=st.fixed_dictionaries(
        {},
        optional={
            "timeout": st.just("5s"),
            "circuitBreaker": st.just({}),
            "scaling": st.just({"minReplicas": 2, "maxReplicas": 5}),
            "ports": st.sampled_from([{"http": 8080, "metrics": 9090}, {"grpc": 9000, "admin": 9001}]),
        },
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_strategy_makes_sound_objects(
    mesh: str, kind: dict[str, Any], steps: list[int], more: dict[str, Any]
) -> None:
    strategy = {**kind, **({"steps": steps} if kind["type"] == "canary" else {})}
    found = objects(mesh, strategy=strategy, **more)
    names = [(each["kind"], each["metadata"]["name"]) for each in found.values()]
    assert len(names) == len(set(names))
    template = next(found[each] for each in ("rollout", "blue", "deployment") if each in found)["spec"]["template"]
    for each in found.values():
        if each["kind"] in {"PodDisruptionBudget", "NetworkPolicy"}:
            chosen = each["spec"].get("selector", each["spec"].get("podSelector"))["matchLabels"]
            assert chosen.items() <= template["metadata"]["labels"].items()


GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "app-strategies.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS)
def test_the_guides_yaml_is_accepted(block: str) -> None:
    settings = stack(**ROOMS, apps=[document(**YAML(typ="safe").load(block))])
    assert problems(settings) == []


def test_the_guide_has_examples() -> None:
    assert len(BLOCKS) == 6
