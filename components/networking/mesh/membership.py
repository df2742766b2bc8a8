"""What it takes to be in the mesh: labels, annotations, and the ways to its control plane and from its gateway."""

from collections.abc import Iterable, Sequence
from typing import Any

from components.networking.mesh.settings import MeshKind

ISTIO_NAMESPACE = "istio-system"
ISTIO_CNI_NAMESPACE = "istio-cni"
GATEWAY_NAMESPACE = "istio-ingress"
GATEWAY_NAME = "istio-ingressgateway"
GATEWAY_LABELS = {"istio": "ingressgateway"}
"""The labels of the gateway's pods: what an Istio Gateway selects. The chart derives them from the release's name."""

LINKERD_NAMESPACE = "linkerd"
LINKERD_CNI_NAMESPACE = "linkerd-cni"

XDS_PORT = 15012
"""istiod: configuration and certificates over TLS. Its plain-text port 15010 stays closed."""

LINKERD_PORTS = (8080, 8086, 8090)
"""Linkerd's identity, destination and policy services."""

LINKERD_INBOUND_PORT = 4143
"""Where a proxy of Linkerd takes opaque traffic, whatever its own port is."""

LINKERD_OPAQUE_PORTS = frozenset({25, 587, 3306, 4444, 5432, 6379, 9300, 11211})
"""The ports of protocols that Linkerd does not look into: the chart's default."""


def namespace_labels(kind: MeshKind) -> dict[str, str]:
    """Return the labels of a namespace whose pods get a sidecar."""
    return {"istio-injection": "enabled"} if kind == "istio" else {}


def namespace_annotations(kind: MeshKind) -> dict[str, str]:
    """Return the annotations of a namespace whose pods get a sidecar."""
    return {"linkerd.io/inject": "enabled"} if kind == "linkerd" else {}


def pods_in(namespace: str, labels: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a network policy's peer: pods of another namespace, all of them without labels."""
    peer: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    if labels:
        peer["podSelector"] = {"matchLabels": dict(labels)}
    return peer


def gateway_peer() -> dict[str, Any]:
    """Return the network policy's peer that is Istio's ingress gateway."""
    return pods_in(GATEWAY_NAMESPACE, GATEWAY_LABELS)


def policy_ports(kind: MeshKind, ports: Iterable[int]) -> list[int]:
    """Return the ports that a network policy opens between meshed pods, so that `ports` of the server are reached.

    Linkerd carries opaque traffic, such as a database's, to its proxy's own port.
    """
    wanted = set(ports)
    if kind == "linkerd" and wanted & LINKERD_OPAQUE_PORTS:
        wanted.add(LINKERD_INBOUND_PORT)
    return sorted(wanted)


def control_plane_egress(kind: MeshKind) -> list[dict[str, Any]]:
    """Return the egress rules without which no sidecar becomes ready."""
    if kind == "istio":
        return [_egress(pods_in(ISTIO_NAMESPACE, {"app": "istiod"}), (XDS_PORT,))]
    if kind == "linkerd":
        return [_egress(pods_in(LINKERD_NAMESPACE), LINKERD_PORTS)]
    return []


def _egress(peer: dict[str, Any], ports: Sequence[int]) -> dict[str, Any]:
    return {"to": [peer], "ports": [{"protocol": "TCP", "port": port} for port in ports]}
