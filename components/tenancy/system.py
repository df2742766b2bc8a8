"""The namespaces of the platform itself, each made by the component that runs in it."""

from collections.abc import Mapping
from typing import Any

from pulumi_kubernetes.core.v1.Namespace import Namespace

from components.component import InCluster
from components.tenancy.pod_security import PodSecurityLevel, pod_security_labels

SYSTEM_NAMESPACES = (
    "calico-apiserver",
    "calico-system",
    "cert-manager",
    "default",
    "istio-cni",
    "istio-ingress",
    "istio-system",
    "linkerd",
    "linkerd-cni",
    "tigera-operator",
)
"""Names that no application namespace has; those that start with kube- are Kubernetes' own."""


def is_system_namespace(name: str) -> bool:
    """Say whether a namespace belongs to Kubernetes or to the platform."""
    return name in SYSTEM_NAMESPACES or name.startswith("kube-")


def system_namespace(
    owner: InCluster,
    logical_name: str,
    name: str,
    level: PodSecurityLevel,
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Namespace:
    """Make a namespace of the platform as a child of `owner`, at the Pod Security level that its charts need."""
    metadata: Any = {"name": name, "labels": {**pod_security_labels(level), **(labels or {})}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return Namespace(logical_name, metadata=metadata, opts=owner.inside())
