"""The namespaces of the platform itself, each made by the component that runs in it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.core.v1.Namespace import Namespace

from components.component import InCluster
from components.tenancy.pod_security import PodSecurityLevel, pod_security_labels

SYSTEM_NAMESPACES = (
    "argo-rollouts",
    "aws-load-balancer-controller",
    "calico-apiserver",
    "calico-system",
    "cert-manager",
    "consul",
    "default",
    "envoy-gateway-system",
    "external-dns",
    "external-secrets",
    "flagger-system",
    "istio-cni",
    "istio-egress",
    "istio-gateway",
    "istio-ingress",
    "istio-system",
    "keda",
    "linkerd",
    "linkerd-cni",
    "linkerd-egress",
    "monitoring",
    "nginx-ingress",
    "node-exporter",
    "tigera-operator",
    "vpa",
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
    after: Sequence[pulumi.Resource] = (),
    outlived: bool = True,
) -> Namespace:
    """Make a namespace of the platform as a child of `owner`, at the Pod Security level that its charts need.

    With `outlived=False` it is deleted one by one, after all that is in it and before `after`: deletion waits until the
    namespace is empty, and so until the load balancer of a Service in it is gone.
    """
    metadata: Any = {"name": name, "labels": {**pod_security_labels(level), **(labels or {})}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return Namespace(logical_name, metadata=metadata, opts=owner.inside(after=after, outlived=outlived))
