"""What the mesh asks of namespaces and network policies."""

import pytest

from components.networking.mesh.membership import (
    GATEWAY_LABELS,
    LINKERD_INBOUND_PORT,
    LINKERD_OPAQUE_PORTS,
    LINKERD_PORTS,
    control_plane_egress,
    gateway_peer,
    namespace_annotations,
    namespace_labels,
    policy_ports,
)
from components.networking.mesh.settings import MeshKind
from tests.support.chart_values import chart


def test_the_gateway_is_one_peer() -> None:
    assert gateway_peer() == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-ingress"}},
        "podSelector": {"matchLabels": {"istio": "ingressgateway"}},
    }
    assert gateway_peer()["podSelector"]["matchLabels"] is not GATEWAY_LABELS


def test_without_a_mesh_nothing_is_asked() -> None:
    assert namespace_labels("none") == namespace_annotations("none") == {}
    assert control_plane_egress("none") == []


def test_linkerds_opaque_ports_are_the_charts() -> None:
    proxy = {key: value for key, value in chart("linkerd-control-plane")["values"].items() if key.startswith("proxy.")}
    assert {int(port) for port in proxy["proxy.opaquePorts"].split(",")} == LINKERD_OPAQUE_PORTS
    assert proxy["proxy.ports.inbound"] == LINKERD_INBOUND_PORT


@pytest.mark.parametrize(
    ("kind", "ports", "opened"),
    [
        ("none", [5432], [5432]),
        ("istio", [5432, 8080], [5432, 8080]),
        ("linkerd", [8080], [8080]),
        ("linkerd", [5432, 8080], [4143, 5432, 8080]),
        ("linkerd", [], []),
    ],
)
def test_a_policy_opens_what_is_on_the_wire(kind: MeshKind, ports: list[int], opened: list[int]) -> None:
    assert policy_ports(kind, ports) == opened


def test_linkerds_control_plane_is_three_services() -> None:
    (rule,) = control_plane_egress("linkerd")
    assert tuple(port["port"] for port in rule["ports"]) == LINKERD_PORTS
