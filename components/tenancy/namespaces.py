"""The application namespaces: who is admitted, how much they may use, and that nobody talks to them unasked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.core.v1.LimitRange import LimitRange
from pulumi_kubernetes.core.v1.Namespace import Namespace
from pulumi_kubernetes.core.v1.ResourceQuota import ResourceQuota
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy
from pydantic import Field

from components.component import InCluster, Target
from components.model import Settings
from components.names import LabelKey, LabelValue, Name, Text
from components.networking.ingress.names import READINESS_GATES
from components.networking.mesh.membership import namespace_annotations, namespace_labels
from components.networking.mesh.settings import MeshSettings
from components.tenancy.mesh_membership import mesh_objects
from components.tenancy.pod_security import PodSecurityLevel, PodSecurityVersion, pod_security_labels
from components.tenancy.policies import baseline_policies
from components.tenancy.priority import USER_CLASSES, PriorityClassName, priority_quota_spec
from components.tenancy.quota import LimitSettings, QuotaSettings, limit_range_spec, quota_spec


class NamespaceSettings(Settings):
    """One application namespace. `{}` is a complete one."""

    pod_security: PodSecurityLevel = Field(
        default="restricted", description="Which pods are admitted, as in the Pod Security Standards."
    )
    pod_security_version: PodSecurityVersion = Field(
        default="latest",
        description="The Kubernetes version whose wording of that level is enforced: latest, or one such as v1.35, so"
        " that an upgrade refuses no pod that was admitted before. Newer rules are then shown as warnings.",
    )
    quota: QuotaSettings | None = Field(
        default_factory=QuotaSettings, description="What all its pods may use together; null: no bound."
    )
    limits: LimitSettings = Field(
        default_factory=LimitSettings, description="What a container gets by default, and at most."
    )
    priority_classes: tuple[PriorityClassName, ...] = Field(
        default=USER_CLASSES,
        description="The priority classes that its pods may have, of Slipway's and Kubernetes' own. The default keeps"
        " it from the system classes, at which its pods could starve CoreDNS and the CNI.",
    )
    mesh: bool = Field(default=True, description="Whether its pods take part in the stack's mesh, if it has one.")
    mesh_revision: Name | None = Field(
        default=None,
        description="The tag or revision of Istio's control plane for its pods, of mesh.istio. Unset: stable.",
    )
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict, description="Further labels of the namespace.")
    annotations: dict[LabelKey, Text] = Field(default_factory=dict, description="Further annotations of the namespace.")


def mesh_of(settings: NamespaceSettings, mesh: MeshSettings) -> MeshSettings:
    """Return the mesh of a namespace: the stack's, or none."""
    return mesh if settings.mesh else MeshSettings()


def namespace_metadata(
    name: str, settings: NamespaceSettings, mesh: MeshSettings, *, readiness_gates: bool = False
) -> dict[str, Any]:
    """Return the namespace's metadata; `mesh` is the stack's, `readiness_gates` whether load balancers reach pods."""
    member = mesh_of(settings, mesh)
    level = pod_security_labels(settings.pod_security, version=settings.pod_security_version, watched="restricted")
    gates = READINESS_GATES if readiness_gates else {}
    labels = {**gates, **settings.labels, **level, **namespace_labels(member, settings.mesh_revision)}
    metadata: dict[str, Any] = {"name": name, "labels": labels}
    if annotations := {**settings.annotations, **namespace_annotations(member)}:
        metadata["annotations"] = annotations
    return metadata


class Namespaces(InCluster):
    """The application namespaces, each with pod security, quota, limits and a default of no connections.

    `by_name` has the namespaces; `ready[name]` is what a pod there waits for: the namespace with its quota, limits and
    policies, since a pod that comes first has no default limits, and would be open to all for a moment; in a mesh also
    its denials, and the waypoint that its Services are reached through.
    """

    by_name: dict[str, Namespace]
    ready: dict[str, tuple[pulumi.Resource, ...]]

    def __init__(
        self,
        name: str,
        namespaces: Mapping[str, NamespaceSettings],
        *,
        target: Target,
        mesh: MeshSettings,
        acme_solvers: bool,
        readiness_gates: bool = False,
        dns_cidrs: Sequence[str] = (),
        gateway_api: Sequence[pulumi.Resource] = (),
        after_mesh: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Let in what reaches cert-manager's HTTP-01 pods when `acme_solvers`: certificates are made here then.

        `readiness_gates` is whether load balancers of AWS send to the pods themselves. `dns_cidrs` are addresses of the
        cluster's DNS that are no pod's. The mesh's own objects wait for `after_mesh`, what serves them, and for
        `gateway_api`, the CRDs of the Gateway API; the namespaces wait for neither.
        """
        super().__init__("slipway:tenancy:Namespaces", name, target, opts)
        self.by_name, self.ready = {}, {}
        for namespace, settings in sorted(namespaces.items()):
            metadata = namespace_metadata(namespace, settings, mesh, readiness_gates=readiness_gates)
            made = Namespace(f"{name}-{namespace}", metadata=_any(metadata), opts=self.inside())
            member = mesh_of(settings, mesh)
            policies = baseline_policies(member, acme_solvers=acme_solvers, dns_cidrs=dns_cidrs)
            laid_down = (made, *self._rules(f"{name}-{namespace}", made, namespace, settings, policies))
            meshed = mesh_objects(
                self,
                f"{name}-{namespace}",
                namespace,
                member,
                revision=settings.mesh_revision,
                priority_classes=settings.priority_classes,
                laid_down=laid_down,
                gateway_api=gateway_api,
                after_mesh=after_mesh,
            )
            self.by_name[namespace] = made
            self.ready[namespace] = (*laid_down, *meshed)
        self.register_outputs({})

    def _rules(
        self,
        name: str,
        made: Namespace,
        namespace: str,
        settings: NamespaceSettings,
        policies: Mapping[str, dict[str, Any]],
    ) -> Iterator[pulumi.Resource]:
        options = self.inside(after=[made])
        if settings.quota is not None:
            yield ResourceQuota(
                f"{name}-quota",
                metadata={"name": "quota", "namespace": namespace},
                spec=_any(quota_spec(settings.quota)),
                opts=options,
            )
        if priorities := priority_quota_spec(settings.priority_classes):
            yield ResourceQuota(
                f"{name}-priority-classes",
                metadata={"name": "priority-classes", "namespace": namespace},
                spec=_any(priorities),
                opts=options,
            )
        yield LimitRange(
            f"{name}-limits",
            metadata={"name": "limits", "namespace": namespace},
            spec=_any(limit_range_spec(settings.limits)),
            opts=options,
        )
        for policy, spec in policies.items():
            yield NetworkPolicy(
                f"{name}-{policy}",
                metadata={"name": policy, "namespace": namespace},
                spec=_any(spec),
                opts=options,
            )


def _any(manifest: dict[str, Any]) -> Any:
    """Return a part of a manifest as the SDK's inputs, which take it as it is, untyped."""
    return manifest
