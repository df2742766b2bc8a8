"""Ingress, routes, certificates and network policies where the shipped apps do not show it."""

from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from tests.support import ways_in
from tests.unit.apps.shipped import app, context

PORTS = {"http": {"port": 80, "targetPort": 8080}, "admin": 8081}
CANARY = {"image": "example.com/api:2", "weight": 25, "header": {"name": "x-canary", "value": "yes"}}
EXTERNAL = {"controllers": {"external": ways_in.EXTERNAL}, "controller": "external"}


def objects(where: dict[str, Any] | None = None, **fields: Any) -> dict[str, Manifest]:
    settings = app(ports=PORTS, **fields)
    return render(settings, context(settings, **(where or {})))


def test_another_controller_gets_its_certificate_by_annotation() -> None:
    found = objects(EXTERNAL, ingress={"host": "a.example.com", "annotations": {"example.com/a": "b"}})
    assert "tls" not in found
    assert found["ingress"]["metadata"]["annotations"] == {
        "example.com/a": "b",
        "cert-manager.io/cluster-issuer": "letsencrypt-production",
        "pulumi.com/skipAwait": "true",
    }
    assert "ingressClassName" not in found["ingress"]["spec"]
    assert found["ingress"]["spec"]["tls"] == [{"hosts": ["a.example.com"], "secretName": "api-tls"}]
    (rule,) = found["allow-ingress"]["spec"]["ingress"]
    assert rule == {"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080, "protocol": "TCP"}]}


def test_without_tls_there_is_no_certificate() -> None:
    found = objects(ingress={"host": "a.example.com", "tls": False}, route={"host": "b.example.com", "tls": False})
    assert "tls" not in found
    assert "tls" not in found["ingress"]["spec"]
    (server,) = found["gateway"]["spec"]["servers"]
    assert (server["port"]["number"], "tls" in server) == (80, False)


def test_one_certificate_for_all_that_the_gateway_terminates() -> None:
    found = objects(ingress={"host": "b.example.com"}, route={"host": "a.example.com"})
    assert found["tls"]["spec"]["dnsNames"] == ["a.example.com", "b.example.com"]


@pytest.mark.parametrize(
    ("host", "redirected"),
    [("a.example.com", True), ("example.com", True), ("*.example.com", True), ("a.badexample.com", False)],
)
def test_http_is_redirected_where_no_proof_needs_it(host: str, redirected: bool) -> None:
    found = objects(route={"host": host})
    first, *_ = found["gateway"]["spec"]["servers"]
    assert (first["port"]["number"] == 80 and first.get("tls") == {"httpsRedirect": True}) == redirected
    assert ("redirect" in found, "vs-redirect" in found) == (not redirected, not redirected)


def test_a_proof_over_http_has_port_80_for_itself_and_the_redirect() -> None:
    found = objects(route={"host": "a.badexample.com"})
    assert [each["port"]["number"] for each in found["gateway"]["spec"]["servers"]] == [443]
    (plain,) = found["redirect"]["spec"]["servers"]
    assert plain == {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["a.badexample.com"]}
    assert found["vs"]["spec"]["gateways"] == ["api-gateway"]
    assert found["vs-redirect"]["spec"] == {
        "hosts": ["a.badexample.com"],
        "gateways": ["api-redirect"],
        "http": [{"name": "redirect", "redirect": {"scheme": "https", "redirectCode": 301}}],
    }


def test_the_exposed_port_can_be_chosen() -> None:
    found = objects(
        ingress={"host": "a.example.com", "port": "admin"}, route={"host": "b.example.com", "port": "admin"}
    )
    (path,) = found["ingress"]["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"] == {"name": "api-service", "port": {"name": "admin"}}
    assert found["vs"]["spec"]["http"][0]["route"][0]["destination"]["port"] == {"number": 8081}
    assert found["allow-gateway"]["spec"]["ingress"][0]["ports"] == [{"port": 8081, "protocol": "TCP"}]


def test_a_route_without_a_canary() -> None:
    found = objects(route={"host": "a.example.com"})
    host = "api-service.web.svc.cluster.local"
    assert found["vs"]["spec"]["http"] == [{"route": [{"destination": {"host": host, "port": {"number": 80}}}]}]
    assert not {"dr", "mesh", "canary"} & found.keys()


def test_a_path_is_itself_and_what_is_below_it() -> None:
    (http,) = objects(route={"host": "a.example.com", "paths": ["/api", "/v1/"]})["vs"]["spec"]["http"]
    assert http["match"] == [
        {"uri": {"exact": "/api"}},
        {"uri": {"prefix": "/api/"}},
        {"uri": {"exact": "/v1"}},
        {"uri": {"prefix": "/v1/"}},
    ]


def test_a_canary_on_some_paths() -> None:
    header, weighted = objects(route={"host": "a.example.com", "paths": ["/api"]}, canary=CANARY)["vs"]["spec"]["http"]
    wanted = {"x-canary": {"exact": "yes"}}
    assert header["match"] == [
        {"uri": {"exact": "/api"}, "headers": wanted},
        {"uri": {"prefix": "/api/"}, "headers": wanted},
    ]
    assert weighted["match"] == [{"uri": {"exact": "/api"}}, {"uri": {"prefix": "/api/"}}]
    assert [share["weight"] for share in weighted["route"]] == [75, 25]


def test_a_canary_inside_the_mesh_only() -> None:
    found = objects(canary={"image": "example.com/api:2"})
    assert "vs" not in found
    (http,) = found["mesh"]["spec"]["http"]
    assert [share["weight"] for share in http["route"]] == [90, 10]
    assert found["canary"]["spec"]["replicas"] == 1


def test_flows_are_declared_on_either_side_and_once() -> None:
    api = app(ports={"http": 8080, "metrics": 9090}, allowFrom=["web"])
    web = app(name="web", namespace="data", allowTo=["api"])
    where = context(api, web)
    assert {"from-web"} <= render(api, where).keys()
    (egress,) = render(web, where)["to-api"]["spec"]["egress"]
    assert egress["ports"] == [{"port": 8080, "protocol": "TCP"}]
    assert egress["to"][0]["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "web"}


def test_an_app_may_call_itself() -> None:
    api = app(ports={"http": 8080}, allowFrom=["api"])
    assert {"from-api", "to-api"} <= render(api, context(api)).keys()


def test_networks_outside() -> None:
    rules = [{"cidrs": ["203.0.113.0/24", "198.51.100.0/24"], "ports": [443, 5671]}, {"cidrs": ["192.0.2.1/32"]}]
    policy = objects(egress=rules)["allow-networks"]["spec"]
    assert policy["policyTypes"] == ["Egress"]
    assert policy["egress"] == [
        {
            "to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}, {"ipBlock": {"cidr": "198.51.100.0/24"}}],
            "ports": [{"port": 443, "protocol": "TCP"}, {"port": 5671, "protocol": "TCP"}],
        },
        {"to": [{"ipBlock": {"cidr": "192.0.2.1/32"}}], "ports": [{"port": 443, "protocol": "TCP"}]},
    ]


def test_apps_called_like_policies_do_not_collide() -> None:
    names = ("gateway", "ingress", "monitoring", "networks")
    api = app(ports={"http": 8080, "metrics": 9090}, allowFrom=names, route={"host": "a.example.com"})
    found = render(api, context(api, *(app(name=name) for name in names)))
    policies = [each["metadata"]["name"] for each in found.values() if each["kind"] == "NetworkPolicy"]
    assert len(policies) == len(set(policies)) == 6
