"""What Envoy Gateway is told: the chart's values, and how its proxies run."""

from typing import TYPE_CHECKING, Any

from components.foundation.addons import merged
from components.networking.cni import overlay
from components.networking.host_network import host_network_values
from components.networking.ingress.load_balancer import network_load_balancer
from components.networking.ingress.membership import membership
from components.networking.ingress.names import ENVOY_ACCOUNT, ENVOY_LABELS
from components.networking.ingress.pods import CPU_UTILIZATION, CRITICAL
from components.spread import over_zones_and_nodes

if TYPE_CHECKING:
    from components.settings import StackSettings

PORTS = (10080, 10443)
"""The ports of the proxies that clients from outside call: 80 and 443, moved to where no capability is needed."""

REPLICAS = 2

DRAIN_SECONDS = 60
"""How long a proxy waits for open connections at its end: Envoy Gateway's default of `shutdown.drainTimeout`."""


def chart_values(settings: "StackSettings") -> dict[str, Any]:
    """Return the chart's values: the controller alone, whose definitions are installed apart."""
    values: dict[str, Any] = {
        "crds": {"enabled": False},
        "podDisruptionBudget": {"minAvailable": REPLICAS - 1},
        "deployment": {
            "replicas": REPLICAS,
            "priorityClassName": CRITICAL,
            "pod": {"topologySpreadConstraints": over_zones_and_nodes({"control-plane": "envoy-gateway"})},
        },
    }
    return merged(values, host_network_values("gateway-helm", overlay=overlay(settings)))


def proxy_spec(settings: "StackSettings") -> dict[str, Any]:
    """Return the spec of the EnvoyProxy: its pods, how many of them there are, and their load balancer."""
    gateway = settings.ingress.gateway_api
    balancer = network_load_balancer(settings, gateway.scheme)
    member = membership(settings, PORTS)
    pod: dict[str, Any] = {
        "priorityClassName": CRITICAL,
        "topologySpreadConstraints": over_zones_and_nodes(ENVOY_LABELS),
        **({"labels": member.labels} if member.labels else {}),
        **({"annotations": member.annotations} if member.annotations else {}),
    }
    cpu = {"type": "Utilization", "averageUtilization": CPU_UTILIZATION}
    kubernetes = {
        "envoyDeployment": {
            "pod": pod,
            "container": {"resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}},
        },
        "envoyHpa": {
            "minReplicas": gateway.min_replicas,
            "maxReplicas": gateway.max_replicas,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": cpu}}],
        },
        "envoyPDB": {"maxUnavailable": 1},
        "envoyService": {
            "type": "LoadBalancer",
            # Its own default, Local, loses requests while the last pod leaves a node.
            "externalTrafficPolicy": "Cluster",
            "annotations": balancer.annotations,
            **({"loadBalancerClass": balancer.load_balancer_class} if balancer.load_balancer_class else {}),
        },
        "envoyServiceAccount": {"name": ENVOY_ACCOUNT},
    }
    drain = balancer.deregistration_delay
    # Envoy Gateway's own preStop hook: the proxy answers on for the first time, and waits for open connections until
    # the second (defaults: 10 s and 60 s); the pod is killed 300 s after that.
    shutdown = {"minDrainDuration": f"{drain}s", "drainTimeout": f"{drain + DRAIN_SECONDS}s"} if drain else {}
    return {
        "provider": {"type": "Kubernetes", "kubernetes": kubernetes},
        **({"shutdown": shutdown} if shutdown else {}),
    }
