"""`AppStack`: an application, from its declaration to the objects in the cluster."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.apps.v1.DaemonSet import DaemonSet
from pulumi_kubernetes.apps.v1.Deployment import Deployment
from pulumi_kubernetes.apps.v1.StatefulSet import StatefulSet
from pulumi_kubernetes.autoscaling.v2.HorizontalPodAutoscaler import HorizontalPodAutoscaler
from pulumi_kubernetes.batch.v1.CronJob import CronJob
from pulumi_kubernetes.batch.v1.Job import Job
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap
from pulumi_kubernetes.core.v1.PersistentVolumeClaim import PersistentVolumeClaim
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.core.v1.Service import Service
from pulumi_kubernetes.core.v1.ServiceAccount import ServiceAccount
from pulumi_kubernetes.networking.v1.Ingress import Ingress
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy
from pulumi_kubernetes.policy.v1.PodDisruptionBudget import PodDisruptionBudget
from pulumi_kubernetes.rbac.v1.Role import Role
from pulumi_kubernetes.rbac.v1.RoleBinding import RoleBinding
from pydantic.alias_generators import to_snake

from components.apps.aws_identity import AwsCluster, grant
from components.apps.backends import exposures
from components.apps.certificates import TEMPORARY
from components.apps.context import AppContext
from components.apps.foreign_secrets import looked_up
from components.apps.manifests import render
from components.apps.naming import service_host
from components.apps.needs import makes_something_outside, needs
from components.apps.ports import serving
from components.apps.random_values import random_value
from components.apps.secret_sources import GENERATED
from components.apps.settings import AppSettings
from components.apps.strategies import workload_suffixes, written_by_controllers
from components.apps.volumes import persistent
from components.apps.words import Manifest
from components.component import InCluster, Target, aliases
from components.dependencies.managed import managed
from components.dependencies.objects import CLAIM
from components.dependencies.on_aws import CHECKSUM, ManagedDependencies, pod_template_of

TYPED: dict[str, Callable[..., pulumi.CustomResource]] = {
    "ConfigMap": ConfigMap,
    "CronJob": CronJob,
    "DaemonSet": DaemonSet,
    "Deployment": Deployment,
    "HorizontalPodAutoscaler": HorizontalPodAutoscaler,
    "Ingress": Ingress,
    "Job": Job,
    "NetworkPolicy": NetworkPolicy,
    "PersistentVolumeClaim": PersistentVolumeClaim,
    "PodDisruptionBudget": PodDisruptionBudget,
    "Role": Role,
    "RoleBinding": RoleBinding,
    "Secret": Secret,
    "Service": Service,
    "ServiceAccount": ServiceAccount,
    "StatefulSet": StatefulSet,
}
"""The kinds that the SDK has a class for; any other is a CustomResource."""

MANAGED_NEED = ("external-secrets.io",)
"""What fetches the passwords of databases that AWS runs."""

_PODS_NEED = ("sa", "config", "files", "presets", "secrets")
_ROUTES_NEED = (
    "dr",
    "dr-stable",
    "dr-canary",
    "canary",
)  # or the first requests would find no pods behind their subset
_BACKENDS = ("service", "service-stable", "service-canary", "canary")

NEEDS: dict[str, tuple[str, ...]] = {
    "external-secret-password": ("password-generator",),
    "cronjob": _PODS_NEED,
    "daemonset": _PODS_NEED,
    "deployment": _PODS_NEED,
    "job": _PODS_NEED,
    "scaledjob": _PODS_NEED,
    "rollout": (*_PODS_NEED, *_BACKENDS, "preview", "analysis"),
    "blue": _PODS_NEED,
    "green": _PODS_NEED,
    "flagger": ("deployment", "hpa", "success-rate", "latency-p99", "gateway"),
    # the switch of blue-green waits until the pods that it switches to are ready
    "service": ("blue", "green"),
    "statefulset": _PODS_NEED,
    "canary": _PODS_NEED,
}
"""What an object waits for among the app's own, by suffix."""

KINDS_NEED: dict[str, tuple[str, ...]] = {
    "HTTPRoute": _BACKENDS,
    "Ingress": _BACKENDS,
    "TargetGroupConfiguration": _BACKENDS,
    "VirtualServer": _BACKENDS,
    "VirtualService": _ROUTES_NEED,
}
"""The same by kind: what leads to Services waits for them, or its controller would answer with errors first."""


HAS_PODS = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "Rollout", "ScaledJob", "StatefulSet"})
HAS_PODS_NEEDS = (
    "aws",
    "role-binding",
    "kubernetes-api",
    "pod-identity",
    "external-secret-",
    "sealed-secret-",
    GENERATED,
)
"""What all pods wait for besides, by the beginning of the suffix: their rights, and their secrets from elsewhere."""


