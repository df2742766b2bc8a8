"""Where an object has not the shape that Kubernetes gives it, as far as an import reads it.

Fields are known by their names alone, so that this explains an import that failed, and refuses nothing by itself.
"""

from collections.abc import Callable, Mapping
from typing import Any

MAPS = frozenset(
    [
        "advanced",
        "analysis",
        "annotations",
        "authenticationRef",
        "backend",
        "behavior",
        "blueGreen",
        "capabilities",
        "configMap",
        "configMapKeyRef",
        "configMapRef",
        "connectionPool",
        "containerResource",
        "describedObject",
        "destination",
        "emptyDir",
        "encryptedData",
        "ephemeral",
        "exec",
        "external",
        "extract",
        "fallback",
        "fieldRef",
        "grpc",
        "headerValue",
        "horizontalPodAutoscalerConfig",
        "httpGet",
        "ipBlock",
        "jobTemplate",
        "labels",
        "lifecycle",
        "limits",
        "livenessProbe",
        "matchLabels",
        "metadata",
        "metric",
        "namespaceSelector",
        "nodeSelector",
        "object",
        "ordinals",
        "outlierDetection",
        "persistentVolumeClaim",
        "persistentVolumeClaimRetentionPolicy",
        "podSelector",
        "pods",
        "postStart",
        "preStop",
        "projected",
        "prometheus",
        "provider",
        "readinessProbe",
        "remoteRef",
        "requests",
        "resourcePolicy",
        "resources",
        "retries",
        "roleRef",
        "rollingUpdate",
        "scaleDown",
        "scaleTargetRef",
        "scaleUp",
        "secret",
        "secretKeyRef",
        "secretRef",
        "secretStoreRef",
        "securityContext",
        "selector",
        "service",
        "setHeaderRoute",
        "sleep",
        "spec",
        "startupProbe",
        "strategy",
        "target",
        "targetRef",
        "tcpSocket",
        "template",
        "templateRef",
        "thresholdRange",
        "trafficPolicy",
        "updatePolicy",
        "updateStrategy",
        "uri",
        "valueFrom",
        "volumeClaimTemplate",
        "workloadRef",
    ]
)
LISTS = frozenset(
    [
        "backendRefs",
        "containerPolicies",
        "containers",
        "dataFrom",
        "egress",
        "endpoints",
        "env",
        "envFrom",
        "imagePullSecrets",
        "from",
        "ingress",
        "initContainers",
        "items",
        "matches",
        "metrics",
        "parentRefs",
        "podMetricsEndpoints",
        "policies",
        "ports",
        "rules",
        "secretTargetRef",
        "servers",
        "sources",
        "steps",
        "subjects",
        "subsets",
        "to",
        "topologySpreadConstraints",
        "triggers",
        "volumeClaimTemplates",
        "volumeMounts",
        "volumes",
    ]
)
WORDS = frozenset(
    [
        "claimName",
        "cidr",
        "containerName",
        "externalName",
        "image",
        "key",
        "kind",
        "mountPath",
        "name",
        "namespace",
        "path",
        "priorityClassName",
        "secretName",
        "serviceAccountName",
        "sessionAffinity",
        "subPath",
        "successCondition",
        "targetPort",
        "trafficDistribution",
        "type",
        "updateMode",
    ]
)
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "containers": ("name",),
    "env": ("name",),
    "initContainers": ("name",),
    "volumeMounts": ("name", "mountPath"),
    "volumes": ("name",),
}
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "ConfigMap": {"data": "map"},
    "ExternalSecret": {"data": "list"},
    "Ingress": {"http": "map", "paths": "list", "port": "map", "tls": "list"},
    "Role": {"resources": "words"},
    "Rollout": {"match": "list", "canary": "map"},
    "VirtualService": {"http": "list", "route": "list", "match": "list", "port": "map"},
}
"""Fields whose shape depends on the kind."""

FREE = frozenset({"annotations", "data", "encryptedData", "labels", "matchLabels", "nodeSelector", "parameters"})
"""Maps whose keys are the author's own: their values are words."""

KINDS = frozenset(
    [
        "AnalysisTemplate",
        "Canary",
        "ConfigMap",
        "CronJob",
        "DaemonSet",
        "Deployment",
        "DestinationRule",
        "ExternalSecret",
        "Gateway",
        "HTTPRoute",
        "HorizontalPodAutoscaler",
        "Ingress",
        "Job",
        "MetricTemplate",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "PodMonitor",
        "Role",
        "RoleBinding",
        "Rollout",
        "ScaledObject",
        "SealedSecret",
        "Service",
        "ServiceAccount",
        "ServiceMonitor",
        "StatefulSet",
        "TriggerAuthentication",
        "VerticalPodAutoscaler",
        "VirtualService",
    ]
)
"""The kinds of which an import reads more than the name."""

_FITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "map": (lambda value: isinstance(value, dict), "a map"),
    "list": (lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value), "a list of maps"),
    "words": (
        lambda value: isinstance(value, list) and not any(isinstance(each, dict | list) for each in value),
        "a list of words",
    ),
    "word": (lambda value: not isinstance(value, dict | list | bool), "one word"),
}


def misshapen(manifest: Mapping[str, Any]) -> str:
    """Return what is probably wrong with an object's shape, with its path; empty where nothing is seen.

    Of a kind that an import does not read only the metadata matters.
    """
    kind = str(manifest.get("kind"))
    read = manifest if kind in KINDS else {"metadata": manifest.get("metadata")}
    return _wrong(read, (), {**_shapes(), **OTHERWISE.get(kind, {})})


def _shapes() -> dict[str, str]:
    return {
        **dict.fromkeys(MAPS, "map"),
        **dict.fromkeys(LISTS, "list"),
        **dict.fromkeys(WORDS, "word"),
        **dict.fromkeys(("gateways", "hostnames", "hosts", "paths"), "words"),
    }


def _wrong(value: Any, path: tuple[str, ...], shapes: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return next((found for each in value if (found := _wrong(each, path, shapes))), "")
    if not isinstance(value, dict):
        return ""
    free = bool(path) and path[-1] in FREE and shapes.get(path[-1]) != "list"
    for key, each in value.items():
        place = (*path, key)
        fits, shape = _FITS["word" if free else shapes.get(key, "")] if free or key in shapes else (_anything, "")
        if each is not None and not (free and isinstance(each, bool)) and not fits(each):
            return f"{'.'.join(place)} is not {shape}"
        missing = [name for name in REQUIRED.get(key, ()) for item in each or [] if item.get(name) is None]
        if not free and missing:
            return f"an item of {'.'.join(place)} has no {missing[0]}"
        if not free and (found := _wrong(each, place, shapes)):
            return found
    return ""


def _anything(_: Any) -> bool:
    return True
