"""The kinds of Service, what each says, and who may reach the pods behind it."""

from typing import Any

import pytest

from components.apps.manifests import render
from components.apps.words import Manifest
from components.networking.ingress.load_balancer import NLB_CLASS, network_load_balancer
from tests.support import ways_in
from tests.support.schemas import manifest_problems
from tests.support.stacks import stack
from tests.unit.apps.shipped import app, context

PORTS = {"http": {"port": 80, "targetPort": 8080}, "udp": {"port": 53, "protocol": "UDP"}}
CONTROLLED = stack(ingress="alb")
BALANCERS = {scheme: network_load_balancer(CONTROLLED, scheme) for scheme in ("internal", "internet-facing")}


def objects(where: dict[str, Any] | None = None, **fields: Any) -> dict[str, Manifest]:
    settings = app(**{"ports": PORTS, **fields})
    known = {"mesh": "none", "meshed": frozenset(), "vpc_cidr": "10.0.0.0/16", "load_balancers": BALANCERS}
    found = render(settings, context(settings, **{**known, **(where or {})}))
    assert {suffix: problem for suffix, each in found.items() if (problem := manifest_problems(each))} == {}
    return found


def admitted(found: dict[str, Manifest]) -> list[str]:
    (rule,) = found["allow-clients"]["spec"]["ingress"]
    return [peer["ipBlock"]["cidr"] for peer in rule["from"]]


def test_unset_it_is_the_clusters_own_address() -> None:
    found = objects()
    assert found["service"]["spec"].keys() == {"type", "ports", "selector"}
    assert found["service"]["spec"]["type"] == "ClusterIP"
    assert "allow-clients" not in found


@pytest.mark.parametrize("early", [True, False])
def test_headless(early: bool) -> None:
    service = objects(service={"headless": True, "publishNotReadyAddresses": early}, ports={"http": 80})["service"]
    assert (service["spec"]["type"], service["spec"]["clusterIP"]) == ("ClusterIP", "None")
    assert service["spec"].get("publishNotReadyAddresses", False) is early
    assert service["metadata"]["annotations"] == {"pulumi.com/skipAwait": "true"}


def test_node_ports() -> None:
    found = objects(service={"type": "NodePort", "nodePorts": {"http": 30080}, "allowedCidrs": ["192.0.2.0/24"]})
    spec = found["service"]["spec"]
    assert (spec["type"], spec["externalTrafficPolicy"]) == ("NodePort", "Cluster")
    assert [each.get("nodePort") for each in spec["ports"]] == [30080, None]
    # A node that passes a packet on puts its own address in.
    assert admitted(found) == ["192.0.2.0/24", "10.0.0.0/16"]
    (rule,) = found["allow-clients"]["spec"]["ingress"]
    assert rule["ports"] == [{"port": 53, "protocol": "UDP"}, {"port": 8080, "protocol": "TCP"}]


def test_a_load_balancer_is_internal_unless_asked() -> None:
    service = objects(service={"type": "LoadBalancer"})["service"]
    assert service["spec"]["type"] == "LoadBalancer"
    assert service["spec"]["loadBalancerClass"] == NLB_CLASS
    assert service["spec"]["loadBalancerSourceRanges"] == ["10.0.0.0/16"]
    scheme = service["metadata"]["annotations"]["service.beta.kubernetes.io/aws-load-balancer-scheme"]
    assert scheme == "internal"


def test_a_load_balancer_on_the_internet() -> None:
    found = objects(service={"type": "LoadBalancer", "internal": False, "annotations": {"example.com/a": "b"}})
    annotations = found["service"]["metadata"]["annotations"]
    assert annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internet-facing"
    assert annotations["example.com/a"] == "b"
    assert "loadBalancerSourceRanges" not in found["service"]["spec"]
    assert admitted(found) == ["0.0.0.0/0"]


def test_a_load_balancer_for_some() -> None:
    allowed = ["192.0.2.0/24"]
    found = objects(service={"type": "LoadBalancer", "internal": False, "allowedCidrs": allowed})
    assert found["service"]["spec"]["loadBalancerSourceRanges"] == allowed
    assert admitted(found) == ["192.0.2.0/24", "10.0.0.0/16"]


