"""The one Gateway: its listeners, its redirects, and how each implementation runs it."""

import json
from typing import Any

import pytest

from components.networking.gateway_api import GatewayApiCrds, gateway_api_needed
from components.networking.ingress.gateway import listeners
from components.networking.ingress.names import listener
from tests.support.chart_values import RELEASE, unknown_values
from tests.support.chart_values import chart as chart_data
from tests.support.incluster import CHART, CHARTS, outliving, record_in_cluster
from tests.support.ingress import (
    CERTIFICATE,
    GATEWAY,
    HTTP_ROUTE,
    OVERLAY,
    exposed,
    release_values,
    served,
    ways_in,
)
from tests.support.recorded import Recording
from tests.support.stacks import app

CLASS = "kubernetes:gateway.networking.k8s.io/v1:GatewayClass"
PROXY = "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy"
PEER = "kubernetes:security.istio.io/v1:PeerAuthentication"
APPS = (
    exposed("web", "a.example.com"),
    exposed("api", "a.example.com", "data", paths=["/api"]),
    exposed("old", "plain.example.com", "attic", tls=False),
    app("shop", "web", route={"host": "*.shop.example.com"}),
    exposed("other", "b.example.com", controller="nginx"),
)


def gateway(implementation: str, *apps: dict[str, Any], ingress: dict[str, Any] | None = None, **rooms: Any) -> Any:
    room = {"controller": "gateway-api", "additional": ["nginx"], **(ingress or {})}
    room["gatewayApi"] = {"implementation": implementation, **room.get("gatewayApi", {})}
    mesh = {"mesh": {"kind": "istio"}} if implementation == "istio" else {}
    return served(room, *(apps or APPS), **{**mesh, **rooms})


