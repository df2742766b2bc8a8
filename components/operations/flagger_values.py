"""What Flagger is told, and by whom it splits requests: pure."""

from typing import TYPE_CHECKING, Any, Literal

from components.networking.gateway_api import gateway_api_needed
from components.networking.ingress.settings import Controller
from components.operations.delivery_settings import FlaggerSettings
from components.operations.monitoring_names import PROMETHEUS_URL

if TYPE_CHECKING:
    from components.settings import StackSettings

NAMESPACE = "flagger-system"

MeshProvider = Literal["istio", "gatewayapi:v1", "kubernetes"]

WITHOUT_ROUTER: dict[Controller, str] = {
    "alb": "it has no router for the AWS Load Balancer Controller",
    "nginx": "its router for NGINX writes annotations of the community's ingress-nginx, which F5's controller does not"
    " read",
    "external": "nothing in the stack splits requests by weight",
}
"""Why Flagger splits no requests where a controller brings them in, and no mesh is there to do it."""


def mesh_provider(settings: "StackSettings") -> MeshProvider:
    """Return by whom Flagger splits requests where a Canary names no `provider` itself.

    istio writes VirtualServices, which sidecars read. gatewayapi:v1 writes HTTPRoutes, for the stack's Gateway, and for
    what reads them of a Service: Linkerd, the waypoints of Istio ambient. kubernetes splits nothing: it switches all
    requests at the end (blue-green).
    """
    mesh = settings.mesh
    if mesh.kind == "istio" and mesh.istio.data_plane == "sidecar":
        return "istio"
    return "gatewayapi:v1" if gateway_api_needed(settings) else "kubernetes"


def chart_values(settings: FlaggerSettings, *, provider: MeshProvider, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values: a container that the level restricted admits, which the chart's own is not.

    Its CRDs are in the chart's folder `crds`, so they stay when the release goes. `monitoring` has the Prometheus
    operator scrape it, which needs that operator's CRDs.
    """
    several = settings.replicas > 1
    values: dict[str, Any] = {
        "meshProvider": provider,
        "metricsServer": settings.metrics_server or PROMETHEUS_URL,
        # Without an election the chart would stop the old pod before it starts the new one.
        "leaderElection": {"enabled": several, "replicaCount": settings.replicas},
        "podDisruptionBudget": {"enabled": several, "minAvailable": 1},
        "podPriorityClassName": "system-cluster-critical",
        # The chart's own value is `enabled`: Linkerd would take a controller of the platform into the mesh.
        "podAnnotations": {"linkerd.io/inject": "disabled"},
        "securityContext": {
            "enabled": True,
            "context": {
                "runAsNonRoot": True,
                "runAsUser": 10001,
                "allowPrivilegeEscalation": False,
                "capabilities": {"drop": ["ALL"]},
                "readOnlyRootFilesystem": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        },
    }
    if monitoring:
        values["podMonitor"] = {"enabled": True}
    return values
