"""The values of Istio's charts but the gateways'."""

from typing import Any

from components.networking.mesh.istio_config import mesh_config
from components.networking.mesh.membership import GATEWAY_NAMESPACE, ISTIO_CNI_NAMESPACE, is_ambient
from components.networking.mesh.revisions import ControlPlane
from components.networking.mesh.settings import MeshSettings
from components.spread import over_zones_and_nodes

RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
"""The seccomp profile: all that the charts' pods lack to be admitted at the level restricted."""

CRITICAL = "system-cluster-critical"

_AMBIENT = {"profile": "ambient"}


def base_values(stable: ControlPlane) -> dict[str, Any]:
    """Return the values of the CRDs' chart: whose webhook judges objects that name no revision."""
    return {"defaultRevision": stable.revision}


def cni_values(mesh: MeshSettings) -> dict[str, Any]:
    """Return the values of the node agent that redirects traffic, so that pods need no privileged init container."""
    return {
        **(_AMBIENT if is_ambient(mesh) else {}),
        "resources": {"requests": {"cpu": "50m", "memory": "100Mi"}},
    }


def ztunnel_values(stable: ControlPlane) -> dict[str, Any]:
    """Return the values of ambient mode's node proxy. Its requests are the chart's: it carries all of a node's pods."""
    return {"revision": stable.value} if stable.value else {}


def istiod_values(mesh: MeshSettings, control_plane: ControlPlane, *, ingress_class: str | None) -> dict[str, Any]:
    """Return the values of one control plane."""
    ambient = is_ambient(mesh)
    return {
        **(_AMBIENT if ambient else {}),
        **({"revision": control_plane.value} if control_plane.value else {}),
        "cni": {"enabled": True},
        # The chart has a disruption budget of minAvailable 1: a single pod could never be evicted.
        "autoscaleMin": 2,
        "autoscaleMax": 5,
        "resources": {"requests": {"cpu": "250m", "memory": "1Gi"}},
        "seccompProfile": RUNTIME_DEFAULT,
        "topologySpreadConstraints": over_zones_and_nodes({"app": "istiod", "istio.io/rev": control_plane.revision}),
        # By default istiod gives pods' certificates to a ztunnel in its own namespace only.
        **({"trustedZtunnelNamespace": ISTIO_CNI_NAMESPACE} if ambient else {}),
        "env": {
            # Sidecars start before the app's containers, stop after them, and let Jobs end.
            "ENABLE_NATIVE_SIDECARS": "true",
            # Where istiod looks for the gateway's Service, to write its address into the status of Ingress objects.
            **({"K8S_INGRESS_NS": GATEWAY_NAMESPACE} if ingress_class else {}),
        },
        "meshConfig": mesh_config(mesh, ingress_class=ingress_class),
        # The pods that istiod makes of a Gateway, waypoints included, would be refused at the level restricted.
        "gateways": {"seccompProfile": RUNTIME_DEFAULT},
        "global": {
            "priorityClassName": CRITICAL,
            "proxy": {
                "seccompProfile": RUNTIME_DEFAULT,
                "resources": mesh.sidecar.model_dump(mode="json"),
            },
            **({"waypoint": _waypoint(mesh)} if ambient else {}),
        },
    }


def _waypoint(mesh: MeshSettings) -> dict[str, Any]:
    return {
        "resources": mesh.istio.waypoint.model_dump(mode="json", include={"requests", "limits"}),
        "topologySpreadConstraints": over_zones_and_nodes(
            {"gateway.networking.k8s.io/gateway-class-name": "istio-waypoint"}
        ),
    }
