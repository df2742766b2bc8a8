"""What it takes to be in the mesh: labels, annotations, and the ways to its control plane and from its gateways.

For whoever writes an app's rules under Istio's ambient mode (`ambient`):

- A call between meshed pods goes over HBONE, port 15008, to the waypoint of the server's namespace, and from there to
  the server's pod, again over 15008. A call to a pod's own address (headless Services), and what comes from the ingress
  gateway, goes to the pod without the waypoint. So the client's egress policy opens 15008 to `waypoint_peer(namespace)`
  beside the server's pods. The waypoint's own policies, and each pod's for its waypoint, are the namespace's.
- With `authorization: deny` nothing is admitted in two places. ztunnel, at the server's pod: a policy with a `selector`
  (or none), by identity and port only; one that asks for HTTP would refuse all. The waypoint: a policy with
  `targetRefs` to the Service, HTTP included; it reads no other. Who may call needs an ALLOW in both, for the direct way
  and for that through the waypoint. The waypoint's own way to the pods is admitted by the namespace.
- ztunnel knows no REGISTRY_ONLY and no VirtualService. A ServiceEntry in a meshed namespace is served through its
  waypoint, whose egress policies admit its namespace only, unless it is labelled `OUTSIDE_WAYPOINT`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from components.networking.mesh.istio_settings import STABLE_TAG
from components.networking.mesh.settings import MeshKind, MeshSettings

ISTIO_NAMESPACE = "istio-system"
ISTIO_CNI_NAMESPACE = "istio-cni"
"""The node agents' namespace: istio-cni, and ztunnel in ambient mode. Only it is privileged."""

GATEWAY_NAMESPACE = "istio-ingress"
GATEWAY_NAME = "istio-ingressgateway"
GATEWAY_LABELS = {"istio": "ingressgateway"}
"""The labels of the gateway's pods: what an Istio Gateway selects. The chart derives them from the release's name."""

EGRESS_GATEWAY_NAMESPACE = "istio-egress"
EGRESS_GATEWAY_NAME = "istio-egressgateway"
"""The egress gateway's release, Service and ServiceAccount."""

EGRESS_GATEWAY_LABELS = {"istio": "egressgateway"}
EGRESS_GATEWAY_PORTS = (80, 443)
"""The ports of the egress gateway's Service, and of its pods."""

LINKERD_NAMESPACE = "linkerd"
LINKERD_CNI_NAMESPACE = "linkerd-cni"

XDS_PORT = 15012
"""istiod: configuration and certificates over TLS. Its plain-text port 15010 stays closed."""

HBONE_PORT = 15008
"""Where ztunnel, waypoints and gateways take what ambient mode tunnels, whatever the app's own port is."""

PROBE_CIDR = "169.254.7.127/32"
"""The address that istio-cni gives the kubelet's probes of ambient pods, to tell them from other plain text."""

WAYPOINT = "waypoint"
"""The name of each namespace's waypoint: its Gateway, Deployment, Service and ServiceAccount."""

WAYPOINT_LABELS = {"gateway.networking.k8s.io/gateway-name": WAYPOINT}
"""The labels of its pods."""

AMBIENT_LABELS = {"istio.io/dataplane-mode": "ambient"}
"""The labels of a namespace whose pods are in ambient mode."""

OUTSIDE_WAYPOINT = {"istio.io/use-waypoint": "none"}
"""The label of a Service or a ServiceEntry that is reached without its namespace's waypoint."""

UNMESHED_LABELS = {"sidecar.istio.io/inject": "false", "istio.io/dataplane-mode": "none"}
"""The labels of a pod that stays out of Istio in a meshed namespace, in either mode."""

LINKERD_PORTS = (8080, 8086, 8090)
"""Linkerd's identity, destination and policy services."""

LINKERD_INBOUND_PORT = 4143
"""Where a proxy of Linkerd takes opaque traffic, whatever its own port is."""

LINKERD_OPAQUE_PORTS = frozenset({25, 587, 3306, 4444, 5432, 6379, 9300, 11211})
"""The ports of protocols that Linkerd does not look into: the chart's default."""


def is_ambient(mesh: MeshSettings) -> bool:
    """Tell whether the mesh's proxies are on the nodes and not in the pods."""
    return mesh.kind == "istio" and mesh.istio.data_plane == "ambient"


