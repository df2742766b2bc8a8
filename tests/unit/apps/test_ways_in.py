"""How an app is reached from outside: each controller, with and without a canary, with and without TLS."""

import json
from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts
from tests.support import ways_in
from tests.support.coherence import faults
from tests.support.schemas import manifest_problems
from tests.unit.apps.shipped import app, context

PORTS = {"http": {"port": 80, "targetPort": 8080}, "admin": 8081}
CANARY = {"image": "example.com/api:2", "weight": 25, "header": {"name": "x-canary", "value": "yes"}}
READY = {"readiness": {"path": "/ready", "port": "admin", "periodSeconds": 2, "timeoutSeconds": 9}}
ALB = "alb.ingress.kubernetes.io/"
CONTROLLERS = {
    "istio": ways_in.ISTIO,
    "alb": ways_in.alb(),
    "nginx": ways_in.nginx(),
    "envoy-gateway": ways_in.gateway_api(),
    "istio-gateway-api": ways_in.gateway_api("istio"),
    "alb-gateway-api": ways_in.gateway_api("alb"),
    "external": ways_in.EXTERNAL,
}


def objects(facts: ControllerFacts, **fields: Any) -> dict[str, Manifest]:
    mesh = {} if facts.controller == "istio" else {"mesh": "none", "meshed": frozenset()}
    settings = app(**{"ports": PORTS, **fields})
    where = context(settings, controllers={facts.controller: facts}, controller=facts.controller, **mesh)
    found = render(settings, where)
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    # The priority class is the stack's.
    assert [fault for fault in faults(list(found.values())) if "priority class" not in fault] == []
    return found


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("canary", [None, CANARY])
@pytest.mark.parametrize("name", CONTROLLERS)
def test_every_controller_brings_in_an_ingress(name: str, canary: Any, tls: bool) -> None:
    fields = {"ingress": {"host": "a.example.com", "tls": tls}, "canary": canary}
    found = objects(CONTROLLERS[name], **fields)["ingress"]
    assert found["kind"] == ("HTTPRoute" if name.endswith(("gateway", "gateway-api")) else "Ingress")
    assert found["metadata"]["name"] == "api-ingress"


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("canary", [None, CANARY])
@pytest.mark.parametrize(
    ("name", "suffix", "kind"),
    [
        ("istio", "vs", "VirtualService"),
        ("alb", "route", "Ingress"),
        ("nginx", "route", "VirtualServer"),
        ("envoy-gateway", "route", "HTTPRoute"),
        ("istio-gateway-api", "route", "HTTPRoute"),
        ("alb-gateway-api", "route", "HTTPRoute"),
    ],
)
def test_every_controller_of_ours_brings_in_a_route(name: str, suffix: str, kind: str, canary: Any, tls: bool) -> None:
    found = objects(CONTROLLERS[name], route={"host": "a.example.com", "tls": tls}, canary=canary)
    assert found[suffix]["kind"] == kind
    assert ("vs" in found, "gateway" in found) == (name == "istio", name == "istio")


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("istio", {"tls": ("istio-ingress", "api-tls")}),
        ("envoy-gateway", {"tls": ("envoy-gateway-system", "api-tls")}),
        ("istio-gateway-api", {"tls": ("istio-gateway", "api-tls")}),
        ("nginx", {"tls-route": ("web", "api-tls-route")}),
        ("alb", {}),
        ("alb-gateway-api", {}),
    ],
)
def test_where_the_certificate_of_a_route_is(name: str, where: dict[str, tuple[str, str]]) -> None:
    found = objects(CONTROLLERS[name], route={"host": "a.example.com"})
    certificates = {suffix: each for suffix, each in found.items() if each["kind"] == "Certificate"}
    named = {suffix: (each["metadata"]["namespace"], each["metadata"]["name"]) for suffix, each in certificates.items()}
    assert named == where
    for each in certificates.values():
        assert each["spec"]["dnsNames"] == ["a.example.com"]
        assert each["spec"]["secretName"] == each["metadata"]["name"]
        assert each["spec"]["issuerRef"] == ways_in.ISSUER


def test_an_http_route() -> None:
    route = {"host": "a.example.com", "paths": ["/api", "/v1"]}
    found = objects(CONTROLLERS["envoy-gateway"], route=route, canary=CANARY)
    spec = found["route"]["spec"]
    (parent,) = spec["parentRefs"]
    assert (parent["kind"], parent["name"], parent["namespace"]) == ("Gateway", "slipway", "envoy-gateway-system")
    assert parent["sectionName"] == ways_in.gateway_api().gateway.section("a.example.com", tls=True)  # type: ignore[union-attr]
    header, weighted = spec["rules"]
    assert [match["path"] for match in header["matches"]] == [
        {"type": "PathPrefix", "value": "/api"},
        {"type": "PathPrefix", "value": "/v1"},
    ]
    assert header["matches"][0]["headers"] == [{"type": "Exact", "name": "x-canary", "value": "yes"}]
    assert [(each["name"], each["port"]) for each in header["backendRefs"]] == [("api-canary", 80)]
    assert "headers" not in weighted["matches"][0]
    shares = [(each["name"], each["weight"]) for each in weighted["backendRefs"]]
    assert shares == [("api-stable", 75), ("api-canary", 25)]


