"""F5's NGINX Ingress Controller."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_kubernetes.helm.v3.Release import Release

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.ingress.load_balancer import network_load_balancer
from components.networking.ingress.membership import Membership, membership
from components.networking.ingress.names import NGINX_LABELS, NGINX_NAMESPACE, NGINX_RELEASE
from components.networking.ingress.permissive import let_outside_in
from components.networking.ingress.pods import CPU_UTILIZATION, CRITICAL
from components.networking.ingress.selection import ingress_class
from components.spread import over_zones_and_nodes
from components.tenancy.system import system_namespace

if TYPE_CHECKING:
    from components.settings import StackSettings

PORTS = (80, 443)
"""The ports of the pods that clients from outside call."""

MEMORY_UTILIZATION = 80

GRACE_SECONDS = 60
"""How long NGINX has for the requests that are open when it is told to end; the chart's own default is 30."""


def _service(settings: "StackSettings") -> dict[str, Any]:
    nginx = settings.ingress.nginx
    # Cluster: with Local, requests are lost while the last pod leaves a node.
    service: dict[str, Any] = {"type": nginx.service_type, "externalTrafficPolicy": "Cluster"}
    if nginx.service_type == "LoadBalancer":
        balancer = network_load_balancer(settings, nginx.scheme)
        service["annotations"] = balancer.annotations
        if balancer.load_balancer_class:
            service["loadBalancerClass"] = balancer.load_balancer_class
    return service


def _leaving(settings: "StackSettings") -> dict[str, Any]:
    """Return how a pod ends: where it is a target itself, it answers on until no new connections come."""
    nginx = settings.ingress.nginx
    balanced = nginx.service_type == "LoadBalancer"
    drain = network_load_balancer(settings, nginx.scheme).deregistration_delay if balanced else None
    sleep = {"lifecycle": {"preStop": {"sleep": {"seconds": drain}}}} if drain else {}
    return {**sleep, "terminationGracePeriodSeconds": GRACE_SECONDS + (drain or 0)}


def chart_values(settings: "StackSettings", member: Membership) -> dict[str, Any]:
    """Return the chart's values; `member` is what puts the pods into the mesh."""
    nginx = settings.ingress.nginx
    return {
        "controller": {
            "ingressClass": {
                "name": ingress_class(settings.ingress, "nginx"),
                "create": True,
                "setAsDefaultIngress": False,
            },
            "autoscaling": {
                "enabled": True,
                "minReplicas": nginx.min_replicas,
                "maxReplicas": nginx.max_replicas,
                "targetCPUUtilizationPercentage": CPU_UTILIZATION,
                "targetMemoryUtilizationPercentage": MEMORY_UTILIZATION,
            },
            "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
            "topologySpreadConstraints": over_zones_and_nodes(NGINX_LABELS),
            "priorityClassName": CRITICAL,
            "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
            "readOnlyRootFilesystem": True,
            **_leaving(settings),
            # A snippet is NGINX's own configuration in an app's annotation: whoever writes one reads every Secret.
            "enableSnippets": False,
            "enableCustomResources": True,
            # Has the answer to a challenge join the VirtualServer of its host; it watches cert-manager's kinds then.
            "enableCertManager": settings.certificates is not None,
            # Writes the load balancer's address into the status of Ingress objects.
            "reportIngressStatus": {"enable": True, "enableLeaderElection": True},
            "telemetryReporting": {"enable": False},
            "config": {
                "entries": {
                    "ssl-redirect": "True",
                    "server-tokens": "False",
                    "ssl-protocols": "TLSv1.2 TLSv1.3",
                    # Without it gRPC is not served: the controller ignores nginx.org/grpc-services and logs an error.
                    "http2": "True",
                }
            },
            "service": _service(settings),
            "pod": {"annotations": member.annotations, "extraLabels": member.labels},
        }
    }


class NginxController(InCluster):
    """NGINX with its IngressClass, alone in its namespace. `ready` is what an Ingress or a VirtualServer waits for.

    Its load balancer is gone before the namespace is, and the namespace before the `balancers`, which delete it.
    """

    ready: tuple[pulumi.Resource, ...]
    release: Release

    def __init__(
        self,
        name: str,
        settings: "StackSettings",
        *,
        target: Target,
        charts: Charts,
        balancers: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait with the pods for `after`: nodes, mesh, and cert-manager where the stack has it."""
        super().__init__("slipway:networking:NginxController", name, target, opts)
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            NGINX_NAMESPACE,
            "restricted",
            labels=network_load_balancer(settings, settings.ingress.nginx.scheme).namespace_labels,
            after=balancers,
            outlived=False,
        )
        permissive = let_outside_in(
            self, f"{name}-outside", settings, NGINX_NAMESPACE, NGINX_LABELS, [namespace, *after]
        )
        self.release = charts.release(
            f"{name}-controller",
            "nginx-ingress",
            release_name=NGINX_RELEASE,
            namespace=NGINX_NAMESPACE,
            values=chart_values(settings, membership(settings, PORTS)),
            opts=self.inside(after=[namespace, *permissive, *after], outlived=False),
        )
        self.ready = (self.release,)
        self.register_outputs({})