@pytest.mark.parametrize(("policy", "cidrs"), [("Cluster", ["0.0.0.0/0"]), ("Local", ["192.0.2.0/24"])])
def test_in_a_network_that_is_not_known(policy: str, cidrs: list[str]) -> None:
    service = {"type": "NodePort", "allowedCidrs": ["192.0.2.0/24"], "externalTrafficPolicy": policy}
    assert admitted(objects({"vpc_cidr": None}, service=service)) == cidrs


@pytest.mark.parametrize(
    ("wanted", "version", "word"),
    [
        ("PreferSameZone", "1.36", "PreferSameZone"),
        ("PreferSameZone", "1.34", "PreferSameZone"),
        ("PreferSameZone", "1.33", "PreferClose"),
        ("PreferSameZone", None, "PreferSameZone"),
        ("PreferSameNode", "1.35", "PreferSameNode"),
    ],
)
def test_nearby_pods_in_the_versions_own_words(wanted: str, version: str | None, word: str) -> None:
    found = objects({"version": version}, service={"trafficDistribution": wanted, "sessionAffinity": True})
    assert found["service"]["spec"]["trafficDistribution"] == word
    assert found["service"]["spec"]["sessionAffinity"] == "ClientIP"


def test_a_name_for_a_host_outside() -> None:
    outside = {"orders": {"externalName": "db.example.org", "ports": {"postgres": 5432}}}
    service = objects(externalServices=outside)["external-orders"]
    assert service["metadata"]["name"] == "api-orders"
    assert service["spec"] == {
        "type": "ExternalName",
        "externalName": "db.example.org",
        "ports": [{"name": "postgres", "port": 5432, "protocol": "TCP", "appProtocol": "tcp"}],
    }


def test_where_load_balancers_reach_nodes_only_there_are_node_ports() -> None:
    facts = ways_in.facts_of("alb", cni={"mode": "cni"})
    assert facts.node_targets
    where = {"controllers": {"alb": facts}, "controller": "alb"}
    canary = {"image": "example.com/api:2"}
    found = objects(where, ingress={"host": "a.example.com"}, canary=canary, ports={"http": 80})
    kinds = {suffix: each["spec"]["type"] for suffix, each in found.items() if each["kind"] == "Service"}
    assert kinds == {"service": "NodePort", "service-stable": "NodePort", "service-canary": "NodePort"}
    assert found["ingress"]["metadata"]["annotations"]["alb.ingress.kubernetes.io/target-type"] == "instance"
    # The app did not ask for clients of its own: the load balancer's way is the Ingress's policy.
    assert "allow-clients" not in found


def test_each_version_has_a_service_where_a_route_names_it() -> None:
    facts = ways_in.gateway_api()
    where = {"controllers": {"gateway-api": facts}, "controller": "gateway-api"}
    canary = {"image": "example.com/api:2"}
    service = {"type": "LoadBalancer", "trafficDistribution": "PreferSameZone"}
    found = objects(where, route={"host": "a.example.com"}, canary=canary, service=service)
    for track in ("stable", "canary"):
        spec = found[f"service-{track}"]["spec"]
        assert spec["selector"] == {"app": "api", "track": track}
        assert (spec["type"], spec["trafficDistribution"]) == ("ClusterIP", "PreferSameZone")
    assert "service-stable" not in objects(where, route={"host": "a.example.com"})


@pytest.mark.parametrize(
    "ports", [{"http2": 8080}, {"http2-api": 8080}, {"api": {"port": 8080, "appProtocol": "http2"}}], ids=str
)
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"canary": {"image": "example.com/api:2"}, "route": {"host": "a.example.com", "controller": "istio"}},
        {"strategy": {"type": "blue-green", "green": {"image": "example.com/api:2"}}},
        {"kind": "StatefulSet"},
    ],
    ids=["one version", "canary", "blue-green", "StatefulSet"],
)
def test_http_2_has_the_word_of_kubernetes_in_every_service(ports: dict[str, Any], fields: dict[str, Any]) -> None:
    where = {"controllers": {"istio": ways_in.ISTIO}, "controller": "istio"}
    told = [each["spec"] for each in objects(where, ports=ports, **fields).values() if each["kind"] == "Service"]
    assert told
    assert {port["appProtocol"] for each in told for port in each["ports"]} == {"kubernetes.io/h2c"}