def test_a_plain_http_route_is_attached_to_port_80() -> None:
    found = objects(CONTROLLERS["envoy-gateway"], route={"host": "a.example.com", "tls": False})
    assert found["route"]["spec"]["parentRefs"][0]["sectionName"] == "http"
    assert "tls" not in found


def test_target_groups_of_a_gateway_of_aws() -> None:
    both = {"ingress": {"host": "a.example.com"}, "route": {"host": "b.example.com", "port": "admin"}}
    found = objects(CONTROLLERS["alb-gateway-api"], **both, canary=CANARY, probes=READY)
    groups = {each["metadata"]["name"]: each for each in found.values() if each["kind"] == "TargetGroupConfiguration"}
    assert groups.keys() == {"api-stable", "api-canary"}
    spec = groups["api-canary"]["spec"]
    assert spec["targetReference"]["name"] == "api-canary"
    assert spec["defaultConfiguration"]["targetType"] == "ip"
    assert spec["defaultConfiguration"]["healthCheckConfig"]["healthCheckPath"] == "/ready"
    assert spec["defaultConfiguration"]["healthCheckConfig"]["healthCheckPort"] == "8081"
    assert spec["defaultConfiguration"]["targetGroupAttributes"] == [
        {"key": "deregistration_delay.timeout_seconds", "value": "30"}
    ]


def test_a_virtual_server() -> None:
    route = {"host": "a.example.com", "paths": ["/api", "/"]}
    spec = objects(CONTROLLERS["nginx"], route=route, canary=CANARY)["route"]["spec"]
    assert (spec["host"], spec["ingressClassName"]) == ("a.example.com", "nginx")
    assert spec["tls"] == {"secret": "api-tls-route", "redirect": {"enable": True, "code": 301}}
    assert [(each["service"], each["port"]) for each in spec["upstreams"]] == [("api-stable", 80), ("api-canary", 80)]
    assert [each["path"] for each in spec["routes"]] == ["=/api", "/api/", "/"]
    for each in spec["routes"]:
        (match,) = each["matches"]
        assert match["conditions"] == [{"header": "x-canary", "value": "yes"}]
        assert match["action"] == {"pass": "api-canary"}
        assert [(split["weight"], split["action"]["pass"]) for split in each["splits"]] == [
            (75, "api-stable"),
            (25, "api-canary"),
        ]


def test_a_certificate_that_is_proved_over_http_is_there_at_once() -> None:
    certificate = objects(CONTROLLERS["nginx"], route={"host": "a.example.com"})["tls-route"]
    assert certificate["metadata"]["annotations"] == {"cert-manager.io/issue-temporary-certificate": "true"}


def test_an_ingress_by_nginx_has_its_certificate_beside_it() -> None:
    found = objects(CONTROLLERS["nginx"], ingress={"host": "a.example.com"}, route={"host": "b.example.com"})
    annotations = found["ingress"]["metadata"]["annotations"]
    assert annotations["cert-manager.io/cluster-issuer"] == "letsencrypt-production"
    assert annotations["acme.cert-manager.io/http01-edit-in-place"] == "true"
    assert found["ingress"]["spec"]["tls"] == [{"hosts": ["a.example.com"], "secretName": "api-tls"}]
    assert found["route"]["spec"]["tls"]["secret"] != "api-tls"


@pytest.mark.parametrize(
    ("spoken", "keys"),
    [
        ("grpc", {"grpc"}),
        ("https", {"ssl", "websocket"}),
        ("http", {"websocket"}),
        ("kubernetes.io/ws", {"websocket"}),
        ("kubernetes.io/wss", {"ssl", "websocket"}),
    ],
)
def test_nginx_is_told_what_is_spoken(spoken: str, keys: set[str]) -> None:
    ports = {"http": {"port": 80, "appProtocol": spoken}}
    found = objects(
        CONTROLLERS["nginx"], ports=ports, ingress={"host": "a.example.com"}, route={"host": "b.example.com"}
    )
    told = {name: value for name, value in found["ingress"]["metadata"]["annotations"].items() if "-services" in name}
    assert told == {f"nginx.org/{key}-services": "api-service" for key in keys}
    (upstream,) = found["route"]["spec"]["upstreams"]
    assert (upstream.get("type"), "tls" in upstream) == ("grpc" if spoken == "grpc" else None, "ssl" in keys)


def test_an_issuer_of_another_kind() -> None:
    issuer = {"group": "awspca.cert-manager.io", "kind": "AWSPCAClusterIssuer", "name": "aws-private-ca"}
    settings = app(ports=PORTS, ingress={"host": "a.example.com"}, route={"host": "b.example.com"})
    where = context(settings, controllers={"nginx": CONTROLLERS["nginx"]}, controller="nginx", issuer=issuer)
    found = render(settings, where)
    assert found["tls-route"]["spec"]["issuerRef"] == issuer
    annotations = found["ingress"]["metadata"]["annotations"]
    assert annotations["cert-manager.io/issuer-kind"] == "AWSPCAClusterIssuer"
    assert "cert-manager.io/cluster-issuer" not in annotations


