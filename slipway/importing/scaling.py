"""What an app file says of scaling: by Kubernetes' autoscaler, by KEDA, up and down in size, and how many may go."""

import re
from collections.abc import Mapping
from typing import Any

from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group

_DOWN = {"stabilizationWindowSeconds": 300, "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
_UP = {
    "stabilizationWindowSeconds": 0,
    "policies": [
        {"type": "Percent", "value": 100, "periodSeconds": 15},
        {"type": "Pods", "value": 4, "periodSeconds": 15},
    ],
}
"""Kubernetes' own rules (autoscaling/v2, HPAScalingRules), for what a `behavior` leaves out."""

_QUEUE = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com/(\d{12})/([^/]+)")
_FLAGS = {"true": True, "false": False}


def scaling(group: Group) -> dict[str, Any]:
    """Return the settings `scaling`, `verticalScaling` and `disruption`."""
    found: dict[str, Any] = {}
    for part in group.of("HorizontalPodAutoscaler")[:1]:
        found["scaling"] = _horizontal(part)
    for part in group.of("ScaledObject")[:1]:
        found["scaling"] = _by_events(part, group)
    for part in group.of("VerticalPodAutoscaler")[:1]:
        found["verticalScaling"] = _vertical(part, str(group.containers[0].get("name")))
    for part in group.of("PodDisruptionBudget"):
        spec = part.manifest.get("spec") or {}
        found["disruption"] = {key: spec[key] for key in ("maxUnavailable", "minAvailable") if key in spec}
    return found


def _behavior(behavior: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {"scaleDown": _DOWN, "scaleUp": _UP}
    return {key: {**defaults[key], **each} for key, each in behavior.items() if key in defaults}


def _horizontal(part: Source) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    found: dict[str, Any] = {"minReplicas": spec.get("minReplicas", 1), "maxReplicas": spec.get("maxReplicas")}
    metrics = spec.get("metrics") or []
    share = spec.get("targetCPUUtilizationPercentage")
    found["cpu"] = 80 if share is None and not metrics else share  # null, where it scales on others only
    further = []
    for metric in metrics:
        resource = at(metric, ("resource", "name"))
        percent = at(metric, ("resource", "target", "averageUtilization"))
        if resource in {"cpu", "memory"} and percent is not None and found.get(resource) is None:
            found[resource] = percent
        else:
            further.append(_metric(metric))
    found |= {"metrics": further} if further else {}
    return found | ({"behavior": _behavior(spec["behavior"])} if spec.get("behavior") else {})


def _metric(metric: Mapping[str, Any]) -> dict[str, Any]:
    """Return a metric without its words `type`, which its keys say already."""
    found = {key: dict(value) for key, value in metric.items() if isinstance(value, dict)}
    for body in found.values():
        body["target"] = {key: value for key, value in (body.get("target") or {}).items() if key != "type"}
        if isinstance(body["target"].get("value"), int):
            body["target"]["value"] = str(body["target"]["value"])
    return found


def _vertical(part: Source, own: str) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    update = spec.get("updatePolicy") or {}
    policies = at(spec, ("resourcePolicy", "containerPolicies")) or [{"containerName": "*"}]
    kept = [each for each in policies if each != {"containerName": "*", "mode": "Off"}]
    found: dict[str, Any] = {"mode": update.get("updateMode", "Auto")}
    found |= {"minReplicas": update["minReplicas"]} if "minReplicas" in update else {}
    if kept:
        found["containerPolicies"] = [
            {key: value for key, value in each.items() if (key, value) != ("containerName", own)} for each in kept
        ]
    return found


def _by_events(part: Source, group: Group) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    keys = ("pollingInterval", "cooldownPeriod", "initialCooldownPeriod", "idleReplicaCount", "fallback")
    keda: dict[str, Any] = {key: spec[key] for key in keys if key in spec}
    advanced = spec.get("advanced") or {}
    if "restoreToOriginalReplicaCount" in advanced:
        keda["restoreToOriginalReplicaCount"] = advanced["restoreToOriginalReplicaCount"]
    keda["triggers"] = {}
    for index, each in enumerate(spec.get("triggers") or []):
        name = each.get("name") or f"{each.get('type')}-{index}"
        keda["triggers"][name] = {**_trigger(each), **_login(each, group)}
    # KEDA's own defaults: https://keda.sh/docs/latest/reference/scaledobject-spec/
    found = {"minReplicas": spec.get("minReplicaCount", 0), "maxReplicas": spec.get("maxReplicaCount", 100)}
    behavior = at(advanced, ("horizontalPodAutoscalerConfig", "behavior"))
    return {**found, "keda": keda, **({"behavior": _behavior(behavior)} if behavior else {})}


def _word(value: Any) -> Any:
    """Return a text of KEDA's metadata as what it says: a number, or true and false."""
    text = str(value)
    if text in _FLAGS:
        return _FLAGS[text]
    return int(text) if re.fullmatch(r"\d{1,10}", text) else float(text) if re.fullmatch(r"\d+\.\d+", text) else value


def _trigger(trigger: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: _word(value) for key, value in (trigger.get("metadata") or {}).items()}
    match trigger.get("type"):
        case "aws-sqs-queue":
            queue = _QUEUE.fullmatch(str(told.pop("queueURL", "")))
            told.pop("awsRegion", None)
            arn = {"queueArn": f"arn:aws:sqs:{queue[1]}:{queue[2]}:{queue[3]}"} if queue else {}
            return {"awsSqsQueue": {**arn, **told}}
        case "kafka":
            servers = str(told.pop("bootstrapServers", "")).split(",")
            tls = {"tls": told.pop("tls") == "enable"} if "tls" in told else {}
            return {"kafka": {"bootstrapServers": servers, **told, **tls}}
        case "metrics-api":
            return {"metricsApi": told}
        case "cpu" | "memory" as resource:
            sort = trigger.get("metricType", told.get("type", "Utilization"))
            target = {"averageUtilization": told.get("value")}
            if sort == "AverageValue":
                target = {"averageValue": str(told.get("value"))}
            container = {"container": told["containerName"]} if "containerName" in told else {}
            return {resource: {**target, **container}}
    return {str(trigger.get("type")): told}


def _login(trigger: Mapping[str, Any], group: Group) -> dict[str, Any]:
    wanted = at(dict(trigger), ("authenticationRef", "name"))
    for part in group.of("TriggerAuthentication"):
        secrets = at(part.manifest, ("spec", "secretTargetRef")) or []
        if part.name == wanted and secrets:
            told = {each.get("parameter"): {"name": each.get("name"), "key": each.get("key")} for each in secrets}
            return {"secretTargetRef": told}
    return {}
