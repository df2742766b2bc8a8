"""Who may call an app: said once, and asked for by identity in each mesh."""

from typing import Any

import pytest

from components.apps.words import Manifest
from tests.support.schemas import manifest_problems
from tests.unit.apps.meshes import MESHED_NGINX, MESHES, PORTS, app, of_kind, rendered

API = app(ports=PORTS, allowFrom=["web", "batch", "legacy"])
WEB = app("web", namespace="data")
BATCH = app("batch", namespace="web", serviceAccount={"name": "runner"})
LEGACY = app("legacy", namespace="old")
ALL = (WEB, BATCH, LEGACY)


def rules(policy: Manifest) -> list[tuple[Any, Any]]:
    """The rules of an AuthorizationPolicy of Istio as (source, ports)."""
    return [
        (
            rule["from"][0]["source"] if "from" in rule else None,
            rule["to"][0]["operation"]["ports"] if "to" in rule else None,
        )
        for rule in policy["spec"].get("rules", [])
    ]


@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
def test_istio_admits_callers_by_identity(mesh: str) -> None:
    found = rendered(mesh, API, *ALL)
    policy = found["authz"]
    assert policy["spec"]["selector"] == {"matchLabels": {"app": "api"}}
    assert policy["spec"]["action"] == "ALLOW"
    assert rules(policy) == [
        (
            {"principals": ["cluster.local/ns/data/sa/web", "cluster.local/ns/web/sa/runner"]},
            ["5432", "8080"],
        ),
        ({"notPrincipals": ["*"]}, ["5432", "8080"]),
        (None, ["9090"]),
    ]


def test_plain_text_is_taken_where_somebody_without_identity_calls_and_nowhere_else() -> None:
    strict = app(ports=PORTS, allowFrom=["web"])
    assert rendered("sidecar", strict, WEB)["plain"]["spec"] == {
        "selector": {"matchLabels": {"app": "api"}},
        "portLevelMtls": {"9090": {"mode": "PERMISSIVE"}},
    }
    assert set(rendered("sidecar", API, *ALL)["plain"]["spec"]["portLevelMtls"]) == {"5432", "8080", "9090"}
    assert "plain" not in rendered("sidecar", app(ports={"http": 8080}, allowFrom=["web"]), WEB)


def test_without_authorization_plain_ports_stay_reachable() -> None:
    found = rendered("sidecar", API, *ALL, authorization=False)
    assert "plain" in found
    assert not of_kind(found, "AuthorizationPolicy")


def test_a_waypoint_asks_for_the_callers_own_identity() -> None:
    found = rendered("ambient", API, *ALL)
    assert found["authz-waypoint"]["spec"] == {
        "targetRefs": [{"group": "", "kind": "Service", "name": "api-service"}],
        "action": "ALLOW",
        "rules": [
            {"from": [{"source": {"principals": ["cluster.local/ns/data/sa/web", "cluster.local/ns/web/sa/runner"]}}]}
        ],
    }
    assert "authz-waypoint" not in rendered("sidecar", API, *ALL)
    assert "authz-waypoint" not in rendered("ambient", app(ports=PORTS))
    canary = app(ports=PORTS, allowFrom=["web"], canary={"image": "example.com/api:2"})
    targets = rendered("ambient", canary, WEB)["authz-waypoint"]["spec"]["targetRefs"]
    assert [each["name"] for each in targets] == ["api-service", "api-stable", "api-canary"]


@pytest.mark.parametrize("mesh", ["sidecar", "ambient"])
def test_istios_gateway_is_admitted_to_the_exposed_port_only(mesh: str) -> None:
    found = rendered(mesh, app(ports={"http": 8080, "admin": 8081}, route={"host": "a.example.com"}))
    gateway = "cluster.local/ns/istio-ingress/sa/istio-ingressgateway"
    assert rules(found["authz"]) == [({"principals": [gateway]}, ["8080"])]
    assert "plain" not in found


