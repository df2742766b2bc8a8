"""`AppStack`: an application, from its declaration to the objects in the cluster."""

from collections.abc import Callable, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.apps.v1.Deployment import Deployment
from pulumi_kubernetes.apps.v1.StatefulSet import StatefulSet
from pulumi_kubernetes.autoscaling.v2.HorizontalPodAutoscaler import HorizontalPodAutoscaler
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.core.v1.Service import Service
from pulumi_kubernetes.core.v1.ServiceAccount import ServiceAccount
from pulumi_kubernetes.networking.v1.Ingress import Ingress
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy
from pulumi_kubernetes.policy.v1.PodDisruptionBudget import PodDisruptionBudget
from pydantic.alias_generators import to_snake

from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.naming import service_host
from components.apps.ports import serving
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.component import InCluster, Target

TYPED: dict[str, Callable[..., pulumi.CustomResource]] = {
    "ConfigMap": ConfigMap,
    "Deployment": Deployment,
    "HorizontalPodAutoscaler": HorizontalPodAutoscaler,
    "Ingress": Ingress,
    "NetworkPolicy": NetworkPolicy,
    "PodDisruptionBudget": PodDisruptionBudget,
    "Secret": Secret,
    "Service": Service,
    "ServiceAccount": ServiceAccount,
    "StatefulSet": StatefulSet,
}
"""The kinds that the SDK has a class for; any other is a CustomResource."""

MAKES_SOMETHING_OUTSIDE = frozenset({"Certificate", "Gateway", "Ingress", "TargetGroupConfiguration", "VirtualServer"})
"""Kinds whose controller must still run when they are deleted.

As it must for a Service of type LoadBalancer, and a HTTPRoute to a Gateway: one inside the mesh has a Service instead.
"""

_PODS_NEED = ("sa", "config", "secrets")
_ROUTES_NEED = (
    "dr",
    "dr-stable",
    "dr-canary",
    "canary",
)  # or the first requests would find no pods behind their subset
_BACKENDS = ("service", "service-stable", "service-canary", "canary")

NEEDS: dict[str, tuple[str, ...]] = {
    "deployment": _PODS_NEED,
    "statefulset": _PODS_NEED,
    "canary": _PODS_NEED,
    "vs": _ROUTES_NEED,
    "mesh": _ROUTES_NEED,
}
"""What an object waits for among the app's own, by suffix."""

KINDS_NEED: dict[str, tuple[str, ...]] = {
    "HTTPRoute": _BACKENDS,
    "Ingress": _BACKENDS,
    "TargetGroupConfiguration": _BACKENDS,
    "VirtualServer": _BACKENDS,
}
"""The same by kind: what leads to Services waits for them, or its controller would answer with errors first."""


def makes_something_outside(manifest: Manifest) -> bool:
    """Tell whether a controller keeps something for an object, such as a load balancer, that must go before it does."""
    spec = manifest.get("spec", {})
    if manifest["kind"] == "HTTPRoute":
        return any(parent.get("kind", "Gateway") == "Gateway" for parent in spec["parentRefs"])
    return manifest["kind"] in MAKES_SOMETHING_OUTSIDE or spec.get("type") == "LoadBalancer"


def _resource(kind: str, name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    if kind not in TYPED:
        return CustomResource(
            name,
            api_version=manifest["apiVersion"],
            kind=kind,
            metadata=manifest["metadata"],
            spec=manifest["spec"],
            opts=opts,
        )
    inputs: dict[str, Any] = {
        to_snake(key): value for key, value in manifest.items() if key not in {"apiVersion", "kind"}
    }
    if kind == "Secret":
        inputs["data"] = {key: pulumi.Output.secret(value) for key, value in inputs["data"].items()}
    return TYPED[kind](name, opts=opts, **inputs)


class AppStack(InCluster):
    """An application: its workload, and what configures, reaches, scales and protects it.

    Its objects are named `NAME-SUFFIX` in Pulumi, with the suffixes of `manifests.render`.

    `resources` has every object by suffix, `workload` the Deployment or StatefulSet. `host` is the Service's DNS name,
    None for an app that nobody calls; `urls` is where it is reached from outside.
    """

    resources: dict[str, pulumi.CustomResource]
    workload: pulumi.CustomResource
    host: str | None
    urls: tuple[str, ...]

    def __init__(
        self,
        name: str,
        app: AppSettings,
        *,
        target: Target,
        context: AppContext,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Every object waits for `after` (the namespace, admission webhooks), pods also for the cluster's nodes."""
        super().__init__("slipway:apps:AppStack", name, target, opts)
        self.resources = {}
        for suffix, manifest in render(app, context).items():
            options = self._options(app, context, suffix, manifest, after)
            self.resources[suffix] = _resource(manifest["kind"], f"{name}-{suffix}", manifest, options)
        self.workload = self.resources[app.kind.lower()]
        self.host = service_host(app) if serving(app.ports) else None
        self.urls = tuple(
            f"{'https' if exposure.tls else 'http'}://{exposure.host}{path}"
            for exposure in (app.ingress, app.route)
            if exposure is not None
            for path in exposure.paths
        )
        self.register_outputs({"host": self.host, "urls": list(self.urls)})

    def _options(
        self, app: AppSettings, context: AppContext, suffix: str, manifest: Manifest, after: Sequence[pulumi.Resource]
    ) -> pulumi.ResourceOptions:
        kind = manifest["kind"]
        needed = (*NEEDS.get(suffix, ()), *KINDS_NEED.get(kind, ()))
        own = [self.resources[each] for each in needed if each in self.resources]
        nodes = self.target.ready if kind in {"Deployment", "StatefulSet"} else ()
        options = self.inside(
            after=[*after, *nodes, *own],
            outlived=not makes_something_outside(manifest),
            protect=True if context.protect and kind == "StatefulSet" and app.volumes else None,
        )
        if app.scaling is not None and suffix == app.kind.lower():
            # The autoscaler owns the field once it has changed it; sending our number again would be a conflict.
            options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(ignore_changes=["spec.replicas"]))
        return options
