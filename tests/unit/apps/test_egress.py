"""Where apps may go outside the cluster: by address in network policies, by name in the mesh."""

from typing import Any

import pytest

from tests.support.schemas import manifest_problems
from tests.unit.apps.meshes import MESHES, app, of_kind, rendered

HOSTS = [
    {"hosts": ["api.example.org", "*.example.net"], "ports": [443, 80]},
    {"hosts": ["db.example.org"], "ports": [5432]},
]
NETWORKS = [{"cidrs": ["203.0.113.0/24", "10.9.0.0/16"], "ports": [443, 5671]}]
EVERYWHERE = [{"cidrs": ["0.0.0.0/0"]}]
MIXED = [{"cidrs": ["192.0.2.0/24"], "hosts": ["api.example.org"]}]


@pytest.mark.parametrize("mesh", ["sidecar", "linkerd"])
def test_names_open_their_ports_to_all_addresses_outside(mesh: str) -> None:
    first, second = rendered(mesh, app(egress=HOSTS))["allow-networks"]["spec"]["egress"]
    anywhere = [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16", "10.0.0.0/16"]}}]
    assert first == {"to": anywhere, "ports": [{"port": 443, "protocol": "TCP"}, {"port": 80, "protocol": "TCP"}]}
    assert second == {"to": anywhere, "ports": [{"port": 5432, "protocol": "TCP"}]}
    (unknown, _) = rendered(mesh, app(egress=HOSTS), vpc_cidr=None)["allow-networks"]["spec"]["egress"]
    assert unknown["to"][0]["ipBlock"]["except"] == ["169.254.0.0/16"]


def test_a_rule_may_have_both() -> None:
    cidrs, hosts = rendered("sidecar", app(egress=MIXED))["allow-networks"]["spec"]["egress"]
    assert cidrs["to"] == [{"ipBlock": {"cidr": "192.0.2.0/24"}}]
    assert hosts["to"][0]["ipBlock"]["cidr"] == "0.0.0.0/0"


def test_istio_knows_hosts_by_name() -> None:
    found = rendered("sidecar", app(egress=HOSTS))
    assert found["hosts-0"]["spec"] == {
        "hosts": ["api.example.org"],
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "ports": [
            {"number": 443, "name": "tls-443", "protocol": "TLS"},
            {"number": 80, "name": "http-80", "protocol": "HTTP"},
        ],
        "resolution": "DNS",
    }
    below = found["hosts-0-below"]["spec"]
    assert (below["hosts"], below["resolution"]) == (["*.example.net"], "NONE")
    assert found["hosts-1"]["spec"]["ports"] == [{"number": 5432, "name": "tls-5432", "protocol": "TLS"}]


def test_istio_lets_declared_networks_through() -> None:
    spec = rendered("sidecar", app(egress=NETWORKS))["networks-0"]["spec"]
    assert spec["addresses"] == ["203.0.113.0/24", "10.9.0.0/16"]
    assert [(each["number"], each["protocol"]) for each in spec["ports"]] == [(443, "TCP"), (5671, "TCP")]
    assert (spec["resolution"], spec["exportTo"]) == ("NONE", ["."])
    assert not of_kind(rendered("sidecar", app(egress=NETWORKS), declared_egress=False), "ServiceEntry")
    udp = [{"cidrs": ["203.0.113.0/24"], "protocol": "UDP"}]
    assert set(rendered("sidecar", app(egress=udp))) == {"allow-networks"}


def test_all_addresses_take_no_ports_from_others() -> None:
    found = rendered("sidecar", app(egress=EVERYWHERE))
    assert found["anywhere"]["kind"] == "Sidecar"
    assert found["anywhere"]["spec"] == {
        "workloadSelector": {"labels": {"app": "api"}},
        "outboundTrafficPolicy": {"mode": "ALLOW_ANY"},
    }
    assert not of_kind(found, "ServiceEntry")


def test_the_egress_gateway_is_the_only_way_to_hosts() -> None:
    rules = [{"hosts": ["api.example.org"], "ports": [443]}, {"hosts": ["old.example.org"], "ports": [80]}]
    found = rendered("sidecar", app(egress=rules), egress_gateway=True)
    for rule in found["allow-networks"]["spec"]["egress"]:
        (peer,) = rule["to"]
        assert peer["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "istio-egress"}
    assert found["hosts-0"]["spec"]["exportTo"] == [".", "istio-egress"]
    servers = found["egress"]["spec"]["servers"]
    assert [(each["port"]["number"], each.get("tls")) for each in servers] == [
        (443, {"mode": "PASSTHROUGH"}),
        (80, None),
    ]
    assert all(each["hosts"] == ["api.example.org", "old.example.org"] for each in servers)
    out, on = found["egress-0"]["spec"]["tls"]
    gateway = "istio-egressgateway.istio-egress.svc.cluster.local"
    assert out["match"] == [{"gateways": ["mesh"], "port": 443, "sniHosts": ["api.example.org"]}]
    assert out["route"] == [{"destination": {"host": gateway, "port": {"number": 443}}}]
    assert on["match"] == [{"gateways": ["api-egress"], "port": 443, "sniHosts": ["api.example.org"]}]
    assert on["route"] == [{"destination": {"host": "api.example.org", "port": {"number": 443}}}]
    assert [each["match"][0]["gateways"] for each in found["egress-1"]["spec"]["http"]] == [["mesh"], ["api-egress"]]
    networks = rendered("sidecar", app(egress=NETWORKS), egress_gateway=True)
    assert not {"egress", "egress-0"} & networks.keys()
    assert networks["allow-networks"]["spec"]["egress"][0]["to"][0] == {"ipBlock": {"cidr": "203.0.113.0/24"}}


def test_linkerd_lets_hosts_out_by_routes() -> None:
    found = rendered("linkerd", app(egress=HOSTS))
    assert (found["egress-443"]["kind"], found["egress-80"]["kind"]) == ("TLSRoute", "HTTPRoute")
    spec = found["egress-443"]["spec"]
    network = {
        "group": "policy.linkerd.io",
        "kind": "EgressNetwork",
        "name": "outside",
        "namespace": "linkerd-egress",
    }
    assert spec == {
        "parentRefs": [{**network, "port": 443}],
        "hostnames": ["api.example.org", "*.example.net"],
        "rules": [{"backendRefs": [network]}],
    }
    assert found["egress-5432"]["spec"]["hostnames"] == ["db.example.org"]
    assert set(rendered("linkerd", app(egress=HOSTS), declared_egress=False)) == {"allow-networks"}


def test_linkerd_takes_networks_out_of_its_denial() -> None:
    found = rendered("linkerd", app(egress=[*NETWORKS, {"cidrs": ["192.0.0.0/8"]}]))
    assert found["networks"]["metadata"]["namespace"] == "linkerd-egress"
    assert found["networks"]["spec"] == {
        "trafficPolicy": "Allow",
        # 10.9.0.0/16 is among the cluster's own networks, of which it refuses none and may list none.
        "networks": [{"cidr": "203.0.113.0/24"}, {"cidr": "192.0.0.0/8", "except": ["192.168.0.0/16"]}],
    }
    assert "networks" not in rendered("linkerd", app(egress=[{"cidrs": ["10.9.0.0/16"]}]))


def test_linkerd_lets_a_namespace_out_where_an_app_may_go_everywhere() -> None:
    found = rendered("linkerd", app(egress=[*EVERYWHERE, *NETWORKS]))
    assert found["anywhere"]["metadata"]["namespace"] == "web"
    assert found["anywhere"]["spec"]["trafficPolicy"] == "Allow"
    assert "networks" not in found


def test_in_ambient_mode_network_policies_decide_alone() -> None:
    assert set(rendered("ambient", app(egress=[*NETWORKS, *EVERYWHERE]))) == {"allow-networks"}


@pytest.mark.parametrize("egress", [HOSTS, NETWORKS, EVERYWHERE, MIXED])
@pytest.mark.parametrize("mesh", MESHES)
def test_every_manifest_is_valid(mesh: str, egress: list[dict[str, Any]]) -> None:
    for gateway in (False, True):
        found = rendered(mesh, app(egress=egress), egress_gateway=gateway)
        assert {suffix: manifest_problems(each) for suffix, each in found.items() if manifest_problems(each)} == {}


def test_an_app_outside_the_mesh_does_not_use_its_gateway() -> None:
    (rule,) = rendered("sidecar", app(namespace="old", egress=MIXED[:1]), egress_gateway=True)["allow-networks"][
        "spec"
    ]["egress"][1:]
    assert rule["to"][0]["ipBlock"]["cidr"] == "0.0.0.0/0"


def test_where_any_destination_is_let_out_nothing_is_said_of_everywhere() -> None:
    assert set(rendered("sidecar", app(egress=EVERYWHERE), declared_egress=False)) == {"allow-networks"}


def test_linkerd_carries_tcp_alone() -> None:
    udp = [{"cidrs": ["203.0.113.0/24"], "protocol": "UDP"}]
    assert set(rendered("linkerd", app(egress=udp))) == {"allow-networks"}
