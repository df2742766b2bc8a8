"""What Argo Rollouts is told, whom it asks to split requests, and what it may ask AWS: pure."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Literal

from components.networking.gateway_api import gateway_api_needed
from components.networking.ingress.facts import installed
from components.operations.delivery_settings import ArgoRolloutsSettings
from components.spread import over_zones_and_nodes

if TYPE_CHECKING:
    from components.settings import StackSettings

NAMESPACE = "argo-rollouts"
SERVICE_ACCOUNT = "argo-rollouts"

TrafficRouter = Literal["istio", "alb", "gateway-api"]

GATEWAY_PLUGIN = "argoproj-labs/gatewayAPI"
"""The plugin's name, in the controller's configuration and in each Rollout's `trafficRouting.plugins`."""

_BINARY = "rollouts-plugin-trafficrouter-gatewayapi"
_PLUGINS = "/plugins"

_ROUTER_RIGHTS: dict[str, TrafficRouter | None] = {
    "istio": "istio",
    "awsLoadBalancerController": "alb",
    "gatewayAPI": "gateway-api",
    "smi": None,
    "ambassador": None,
    "awsAppMesh": None,
    "traefik": None,
    "apisix": None,
    "contour": None,
    "glooPlatform": None,
}
"""The chart's words for whom the controller may command, and what in a stack that is for."""


def traffic_routers(settings: "StackSettings") -> tuple[TrafficRouter, ...]:
    """Return by whom Argo Rollouts can split requests in a stack; none leaves it the number of pods.

    gateway-api is for HTTPRoutes of whatever reads them: the stack's Gateway, Linkerd, the waypoints of Istio ambient.
    F5's NGINX is none of them: Argo's own router for NGINX writes annotations of the community's ingress-nginx.
    """
    present: dict[TrafficRouter, bool] = {
        "istio": settings.mesh.kind == "istio",
        "alb": "alb" in installed(settings.ingress),
        "gateway-api": gateway_api_needed(settings),
    }
    return tuple(router for router, there in present.items() if there)


def load_balancer_statements() -> list[dict[str, Any]]:
    """Return IAM statements for verifying target groups, those of Argo's documentation of application load balancers.

    Elastic Load Balancing's Describe actions know no resources.
    """
    described = ("TargetGroups", "LoadBalancers", "Listeners", "Rules", "Tags", "TargetHealth")
    actions = [f"elasticloadbalancing:Describe{each}" for each in described]
    return [{"Effect": "Allow", "Action": actions, "Resource": "*"}]


def _gateway_plugin(image: str) -> dict[str, Any]:
    """Return the values that bring the plugin in as an image, copied by an init container.

    The other way is a download from GitHub by the controller itself, each time that it starts: without GitHub it would
    not, and no app could be rolled back.
    """
    volume = {"name": "gateway-plugin", "mountPath": _PLUGINS}
    copy = {
        "name": "gateway-plugin",
        "image": image,
        "command": ["cp", f"/bin/{_BINARY}", f"{_PLUGINS}/"],
        "volumeMounts": [volume],
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    return {
        "initContainers": [copy],
        "volumes": [{"name": "gateway-plugin", "emptyDir": {}}],
        "volumeMounts": [volume],
        "trafficRouterPlugins": [{"name": GATEWAY_PLUGIN, "location": f"file://{_PLUGINS}/{_BINARY}"}],
    }


def chart_values(
    settings: ArgoRolloutsSettings, *, routers: Collection[TrafficRouter], region: str | None, monitoring: bool
) -> dict[str, Any]:
    """Return the chart's values; rights are those on `routers` only.

    `region` is where the load balancers are, for `verify_target_groups`. `monitoring` has the Prometheus operator
    scrape the controller, which needs its CRDs.
    """
    controller: dict[str, Any] = {
        "replicas": settings.replicas,
        "pdb": {"enabled": settings.replicas > 1, "maxUnavailable": 1},
        "priorityClassName": "system-cluster-critical",
        # The chart adds the selector of its own pods.
        "topologySpreadConstraints": over_zones_and_nodes(),
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "1Gi"}},
        "logging": {"format": "json"},
    }
    if settings.verify_target_groups:
        controller["awsVerifyTargetGroup"] = True
        controller["extraEnv"] = [{"name": "AWS_REGION", "value": region}] if region else []
    if "gateway-api" in routers:
        controller |= _gateway_plugin(settings.gateway_plugin_image)
    if monitoring:
        controller["metrics"] = {"enabled": True, "serviceMonitor": {"enabled": True}}
    return {
        # The CRDs stay when the release goes: with them, every Rollout and its pods would go.
        "installCRDs": True,
        "keepCRDs": True,
        "controller": controller,
        "serviceAccount": {"name": SERVICE_ACCOUNT},
        "providerRBAC": {"providers": {word: router in routers for word, router in _ROUTER_RIGHTS.items()}},
        "dashboard": {"enabled": False},
    }
