"""The values of Istio's gateways, of one chart: where requests come in, and where they leave."""

from typing import Any

from components.networking.mesh.istio_settings import EgressGatewaySettings, GatewaySettings
from components.networking.mesh.istio_values import CRITICAL, RUNTIME_DEFAULT
from components.networking.mesh.membership import EGRESS_GATEWAY_LABELS, EGRESS_GATEWAY_PORTS, GATEWAY_LABELS
from components.networking.mesh.revisions import ControlPlane
from components.spread import over_zones_and_nodes

_NAMES = {80: "http2", 443: "https"}


def load_balancer_annotations(settings: GatewaySettings) -> dict[str, str]:
    """Return the annotations of a network load balancer, as AWS's cloud provider reads them."""
    if settings.service_type != "LoadBalancer":
        return dict(settings.annotations)
    prefix = "service.beta.kubernetes.io/aws-load-balancer"
    annotations = {f"{prefix}-type": "nlb"}
    if settings.internal:
        annotations[f"{prefix}-internal"] = "true"
    if settings.external_traffic_policy == "Local":
        # A zone without a gateway pod would otherwise refuse the clients that reach its address.
        annotations[f"{prefix}-cross-zone-load-balancing-enabled"] = "true"
    return {**annotations, **settings.annotations}


def gateway_values(settings: GatewaySettings, stable: ControlPlane) -> dict[str, Any]:
    """Return the values of the ingress gateway."""
    service: dict[str, Any] = {
        "type": settings.service_type,
        "annotations": load_balancer_annotations(settings),
        # Not the chart's own list, which opens the proxy's health port 15021 to the internet, too.
        "ports": _ports((80, 443)),
    }
    if settings.service_type != "ClusterIP":
        service["externalTrafficPolicy"] = settings.external_traffic_policy
    return {"service": service, **_pods(settings, GATEWAY_LABELS, stable)}


def egress_gateway_values(settings: EgressGatewaySettings, stable: ControlPlane) -> dict[str, Any]:
    """Return the values of the egress gateway, which nobody outside the cluster reaches."""
    service = {"type": "ClusterIP", "ports": _ports(EGRESS_GATEWAY_PORTS)}
    return {"service": service, **_pods(settings, EGRESS_GATEWAY_LABELS, stable)}


def _ports(numbers: tuple[int, ...]) -> list[dict[str, Any]]:
    return [{"name": _NAMES[port], "port": port, "targetPort": port, "protocol": "TCP"} for port in numbers]


def _pods(
    settings: GatewaySettings | EgressGatewaySettings, labels: dict[str, str], stable: ControlPlane
) -> dict[str, Any]:
    return {
        # The revision and not its tag: a tag that moves changes the pods' template, and they are replaced at once.
        **({"revision": stable.value} if stable.value else {}),
        "autoscaling": {"minReplicas": settings.min_replicas, "maxReplicas": settings.max_replicas},
        "podDisruptionBudget": {"maxUnavailable": 1},
        "securityContext": {
            "seccompProfile": RUNTIME_DEFAULT,
            # What the chart sets itself when it is given nothing: ports 80 and 443 without a capability.
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "topologySpreadConstraints": over_zones_and_nodes(labels),
        "priorityClassName": CRITICAL,
    }
