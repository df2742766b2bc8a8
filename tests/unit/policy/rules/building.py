"""Stacks made by hand for one rule at a time, and what the rule finds in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from policy.catalogue import RULES
from policy.model import Rule, Stack
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

TODAY = date(2026, 11, 21)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
_GROUPS = {"v1": "core/v1"}


def aws(token: str, name: str = "it", /, **inputs: Any) -> Resource:
    """Return an AWS resource of a token such as `eks/cluster:Cluster`."""
    return Resource(f"urn:{name}", f"aws:{token}", name, None, True, inputs)


def kube(api: str, kind: str, name: str = "it", /, *, namespace: str | None = "web", **body: Any) -> Resource:
    """Return a Kubernetes object; `labels` are its metadata's, the rest stands beside the metadata."""
    metadata = {"name": name, "labels": body.pop("labels", {}), "annotations": body.pop("annotations", {})}
    if namespace:
        metadata["namespace"] = namespace
    inputs = {"apiVersion": api, "kind": kind, "metadata": metadata, **body}
    return Resource(f"urn:{kind}-{name}", f"kubernetes:{_GROUPS.get(api, api)}:{kind}", name, None, True, inputs)


def container(**more: Any) -> dict[str, Any]:
    """Return a container that no rule has anything against."""
    return {
        "name": "web",
        "image": "registry.example.com/web:1.0.0",
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "200m", "memory": "256Mi"},
        },
        "ports": [{"containerPort": 8080}],
        "readinessProbe": {"httpGet": {"path": "/", "port": 8080}},
        "livenessProbe": {"httpGet": {"path": "/", "port": 8080}},
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
        **more,
    }


def pod(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a pod's spec that no rule has anything against, of these containers."""
    security = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return {"containers": list(containers or (container(),)), "securityContext": security, **more}


def workload(
    spec: dict[str, Any] | None = None,
    *,
    name: str = "web",
    namespace: str = "web",
    kind: str = "Deployment",
    tier: int | None = 2,
    labels: dict[str, str] | None = None,
    **more: Any,
) -> Resource:
    """Return a workload of an app; `more` stands in its own spec."""
    own = {"app": name, "app.kubernetes.io/name": name, **(labels or {})}
    if tier is not None:
        own["slipway.dev/tier"] = str(tier)
    body = {"replicas": 3, "template": {"metadata": {"labels": own}, "spec": spec or pod()}, **more}
    api = "argoproj.io/v1alpha1" if kind == "Rollout" else "apps/v1"
    return kube(api, kind, name, namespace=namespace, labels=own, spec=body)


def found(
    rule: str, *resources: Resource, environment: str = "production", on: date = TODAY, **given: Any
) -> list[str]:
    """Return the texts of what a rule finds in a stack of these resources, with these parameters."""
    the = BY_ID[rule]
    assert set(given) <= set(the.defaults), "the rule has no such parameter"
    stack = Stack(Recording("slipway", "test", resources), environment, on)
    findings = list(the.check(stack, {**the.defaults, **given}))
    assert all(each.urn is None or each.urn in stack.recording.by_urn for each in findings)
    return [each.text for each in findings]
