"""The escape hatch: objects that an app brings along as they are."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from components.apps.labels import metadata
from components.apps.settings import AppSettings
from components.apps.words import Manifest

CLUSTER_SCOPED = frozenset(
    {
        "APIService",
        "CertificateSigningRequest",
        "ClusterIssuer",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterSecretStore",
        "ClusterTriggerAuthentication",
        "CSIDriver",
        "CSINode",
        "CustomResourceDefinition",
        "EC2NodeClass",
        "FlowSchema",
        "GatewayClass",
        "GlobalNetworkPolicy",
        "GlobalNetworkSet",
        "IngressClass",
        "IPPool",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "NodePool",
        "PersistentVolume",
        "PodSecurityPolicy",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeSnapshotClass",
        "VolumeSnapshotContent",
    }
)
"""Kinds outside any namespace: they belong to everybody, so the platform has them and no app."""


def raw_suffix(name: str) -> str:
    """Return the suffix of an object of the app's `objects`, which is none of Slipway's own."""
    return f"object-{name}"


def raw_name(app: AppSettings, key: str) -> str:
    """Return the name of the object that an app has under a key of `objects`."""
    return str((app.objects[key].get("metadata") or {}).get("name") or f"{app.name}-{key}")


def raw_objects(app: AppSettings) -> Iterator[tuple[str, Manifest]]:
    """Yield the app's own objects with their suffixes: in its namespace, with its labels besides their own."""
    for name, manifest in app.objects.items():
        own: dict[str, Any] = deepcopy(manifest["metadata"]) if "metadata" in manifest else {}
        common = metadata(app, raw_name(app, name))
        labels = {**(own.get("labels") or {}), **common["labels"]}
        yield raw_suffix(name), {**deepcopy(manifest), "metadata": {**own, **common, "labels": labels}}
