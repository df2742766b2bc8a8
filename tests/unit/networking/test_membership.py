"""What the mesh asks of namespaces and network policies."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.networking.mesh.membership import (
    AMBIENT_LABELS,
    GATEWAY_LABELS,
    HBONE_PORT,
    LINKERD_INBOUND_PORT,
    LINKERD_OPAQUE_PORTS,
    LINKERD_PORTS,
    collector_namespace,
    control_plane_egress,
    egress_gateway_peer,
    gateway_peer,
    is_ambient,
    namespace_annotations,
    namespace_labels,
    policy_ports,
    principal,
    tracing_egress,
    waypoint_peer,
)
from components.networking.mesh.settings import MeshKind, MeshSettings
from tests.support.chart_values import chart
from tests.unit.networking.istio_stack import AMBIENT, TWO, mesh

COLLECTOR = {"host": "otel-collector.monitoring.svc.cluster.local", "port": 4318}


def test_each_gateway_is_one_peer() -> None:
    assert gateway_peer() == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-ingress"}},
        "podSelector": {"matchLabels": {"istio": "ingressgateway"}},
    }
    assert gateway_peer()["podSelector"]["matchLabels"] is not GATEWAY_LABELS
    assert egress_gateway_peer() == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "istio-egress"}},
        "podSelector": {"matchLabels": {"istio": "egressgateway"}},
    }


def test_a_waypoint_is_a_peer_in_the_servers_namespace() -> None:
    assert waypoint_peer("data") == {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "data"}},
        "podSelector": {"matchLabels": {"gateway.networking.k8s.io/gateway-name": "waypoint"}},
    }


def test_without_a_mesh_nothing_is_asked() -> None:
    none = MeshSettings.model_validate({"tracing": COLLECTOR})
    assert namespace_labels(none) == namespace_annotations(none) == {}
    assert control_plane_egress("none") == tracing_egress(none) == []


@pytest.mark.parametrize(
    ("settings", "chosen", "labels"),
    [
        ({}, None, {"istio-injection": "enabled"}),
        (TWO, None, {"istio.io/rev": "stable"}),
        (TWO, "canary", {"istio.io/rev": "canary"}),
        (TWO, "1-31-0", {"istio.io/rev": "1-31-0"}),
        (AMBIENT, None, {"istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": "waypoint"}),
        ({**AMBIENT, **TWO}, "canary", {"istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": "waypoint"}),
    ],
)
def test_a_namespace_says_whose_proxies_it_has(
    settings: dict[str, Any], chosen: str | None, labels: dict[str, str]
) -> None:
    assert namespace_labels(mesh(settings), chosen) == labels
    assert namespace_annotations(mesh(settings)) == {}


@pytest.mark.parametrize(
    ("authorization", "denied"), [("deny", {"config.linkerd.io/default-inbound-policy": "deny"}), ("allow", {})]
)
def test_linkerds_namespaces_deny_by_an_annotation(authorization: str, denied: dict[str, str]) -> None:
    settings = MeshSettings.model_validate({"kind": "linkerd", "authorization": authorization})
    assert namespace_labels(settings, "canary") == {}
    assert namespace_annotations(settings) == {"linkerd.io/inject": "enabled", **denied}


def test_only_istio_is_ambient() -> None:
    assert is_ambient(mesh(AMBIENT))
    assert not is_ambient(mesh())
    assert not is_ambient(mesh(AMBIENT).model_copy(update={"kind": "linkerd"}))


def test_an_identity_is_a_service_account() -> None:
    assert principal("web", "shop") == "cluster.local/ns/web/sa/shop"


@pytest.mark.parametrize(
    ("host", "namespace"),
    [
        ("otel-collector.monitoring.svc.cluster.local", "monitoring"),
        ("otel-collector.monitoring.svc", "monitoring"),
        ("otel-collector.monitoring", None),
        ("svc.example.com", None),
        ("otel.monitoring.svc.example.com", None),
    ],
)
def test_the_collectors_namespace_is_in_its_name(host: str, namespace: str | None) -> None:
    assert collector_namespace(host) == namespace


@pytest.mark.parametrize("kind", ["istio", "linkerd"])
def test_spans_may_leave(kind: MeshKind) -> None:
    (rule,) = tracing_egress(MeshSettings.model_validate({"kind": kind, "tracing": COLLECTOR}))
    assert rule == {
        "to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}],
        "ports": [{"protocol": "TCP", "port": 4318}],
    }
    assert tracing_egress(MeshSettings(kind=kind)) == []


@given(st.sampled_from(["none", "istio", "linkerd"]), st.sets(st.integers(1, 65535)), st.booleans())
def test_what_is_served_stays_open_and_only_a_meshs_own_port_is_added(
    kind: MeshKind, ports: set[int], ambient: bool
) -> None:
    opened = policy_ports(kind, ports, ambient=ambient)
    assert opened == sorted(set(opened))
    assert ports <= set(opened) <= ports | {HBONE_PORT, LINKERD_INBOUND_PORT}
    assert (HBONE_PORT in set(opened) - ports) == (
        kind == "istio" and ambient and bool(ports) and HBONE_PORT not in ports
    )


def test_the_waypoints_clients_are_known_by_their_namespaces_labels() -> None:
    assert AMBIENT_LABELS.items() <= namespace_labels(mesh(AMBIENT)).items()


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