def test_a_way_in_outside_the_mesh_is_admitted_in_plain_text() -> None:
    exposed = app(ports={"http": 8080}, ingress={"host": "a.example.com", "controller": "alb"})
    found = rendered("sidecar", exposed)
    assert rules(found["authz"]) == [({"notPrincipals": ["*"]}, ["8080"])]
    assert found["plain"]["spec"]["portLevelMtls"] == {"8080": {"mode": "PERMISSIVE"}}
    linkerd = rendered("linkerd", exposed)
    assert linkerd["authn-allow-ingress"]["kind"] == "NetworkAuthentication"
    assert linkerd["authn-allow-ingress"]["spec"]["networks"] == [{"cidr": "10.0.0.0/20"}, {"cidr": "10.0.16.0/20"}]


def test_a_way_in_inside_the_mesh_is_admitted_by_identity() -> None:
    exposed = app(ports={"http": 8080}, route={"host": "a.example.com", "controller": "nginx"})
    found = rendered("linkerd", exposed, controllers={"nginx": MESHED_NGINX})
    assert found["authn-allow-gateway"]["spec"] == {
        "identityRefs": [{"kind": "ServiceAccount", "namespace": "nginx-ingress", "name": "nginx"}]
    }
    outside = rendered("none", exposed, controllers={"nginx": MESHED_NGINX})
    assert set(outside) == {"allow-gateway"}


def test_linkerd_has_a_server_for_each_port_and_says_what_is_spoken() -> None:
    found = rendered("linkerd", API, *ALL)
    servers = {each["metadata"]["name"]: each["spec"] for each in of_kind(found, "Server")}
    assert {name: (spec["port"], spec["proxyProtocol"]) for name, spec in servers.items()} == {
        "api.http": (8080, "HTTP/1"),
        "api.db": (5432, "opaque"),
        "api.metrics": (9090, "HTTP/1"),
    }
    assert all(spec["podSelector"] == {"matchLabels": {"app": "api"}} for spec in servers.values())


def test_linkerd_authorizes_callers_by_service_account_and_the_rest_by_network() -> None:
    found = rendered("linkerd", API, *ALL)
    assert found["authn-callers"]["spec"] == {
        "identityRefs": [
            {"kind": "ServiceAccount", "namespace": "data", "name": "web"},
            {"kind": "ServiceAccount", "namespace": "web", "name": "runner"},
        ]
    }
    assert found["authz-callers-http"]["spec"] == {
        "targetRef": {"group": "policy.linkerd.io", "kind": "Server", "name": "api.http"},
        "requiredAuthenticationRefs": [
            {"group": "policy.linkerd.io", "kind": "MeshTLSAuthentication", "name": "api.callers"}
        ],
    }
    networks = {each["metadata"]["name"]: each["spec"] for each in of_kind(found, "NetworkAuthentication")}
    everywhere = {"networks": [{"cidr": "0.0.0.0/0"}, {"cidr": "::/0"}]}
    assert networks == {"api.from-legacy": everywhere, "api.allow-monitoring": everywhere}
    assert {suffix for suffix in found if suffix.startswith("authz-")} == {
        "authz-callers-http",
        "authz-callers-db",
        "authz-from-legacy-http",
        "authz-from-legacy-db",
        "authz-allow-monitoring-metrics",
    }
    assert not [each for each in rendered("linkerd", API, *ALL, authorization=False) if each.startswith("auth")]


def test_a_probe_by_http_keeps_its_port_from_being_opaque() -> None:
    probed = app(ports={"admin": 8081}, probes={"readiness": {"path": "/ready"}})
    assert rendered("linkerd", probed)["server-admin"]["spec"]["proxyProtocol"] == "unknown"
    plain = app(ports={"admin": 8081}, probes={"readiness": {"tcp": "admin"}})
    assert rendered("linkerd", plain)["server-admin"]["spec"]["proxyProtocol"] == "opaque"