def test_each_exposure_has_its_own_controller() -> None:
    both = {"istio": ways_in.ISTIO, "gateway-api": ways_in.gateway_api()}
    settings = app(
        ports=PORTS, ingress={"host": "a.example.com"}, route={"host": "b.example.com", "controller": "gateway-api"}
    )
    found = render(settings, context(settings, controllers=both, controller="istio"))
    assert (found["ingress"]["kind"], found["route"]["kind"]) == ("Ingress", "HTTPRoute")
    assert found["tls"]["metadata"]["namespace"] == "istio-ingress"
    assert found["tls-gateway-api"]["metadata"]["namespace"] == "envoy-gateway-system"
    label = "slipway.dev/ingress-controller"
    assert label not in found["tls"]["metadata"]["labels"]
    assert found["tls-gateway-api"]["metadata"]["labels"][label] == "gateway-api"


def actions(manifest: Manifest) -> dict[str, Any]:
    start = f"{ALB}actions."
    return {
        key.removeprefix(start): json.loads(value)
        for key, value in manifest["metadata"]["annotations"].items()
        if key.startswith(start)
    }


def test_a_load_balancer_divides_by_actions() -> None:
    found = objects(CONTROLLERS["alb"], route={"host": "a.example.com", "paths": ["/", "/api"]}, canary=CANARY)["route"]
    paths = found["spec"]["rules"][0]["http"]["paths"]
    assert [(each["path"], each["backend"]["service"]["name"]) for each in paths] == [
        ("/", "header"),
        ("/", "weighted"),
        ("/api", "header"),
        ("/api", "weighted"),
    ]
    assert {each["backend"]["service"]["port"]["name"] for each in paths} == {"use-annotation"}
    groups = {name: action["forwardConfig"]["targetGroups"] for name, action in actions(found).items()}
    assert groups["header"] == [{"serviceName": "api-canary", "servicePort": 80, "weight": 100}]
    assert [(each["serviceName"], each["weight"]) for each in groups["weighted"]] == [
        ("api-stable", 75),
        ("api-canary", 25),
    ]
    assert json.loads(found["metadata"]["annotations"][f"{ALB}conditions.header"]) == [
        {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "x-canary", "values": ["yes"]}}
    ]
    # Pulumi would look for Services called header and weighted.
    assert found["metadata"]["annotations"]["pulumi.com/skipAwait"] == "true"


def test_an_ingress_of_a_load_balancer() -> None:
    found = objects(CONTROLLERS["alb"], ingress={"host": "a.example.com"}, probes=READY)
    told = found["ingress"]["metadata"]["annotations"]
    assert told[f"{ALB}target-type"] == "ip"
    assert json.loads(told[f"{ALB}listen-ports"]) == [{"HTTP": 80}, {"HTTPS": 443}]
    assert (told[f"{ALB}ssl-redirect"], told[f"{ALB}group.name"]) == ("443", "platform")
    assert (told[f"{ALB}healthcheck-path"], told[f"{ALB}healthcheck-port"]) == ("/ready", "8081")
    # What Elastic Load Balancing takes: 5 seconds between two at least, and less than that for an answer.
    assert (told[f"{ALB}healthcheck-interval-seconds"], told[f"{ALB}healthcheck-timeout-seconds"]) == ("5", "4")
    assert "pulumi.com/skipAwait" not in told
    assert found["ingress"]["spec"]["ingressClassName"] == "alb"
    assert found["ingress"]["spec"]["tls"] == [{"hosts": ["a.example.com"]}]
    (rule,) = found["allow-health"]["spec"]["ingress"]
    assert rule["ports"] == [{"port": 8081, "protocol": "TCP"}]
    assert all("ipBlock" in peer for peer in rule["from"])


def test_plain_and_internal_apps_have_load_balancers_of_their_own() -> None:
    found = {
        (tls, internal): objects(
            CONTROLLERS["alb"], ingress={"host": "a.example.com", "tls": tls, "internal": internal}
        )["ingress"]
        for tls in (True, False)
        for internal in (True, False)
    }
    groups = [each["metadata"]["annotations"][f"{ALB}group.name"] for each in found.values()]
    assert len(set(groups)) == 4
    assert f"{ALB}ssl-redirect" not in found[False, False]["metadata"]["annotations"]
    assert found[True, True]["spec"]["ingressClassName"] == "alb-internal"


def test_an_apps_own_annotations_have_the_last_word() -> None:
    own = {f"{ALB}healthcheck-path": "/live", "example.com/a": "b"}
    told = objects(CONTROLLERS["alb"], ingress={"host": "a.example.com", "annotations": own})["ingress"]["metadata"]
    assert own.items() <= told["annotations"].items()
