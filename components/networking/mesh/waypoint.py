"""The waypoint of a namespace in ambient mode: a Gateway, from which istiod makes the pods."""

import json
from collections.abc import Collection
from typing import Any

from components.networking.mesh.istio_settings import IstioSettings
from components.networking.mesh.membership import HBONE_PORT, WAYPOINT
from components.networking.mesh.revisions import DEFAULT_REVISION, revision_of
from components.tenancy.priority import USER_CLASSES


def waypoint_metadata(namespace: str, settings: IstioSettings, chosen: str | None) -> dict[str, Any]:
    """Return the Gateway's metadata; `chosen` is the tag or revision of the namespace.

    The label names the revision itself, so that moving a tag has the new control plane replace the pods at once.
    """
    revision = revision_of(settings, chosen)
    labels = {"istio.io/waypoint-for": "service"}
    if revision != DEFAULT_REVISION:
        labels["istio.io/rev"] = revision
    return {
        "name": WAYPOINT,
        "namespace": namespace,
        "labels": labels,
        # The Services of the namespace answer nobody before it runs.
        "annotations": {"pulumi.com/waitFor": "condition=Programmed"},
    }


def waypoint_spec() -> dict[str, Any]:
    """Return the Gateway's spec; its one listener is what `istioctl waypoint generate` writes."""
    return {
        "gatewayClassName": "istio-waypoint",
        "listeners": [{"name": "mesh", "port": HBONE_PORT, "protocol": "HBONE"}],
        "infrastructure": {"parametersRef": {"group": "", "kind": "ConfigMap", "name": WAYPOINT}},
    }


def waypoint_parameters(settings: IstioSettings, priority_classes: Collection[str]) -> dict[str, str]:
    """Return the ConfigMap's data: what istiod lays over the objects that it makes of the Gateway.

    All calls to the namespace pass these pods: they have the highest priority of those that the namespace may use.
    """
    waypoint = settings.waypoint
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}
    overlays: dict[str, Any] = {
        "horizontalPodAutoscaler": {
            "spec": {"minReplicas": waypoint.min_replicas, "maxReplicas": waypoint.max_replicas, "metrics": [cpu]}
        },
        "podDisruptionBudget": {"spec": {"maxUnavailable": 1}},
    }
    if priority := next((each for each in USER_CLASSES if each in priority_classes), None):
        overlays["deployment"] = {"spec": {"template": {"spec": {"priorityClassName": priority}}}}
    return {kind: json.dumps(overlay) for kind, overlay in overlays.items()}
