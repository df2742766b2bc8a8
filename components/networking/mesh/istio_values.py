"""The values of Istio's charts."""

from typing import Any

from components.networking.mesh.membership import GATEWAY_LABELS, GATEWAY_NAME, GATEWAY_NAMESPACE
from components.networking.mesh.settings import GatewaySettings, IstioSettings, SidecarSettings

RUNTIME_DEFAULT = {"type": "RuntimeDefault"}
"""The seccomp profile: all that the charts' pods lack to be admitted at the level restricted."""

CRITICAL = "system-cluster-critical"


def _over_zones(labels: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "maxSkew": 1,
            "topologyKey": "topology.kubernetes.io/zone",
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
        }
    ]


def cni_values() -> dict[str, Any]:
    """Return the values of the node agent that redirects traffic, so that pods need no privileged init container."""
    return {"resources": {"requests": {"cpu": "50m", "memory": "100Mi"}}}


def mesh_config(settings: IstioSettings, *, ingress_class: str | None) -> dict[str, Any]:
    """Return the MeshConfig. Of Ingress objects only those of `ingress_class` are served; None: none at all."""
    config: dict[str, Any] = {"ingressControllerMode": "STRICT" if ingress_class else "OFF"}
    if ingress_class:
        config |= {
            "ingressClass": ingress_class,
            "ingressService": GATEWAY_NAME,
            "ingressSelector": GATEWAY_LABELS["istio"],
        }
    if settings.access_log:
        config |= {"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"}
    return config


def istiod_values(settings: IstioSettings, sidecar: SidecarSettings, *, ingress_class: str | None) -> dict[str, Any]:
    """Return the values of the control plane."""
    return {
        "cni": {"enabled": True},
        # The chart has a disruption budget of minAvailable 1: a single pod could never be evicted.
        "autoscaleMin": 2,
        "autoscaleMax": 5,
        "resources": {"requests": {"cpu": "250m", "memory": "1Gi"}},
        "seccompProfile": RUNTIME_DEFAULT,
        "topologySpreadConstraints": _over_zones({"app": "istiod"}),
        "env": {
            # Sidecars start before the app's containers, stop after them, and let Jobs end.
            "ENABLE_NATIVE_SIDECARS": "true",
            # Where istiod looks for the gateway's Service, to write its address into the status of Ingress objects.
            **({"K8S_INGRESS_NS": GATEWAY_NAMESPACE} if ingress_class else {}),
        },
        "meshConfig": mesh_config(settings, ingress_class=ingress_class),
        "global": {
            "priorityClassName": CRITICAL,
            "proxy": {
                "seccompProfile": RUNTIME_DEFAULT,
                "resources": sidecar.model_dump(mode="json"),
            },
        },
    }


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


def gateway_values(settings: GatewaySettings) -> dict[str, Any]:
    """Return the values of the ingress gateway."""
    service: dict[str, Any] = {
        "type": settings.service_type,
        "annotations": load_balancer_annotations(settings),
        # Not the chart's own list, which opens the proxy's health port 15021 to the internet, too.
        "ports": [
            {"name": "http2", "port": 80, "targetPort": 80, "protocol": "TCP"},
            {"name": "https", "port": 443, "targetPort": 443, "protocol": "TCP"},
        ],
    }
    if settings.service_type != "ClusterIP":
        service["externalTrafficPolicy"] = settings.external_traffic_policy
    return {
        "service": service,
        "autoscaling": {"minReplicas": settings.min_replicas, "maxReplicas": settings.max_replicas},
        "podDisruptionBudget": {"maxUnavailable": 1},
        "securityContext": {
            "seccompProfile": RUNTIME_DEFAULT,
            # What the chart sets itself when it is given nothing: ports 80 and 443 without a capability.
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "topologySpreadConstraints": _over_zones(GATEWAY_LABELS),
        "priorityClassName": CRITICAL,
    }
