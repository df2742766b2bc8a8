"""The shared Gateway on Istio, which runs the proxies of a Gateway by itself, with sidecars as in ambient mode."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap

from components.component import InCluster, Target
from components.networking.ingress.gateway import shared_gateway
from components.networking.ingress.load_balancer import network_load_balancer
from components.networking.ingress.names import ISTIO_GATEWAY_LABELS, ISTIO_GATEWAY_NAMESPACE
from components.networking.ingress.pods import CPU_UTILIZATION, CRITICAL, RUNTIME_DEFAULT
from components.networking.mesh.istio_settings import STABLE_TAG
from components.spread import over_zones_and_nodes
from components.tenancy.system import system_namespace

if TYPE_CHECKING:
    from components.settings import StackSettings

PARAMETERS = "slipway-gateway"
"""The ConfigMap of what istiod lays over the objects that it makes for the Gateway."""

STATUS_PORT = 15021

GRACE_SECONDS = 30
"""Kubernetes' own default, after the sleep."""


def overlays(settings: "StackSettings") -> dict[str, dict[str, Any]]:
    """Return what is laid over each object that istiod makes, by its kind, as strategic merge patches.

    https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment
    """
    gateway = settings.ingress.gateway_api
    balancer = network_load_balancer(settings, gateway.scheme)
    cpu = {"type": "Utilization", "averageUtilization": CPU_UTILIZATION}
    pods: dict[str, Any] = {
        "priorityClassName": CRITICAL,
        # All that the level restricted misses.
        "securityContext": {"seccompProfile": RUNTIME_DEFAULT},
        "topologySpreadConstraints": over_zones_and_nodes(ISTIO_GATEWAY_LABELS),
    }
    if drain := balancer.deregistration_delay:
        # The load balancer knows the pods' own addresses: one that leaves answers on until no new connections come.
        pods["containers"] = [{"name": "istio-proxy", "lifecycle": {"preStop": {"sleep": {"seconds": drain}}}}]
        pods["terminationGracePeriodSeconds"] = GRACE_SECONDS + drain
    return {
        "deployment": {"spec": {"template": {"spec": pods}}},
        "horizontalPodAutoscaler": {
            "spec": {
                "minReplicas": gateway.min_replicas,
                "maxReplicas": gateway.max_replicas,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": cpu}}],
            }
        },
        "podDisruptionBudget": {"spec": {"maxUnavailable": 1}},
        "service": {
            "metadata": {"annotations": balancer.annotations},
            "spec": {
                "externalTrafficPolicy": "Cluster",
                **({"loadBalancerClass": balancer.load_balancer_class} if balancer.load_balancer_class else {}),
                # Health and metrics of the proxy are nothing for the internet.
                "ports": [{"port": STATUS_PORT, "$patch": "delete"}],
            },
        },
    }


class IstioGateway(InCluster):
    """The shared Gateway in a namespace of its own. `ready` is what an HTTPRoute waits for.

    Its load balancer goes with the Gateway's Service; the namespace is deleted one by one, which waits for that, and
    before the `balancers`, which delete the load balancer.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: "StackSettings",
        *,
        target: Target,
        gateway_api: Sequence[pulumi.Resource],
        balancers: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `gateway_api`, the definitions, and for `after`: nodes, and istiod, which makes the GatewayClass."""
        super().__init__("slipway:networking:IstioGateway", name, target, opts)
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            ISTIO_GATEWAY_NAMESPACE,
            "restricted",
            labels=network_load_balancer(settings, settings.ingress.gateway_api.scheme).namespace_labels,
            after=balancers,
            outlived=False,
        )
        parameters = ConfigMap(
            f"{name}-parameters",
            metadata={"name": PARAMETERS, "namespace": ISTIO_GATEWAY_NAMESPACE},
            data={key: json.dumps(patch, sort_keys=True) for key, patch in overlays(settings).items()},
            opts=self.inside(after=[namespace]),
        )
        self.ready = shared_gateway(
            self,
            name,
            settings,
            infrastructure={"parametersRef": {"group": "", "kind": "ConfigMap", "name": PARAMETERS}},
            # Which control plane runs it: the namespace has no such label, or its pods would get sidecars.
            labels={"istio.io/rev": STABLE_TAG},
            after=[namespace, parameters, *gateway_api, *after],
        )
        self.register_outputs({})