def test_network_policies_open_the_proxys_own_port_between_members_only() -> None:
    api = app(ports={"db": 5672}, allowFrom=["web", "legacy"])

    def opened(mesh: str, suffix: str) -> list[int]:
        (rule,) = rendered(mesh, api, WEB, LEGACY)[suffix]["spec"]["ingress"]
        return [each["port"] for each in rule["ports"]]

    assert {mesh: opened(mesh, "from-web") for mesh in MESHES} == {
        "sidecar": [5672],
        "ambient": [5672, 15008],
        "linkerd": [4143, 5672],
        "none": [5672],
    }
    assert {tuple(opened(mesh, "from-legacy")) for mesh in MESHES} == {(5672,)}


def test_a_client_in_ambient_mode_reaches_the_waypoint_too() -> None:
    web = app("web", namespace="data", allowTo=["api"])
    api = app(ports={"http": 8080})
    pods, waypoint = rendered("ambient", web, api)["to-api"]["spec"]["egress"]
    assert [each["port"] for each in pods["ports"]] == [8080, 15008]
    assert waypoint["ports"] == [{"protocol": "TCP", "port": 15008}]
    (peer,) = waypoint["to"]
    assert peer["podSelector"]["matchLabels"] == {"gateway.networking.k8s.io/gateway-name": "waypoint"}
    assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "web"}
    assert len(rendered("sidecar", web, api)["to-api"]["spec"]["egress"]) == 1


def test_clients_of_a_load_balancer_are_admitted_like_its_network_policy() -> None:
    found = rendered("sidecar", app(ports={"http": 8080}, service={"type": "LoadBalancer"}))
    assert rules(found["authz"]) == [({"notPrincipals": ["*"]}, ["8080"])]
    linkerd = rendered("linkerd", app(ports={"http": 8080}, service={"type": "LoadBalancer"}))
    assert linkerd["authn-allow-clients"]["spec"]["networks"] == [{"cidr": "10.0.0.0/16"}]


@pytest.mark.parametrize("mesh", MESHES)
def test_every_manifest_is_valid(mesh: str) -> None:
    exposed = app(ports=PORTS, allowFrom=["web", "legacy", "api"], route={"host": "a.example.com"})
    found = rendered(mesh, exposed, WEB, LEGACY)
    assert {suffix: manifest_problems(each) for suffix, each in found.items() if manifest_problems(each)} == {}


def test_nothing_is_said_outside_the_mesh() -> None:
    assert {each["kind"] for each in rendered("none", API, *ALL).values()} == {"NetworkPolicy"}
    aside = rendered("sidecar", app(namespace="old", ports=PORTS, allowFrom=["web"]), WEB)
    assert {each["kind"] for each in aside.values()} == {"NetworkPolicy"}


def test_a_port_of_an_opaque_protocol_is_one_whatever_its_name_says() -> None:
    web = app("web", namespace="data")
    (rule,) = rendered("linkerd", app(ports={"http": 6379}, allowFrom=["web"]), web)["from-web"]["spec"]["ingress"]
    assert [each["port"] for each in rule["ports"]] == [4143, 6379]


def test_an_encrypted_probe_leaves_its_port_opaque() -> None:
    probed = app(ports={"admin": 8081}, probes={"readiness": {"path": "/ready", "scheme": "HTTPS"}})
    assert rendered("linkerd", probed)["server-admin"]["spec"]["proxyProtocol"] == "opaque"


def test_a_client_outside_the_mesh_has_no_way_to_the_waypoint() -> None:
    legacy = app("legacy", namespace="old", allowTo=["api"])
    (rule,) = rendered("ambient", legacy, app(ports={"http": 8080}))["to-api"]["spec"]["egress"]
    assert [each["port"] for each in rule["ports"]] == [8080]


def test_a_meshed_way_in_has_no_identity_for_pods_outside_the_mesh() -> None:
    exposed = app(namespace="old", ports={"http": 8080}, route={"host": "a.example.com"})
    (rule,) = rendered("ambient", exposed)["allow-gateway"]["spec"]["ingress"]
    assert [each["port"] for each in rule["ports"]] == [8080]