def namespace_labels(mesh: MeshSettings, revision: str | None = None) -> dict[str, str]:
    """Return the labels of a meshed namespace. `revision` is the tag or revision that it chose; None: stable."""
    if mesh.kind != "istio":
        return {}
    if is_ambient(mesh):
        # No istio.io/rev, which has sidecars injected: the waypoint itself says whose it is.
        return {**AMBIENT_LABELS, "istio.io/use-waypoint": WAYPOINT}
    if mesh.istio.revisions:
        return {"istio.io/rev": revision or STABLE_TAG}
    return {"istio-injection": "enabled"}


def namespace_annotations(mesh: MeshSettings) -> dict[str, str]:
    """Return the annotations of a meshed namespace."""
    if mesh.kind != "linkerd":
        return {}
    denied = {"config.linkerd.io/default-inbound-policy": "deny"} if mesh.authorization == "deny" else {}
    return {"linkerd.io/inject": "enabled", **denied}


def pods_in(namespace: str, labels: dict[str, str] | None = None) -> dict[str, Any]:
    """Return a network policy's peer: pods of another namespace, all of them without labels."""
    peer: dict[str, Any] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    if labels:
        peer["podSelector"] = {"matchLabels": dict(labels)}
    return peer


def gateway_peer() -> dict[str, Any]:
    """Return the network policy's peer that is Istio's ingress gateway."""
    return pods_in(GATEWAY_NAMESPACE, GATEWAY_LABELS)


def egress_gateway_peer() -> dict[str, Any]:
    """Return the network policy's peer that is Istio's egress gateway."""
    return pods_in(EGRESS_GATEWAY_NAMESPACE, EGRESS_GATEWAY_LABELS)


def waypoint_peer(namespace: str) -> dict[str, Any]:
    """Return the network policy's peer that is a namespace's waypoint, reached at HBONE_PORT."""
    return pods_in(namespace, WAYPOINT_LABELS)


def principal(namespace: str, service_account: str) -> str:
    """Return the identity of a ServiceAccount's pods, as Istio's AuthorizationPolicy names it."""
    return f"cluster.local/ns/{namespace}/sa/{service_account}"


def policy_ports(kind: MeshKind, ports: Iterable[int], *, ambient: bool = False) -> list[int]:
    """Return the ports that a network policy opens between meshed pods, so that `ports` of the server are reached.

    Linkerd carries opaque traffic, such as a database's, to its proxy's own port; Istio's ambient mode all traffic to
    ztunnel's. The server's own ports stay open: who is outside the mesh uses them, and STRICT refuses it.
    """
    wanted = set(ports)
    if kind == "linkerd" and wanted & LINKERD_OPAQUE_PORTS:
        wanted.add(LINKERD_INBOUND_PORT)
    if kind == "istio" and ambient and wanted:
        wanted.add(HBONE_PORT)
    return sorted(wanted)


def control_plane_egress(kind: MeshKind) -> list[dict[str, Any]]:
    """Return the egress rules without which no sidecar, and no waypoint, becomes ready."""
    if kind == "istio":
        return [egress(pods_in(ISTIO_NAMESPACE, {"app": "istiod"}), (XDS_PORT,))]
    if kind == "linkerd":
        return [egress(pods_in(LINKERD_NAMESPACE), LINKERD_PORTS)]
    return []


def collector_namespace(host: str) -> str | None:
    """Return the namespace of a Service's full DNS name (NAME.NAMESPACE.svc.cluster.local); None of any other name."""
    match host.split("."):
        case [_, namespace, "svc"] | [_, namespace, "svc", "cluster", "local"]:
            return namespace
    return None


def tracing_egress(mesh: MeshSettings) -> list[dict[str, Any]]:
    """Return the egress rules by which a proxy's spans reach the collector; none without tracing."""
    namespace = collector_namespace(mesh.tracing.host) if mesh.tracing else None
    if mesh.kind == "none" or mesh.tracing is None or namespace is None:
        return []
    return [egress(pods_in(namespace), (mesh.tracing.port,))]


def egress(peer: dict[str, Any], ports: Sequence[int]) -> dict[str, Any]:
    """Return a rule of a network policy: to `peer`, at these TCP ports."""
    return {"to": [peer], "ports": [{"protocol": "TCP", "port": port} for port in ports]}