def spec(recording: Recording, type_: str, name: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = recording.one(type_, name).inputs["spec"]
    return found


def admitted(each: dict[str, Any]) -> list[str]:
    (expression,) = each["allowedRoutes"]["namespaces"]["selector"]["matchExpressions"]
    assert (expression["key"], expression["operator"]) == ("kubernetes.io/metadata.name", "In")
    values: list[str] = expression["values"]
    return values


@pytest.mark.parametrize(
    ("implementation", "own"), [("envoy-gateway", "envoy-gateway-system"), ("istio", "istio-gateway")]
)
def test_each_host_with_tls_has_a_listener_with_its_certificate(implementation: str, own: str) -> None:
    found = {each.get("hostname", ""): each for each in listeners(gateway(implementation))}
    assert sorted(found) == ["", "*.shop.example.com", "a.example.com"]
    assert (found[""]["port"], found[""]["protocol"]) == (80, "HTTP")
    assert admitted(found[""]) == sorted({"attic", "data", "web", own})
    shared = found["a.example.com"]
    assert (shared["port"], shared["protocol"], shared["tls"]["mode"]) == (443, "HTTPS", "Terminate")
    assert shared["tls"]["certificateRefs"] == [{"group": "", "kind": "Secret", "name": "api-tls"}]
    assert admitted(shared) == ["data", "web"]
    assert admitted(found["*.shop.example.com"]) == ["web"]


def test_an_application_load_balancer_has_one_listener_for_all_hosts_with_tls() -> None:
    plain, secure = listeners(gateway("alb"))
    assert (plain["name"], secure["name"]) == ("http", "https")
    assert "tls" not in secure
    assert admitted(secure) == ["data", "web"]


def test_without_tls_there_is_plain_http_alone() -> None:
    for implementation in ("envoy-gateway", "alb"):
        (only,) = listeners(gateway(implementation, exposed("old", "plain.example.com", tls=False)))
        assert only["protocol"] == "HTTP"


def test_listeners_have_names_of_services_ports_that_differ() -> None:
    hosts = ["*.example.com", "wildcard.example.com", f"{'a' * 60}.example.com", f"{'a' * 60}.example.org"]
    names = [listener(host) for host in hosts]
    assert len({*names}) == len(hosts)
    assert all(len(name) <= 63 and name.replace("-", "").isalnum() for name in names)


def test_plain_http_is_redirected_for_hosts_with_tls_only() -> None:
    recording = ways_in(gateway("envoy-gateway"))
    routes = [found.inputs["spec"] for found in recording.all(HTTP_ROUTE)]
    assert sorted(route["hostnames"][0] for route in routes) == ["*.shop.example.com", "a.example.com"]
    for route in routes:
        (parent,) = route["parentRefs"]
        assert (parent["name"], parent["sectionName"]) == ("slipway", "http")
        (rule,) = route["rules"]
        (redirect,) = rule["filters"]
        assert redirect["requestRedirect"] == {"scheme": "https", "port": 443, "statusCode": 301}
        assert rule["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]


def test_envoys_run_as_the_class_says() -> None:
    settings = gateway("envoy-gateway", ingress={"gatewayApi": {"minReplicas": 3, "maxReplicas": 9}})
    recording = ways_in(settings)
    assert spec(recording, GATEWAY)["gatewayClassName"] == "slipway-envoy"
    assert recording.one(CLASS).inputs["metadata"] == {"name": "slipway-envoy"}
    assert spec(recording, CLASS)["parametersRef"]["name"] == recording.one(PROXY).inputs["metadata"]["name"]
    kubernetes = spec(recording, PROXY)["provider"]["kubernetes"]
    assert (kubernetes["envoyHpa"]["minReplicas"], kubernetes["envoyHpa"]["maxReplicas"]) == (3, 9)
    assert kubernetes["envoyPDB"] == {"maxUnavailable": 1}
    assert kubernetes["envoyService"]["externalTrafficPolicy"] == "Cluster"
    assert "loadBalancerClass" not in kubernetes["envoyService"]
    assert kubernetes["envoyServiceAccount"] == {"name": "slipway-gateway"}


def test_envoy_gateway_brings_its_own_definitions_only() -> None:
    recording = ways_in(gateway("envoy-gateway"))
    release = recording.one(RELEASE, "ingress-gateway-api-controller")
    assert release.inputs["values"]["crds"] == {"enabled": False}
    assert release.inputs["skipCrds"] is True
    definitions = recording.one(CHART, "ingress-gateway-api-crds").inputs["values"]["crds"]
    assert definitions["gatewayAPI"]["enabled"] is False
    assert definitions["envoyGateway"]["enabled"] is True


def test_on_an_overlay_nobody_waits_for_a_webhook_that_cannot_be_reached() -> None:
    name = "ingress-gateway-api-controller"
    overlay = release_values(ways_in(gateway("envoy-gateway", cni=OVERLAY)), name)
    assert overlay["topologyInjector"] == {"enabled": False}
    assert "topologyInjector" not in release_values(ways_in(gateway("envoy-gateway")), name)


def test_envoys_are_in_linkerd_and_in_ambient() -> None:
    def pod(**rooms: Any) -> Any:
        return spec(ways_in(gateway("envoy-gateway", **rooms)), PROXY)["provider"]["kubernetes"]["envoyDeployment"][
            "pod"
        ]

    ports = {"config.linkerd.io/skip-inbound-ports": "10080,10443"}
    assert pod(mesh={"kind": "linkerd"})["annotations"] == {"linkerd.io/inject": "enabled", **ports}
    ambient = {"kind": "istio", "istio": {"dataPlane": "ambient"}}
    assert pod(mesh=ambient)["labels"] == {"istio.io/dataplane-mode": "ambient"}
    assert "labels" not in pod(mesh={"kind": "istio"})
    peer = spec(ways_in(gateway("envoy-gateway", mesh=ambient)), PEER, "ingress-gateway-api-outside")
    assert peer["selector"]["matchLabels"]["gateway.envoyproxy.io/owning-gateway-name"] == "slipway"


def test_istio_runs_the_gateway_as_its_parameters_say() -> None:
    settings = gateway("istio", ingress={"additional": ["alb"], "gatewayApi": {"minReplicas": 3, "scheme": "internal"}})
    recording = ways_in(settings)
    own = recording.one(GATEWAY)
    assert own.inputs["metadata"] == {
        "name": "slipway",
        "namespace": "istio-gateway",
        "labels": {"istio.io/rev": "stable"},
    }
    assert own.inputs["spec"]["gatewayClassName"] == "istio"
    reference = own.inputs["spec"]["infrastructure"]["parametersRef"]
    parameters = recording.one("kubernetes:core/v1:ConfigMap")
    assert reference == {"group": "", "kind": "ConfigMap", "name": parameters.inputs["metadata"]["name"]}
    data = {key: json.loads(text) for key, text in parameters.inputs["data"].items()}
    assert data["deployment"]["spec"]["template"]["spec"]["securityContext"] == {
        "seccompProfile": {"type": "RuntimeDefault"}
    }
    assert data["horizontalPodAutoscaler"]["spec"]["minReplicas"] == 3
    assert data["podDisruptionBudget"] == {"spec": {"maxUnavailable": 1}}
    assert data["service"]["spec"]["loadBalancerClass"] == "service.k8s.aws/nlb"
    assert data["service"]["spec"]["ports"] == [{"port": 15021, "$patch": "delete"}]
    assert (
        data["service"]["metadata"]["annotations"]["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internal"
    )


def test_an_application_load_balancer_is_set_up_apart_from_the_gateway() -> None:
    settings = gateway("alb", ingress={"alb": {"idleTimeout": 90, "deregistrationDelay": 15, "waf": {}}}, cni=OVERLAY)
    recording = ways_in(settings)
    own = spec(recording, GATEWAY)
    assert own["infrastructure"]["parametersRef"]["kind"] == "LoadBalancerConfiguration"
    balancer = spec(recording, "kubernetes:gateway.k8s.aws/v1:LoadBalancerConfiguration")
    (secure,) = balancer["listenerConfigurations"]
    assert (secure["protocolPort"], secure["defaultCertificate"]) == ("HTTPS:443", CERTIFICATE)
    assert balancer["scheme"] == "internet-facing"
    assert {"key": "idle_timeout.timeout_seconds", "value": "90"} in balancer["loadBalancerAttributes"]
    assert balancer["wafV2"]["webACL"].endswith("webacl/ingress-lbc-waf")
    targets = spec(recording, "kubernetes:gateway.k8s.aws/v1:TargetGroupConfiguration")
    assert "targetReference" not in targets
    assert targets["defaultConfiguration"]["targetType"] == "instance"
    assert targets["defaultConfiguration"]["targetGroupAttributes"] == [
        {"key": "deregistration_delay.timeout_seconds", "value": "15"}
    ]
    assert spec(recording, CLASS)["controllerName"] == "gateway.k8s.aws/alb"


def test_an_internal_one_is_for_the_vpc() -> None:
    settings = gateway("alb", ingress={"gatewayApi": {"scheme": "internal"}})
    balancer = spec(ways_in(settings), "kubernetes:gateway.k8s.aws/v1:LoadBalancerConfiguration")
    assert (balancer["scheme"], balancer["sourceRanges"]) == ("internal", ["10.0.0.0/16"])


def test_a_load_balancer_without_tls_has_no_secure_listener_to_set_up() -> None:
    settings = gateway("alb", exposed("old", "plain.example.com", tls=False))
    balancer = spec(ways_in(settings, certificate_arn=None), "kubernetes:gateway.k8s.aws/v1:LoadBalancerConfiguration")
    assert "listenerConfigurations" not in balancer


@pytest.mark.parametrize(
    ("rooms", "needed"),
    [
        ({}, False),
        ({"ingress": "gateway-api"}, True),
        ({"ingress": {"controller": "alb", "additional": ["gateway-api"]}}, True),
        ({"ingress": {"controller": "alb", "gatewayApi": {"implementation": "alb"}}}, False),
        ({"mesh": {"kind": "linkerd"}}, True),
        ({"mesh": {"kind": "istio"}}, False),
        ({"mesh": {"kind": "istio", "istio": {"dataPlane": "ambient"}}}, True),
        ({"mesh": {"kind": "linkerd", "istio": {"dataPlane": "ambient"}}}, True),
    ],
)
def test_who_needs_the_definitions(rooms: dict[str, Any], needed: bool) -> None:
    ingress = rooms.pop("ingress", "external")
    assert gateway_api_needed(served(ingress, **rooms)) is needed


def test_the_definitions_are_the_standard_channel_and_go_with_the_cluster() -> None:
    recording = record_in_cluster(lambda target, _: GatewayApiCrds("gateway-api", target=target, charts=CHARTS))
    found = recording.one(CHART)
    assert found.inputs["values"]["crds"]["gatewayAPI"] == {"enabled": True, "channel": "standard"}
    assert unknown_values(chart_data("gateway-crds-helm"), found.inputs["values"]) == []
    assert outliving(recording) == []