def _resource(kind: str, name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> pulumi.CustomResource:
    if kind not in TYPED and not manifest.keys() <= {"apiVersion", "kind", "metadata", "spec"}:
        # such as a Role's rules: the SDK's CustomResource takes none but spec, the engine takes any
        group = manifest["apiVersion"] if "/" in manifest["apiVersion"] else f"core/{manifest['apiVersion']}"
        return pulumi.CustomResource(f"kubernetes:{group}:{kind}", name, props=manifest, opts=opts)
    if kind not in TYPED:
        return CustomResource(
            name,
            api_version=manifest["apiVersion"],
            kind=kind,
            metadata=manifest["metadata"],
            spec=manifest.get("spec"),
            opts=opts,
        )
    inputs: dict[str, Any] = {
        to_snake(key): value for key, value in manifest.items() if key not in {"apiVersion", "kind"}
    }
    if kind == "Secret":
        inputs["data"] = {key: pulumi.Output.secret(value) for key, value in inputs["data"].items()}
    return TYPED[kind](name, opts=opts, **inputs)


def _ignored(app: AppSettings, suffix: str, manifest: Manifest) -> list[str]:
    """Return the properties of which the engine keeps what is there, whatever the program says."""
    found = [*written_by_controllers(app, suffix, manifest)]
    if suffix.startswith(GENERATED):  # the value of the first deployment stays: every later one is another
        found.append("data")
    if app.scaling is not None and manifest["kind"] != "ScaledJob" and suffix in workload_suffixes(app):
        # The autoscaler owns the field once it has changed it; sending our number again would be a conflict.
        found.append("spec.replicas")
    return found


class AppStack(InCluster):
    """An application: its workload, and what configures, reaches, scales and protects it.

    Its objects are named `NAME-SUFFIX` in Pulumi, with the suffixes of `manifests.render`.

    `resources` has every object by suffix, `workload` the one of its kind. `host` is the Service's DNS name,
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
        namespace: pulumi.CustomResource | None = None,
        served: Mapping[str, Sequence[pulumi.Resource]] | None = None,
        aws: AwsCluster | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Every object waits for `after` (the namespace, admission webhooks), pods also for the cluster's DNS
        and for the nodes that can run them, and for no others.

        `namespace` is the one that the stack makes, in which Secrets of somebody else are looked up before the pods.
        `served` has what serves certain objects, by the words of `needs`: an app that has some waits for it, too.
        `aws` is the EKS cluster, None where it is not the stack's own; an app with `aws`, or with dependencies that AWS
        runs, needs it.
        """
        former = pulumi.ResourceOptions(aliases=aliases(app.formerly))
        super().__init__("slipway:apps:AppStack", name, target, pulumi.ResourceOptions.merge(opts, former))
        self.resources = {}
        granted = grant(name, app, aws, pulumi.ResourceOptions(parent=self))
        if granted is not None:
            self.resources["aws"] = granted.ready
        self._dependencies = None
        rendered, rooms = render(app, context), served or {}
        wanted = needs(rendered.values(), rooms)
        if managed(app, context):
            wanted = (*wanted, *(each for each in MANAGED_NEED if each in rooms))
        after = [*after, *(each for room in dict.fromkeys(wanted) for each in rooms[room])]
        if managed(app, context):
            self._dependencies = ManagedDependencies(
                f"{name}-dependencies",
                app,
                target=target,
                context=context,
                aws=aws,
                after=after,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self._existing = looked_up(name, app, context, namespace, self.inside(after=after))
        for suffix, manifest in rendered.items():
            options = self._options(app, context, suffix, manifest, after)
            if granted is not None and suffix == "sa":
                manifest["metadata"].setdefault("annotations", {}).update(granted.annotations)
            if self._dependencies is not None and (pods := pod_template_of(manifest)) is not None:
                pods.setdefault("metadata", {}).setdefault("annotations", {})[CHECKSUM] = self._dependencies.checksum
            if suffix.startswith(GENERATED):
                generated = app.secrets.generated[suffix.removeprefix(GENERATED)]
                manifest["data"] = {generated.variable: random_value(generated.length)}
            self.resources[suffix] = _resource(manifest["kind"], f"{name}-{suffix}", manifest, options)
        self.workload = self.resources[workload_suffixes(app)[0]]
        self.host = service_host(app) if serving(app.ports) else None
        self.urls = tuple(
            f"{'https' if exposure.tls else 'http'}://{exposure.host}{path}"
            for _, exposure in exposures(app)
            for path in exposure.paths
        )
        self.register_outputs({"host": self.host, "urls": list(self.urls)})

    def _needed(self, app: AppSettings, suffix: str, manifest: Manifest) -> list[pulumi.Resource]:
        """Return what an object waits for among the app's own that are made already."""
        kind = manifest["kind"]
        needed = {*NEEDS.get(suffix, ()), *KINDS_NEED.get(kind, ())}
        beginnings: tuple[str, ...] = ()
        if kind == "ScaledObject":  # KEDA's webhook looks at what is scaled, its operator at the logins
            needed |= {*workload_suffixes(app)}
            beginnings = ("trigger-",)
        if kind == "Rollout":
            needed.add("mesh")
            beginnings = ("vs",)
        if kind == "Certificate" and TEMPORARY.items() <= manifest["metadata"].get("annotations", {}).items():
            # Its proof is answered by the host's oldest Ingress, over TLS: that must be the app's, not the solver's.
            beginnings = ("ingress",)
        if kind == "ScaledJob":
            beginnings = ("trigger-",)
        return [each for key, each in self.resources.items() if key in needed or key.startswith(beginnings)]

    def _options(
        self, app: AppSettings, context: AppContext, suffix: str, manifest: Manifest, after: Sequence[pulumi.Resource]
    ) -> pulumi.ResourceOptions:
        kind = manifest["kind"]
        own = self._needed(app, suffix, manifest)
        if kind in HAS_PODS and self._dependencies is not None:
            own += self._dependencies.ready
        if kind in HAS_PODS:
            own += self._existing
            own += [each for suffix, each in self.resources.items() if suffix.startswith(HAS_PODS_NEEDS)]
        pods = pod_template_of(manifest)
        nodes = (*self.target.dns, *self.target.nodes.for_pod(pods["spec"])) if pods is not None else ()
        options = self.inside(
            after=[*after, *nodes, *own],
            outlived=not makes_something_outside(manifest),
            protect=True if context.protect and kind == "StatefulSet" and persistent(app.volumes) else None,
        )
        if suffix == CLAIM:  # backups outlive what they are of
            options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(retain_on_delete=True))
        if ignored := _ignored(app, suffix, manifest):
            options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(ignore_changes=ignored))
        return options
