"""probes: Kubernetes can tell whether a pod works, and whether it may have requests."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.pods import LASTING, Pods, app_pods
from policy.rules.reading import flag, parameter
from policy.rules.selectors import matches
from slipway.recording.objects import dig, items, mapping, namespace, objects

_SERVING = (*LASTING, "DaemonSet")


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for pods in app_pods(stack.recording):
        judged = pods.tier is None or pods.tier in parameters["tiers"]
        if pods.kind in _SERVING and judged:
            yield from (
                Finding(pods.resource.urn, f"{pods.said} {fault}") for fault in _faults(pods, stack, parameters)
            )


def _faults(pods: Pods, stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    running = [container for role, container in pods.containers if role != "init"]
    listening = any(items(each, "ports") for each in running) and (pods.kind in LASTING or _is_served(pods, stack))
    if listening and not any(each.get("readinessProbe") for each in running):
        yield "has ports and no readiness probe: it gets requests before it can answer. Set probes.readiness."
    if parameters["liveness"] and not any(each.get("livenessProbe") for each in running):
        yield "has no liveness probe: one that hangs stays. Set probes.liveness."


def _is_served(pods: Pods, stack: Stack) -> bool:
    """Tell whether a Service sends requests to the pods that are ready, as it may to those of a DaemonSet."""
    return any(
        (namespace(each) or "default") == pods.namespace
        and mapping(each.inputs, "spec", "selector")
        and matches({"matchLabels": mapping(each.inputs, "spec", "selector")}, pods.labels)
        and dig(each.inputs, "spec", "publishNotReadyAddresses") is not True
        for each in objects(stack.recording, "Service")
    )


RULE = Rule(
    id="probes",
    title="Pods that listen have a readiness probe",
    description="A pod that listens says when it is ready; where the stack asks for it, one that hangs is restarted.",
    severity="mandatory",
    parameters=(
        flag(
            "liveness",
            default=False,
            description="Whether a liveness probe is asked for, too. A wrong one restarts what only has much to do.",
        ),
        parameter(
            "tiers",
            [1, 2, 3],
            "The tiers that are held to it; what is no app of Slipway always is.",
            type="array",
            items={"enum": [1, 2, 3]},
            uniqueItems=True,
        ),
    ),
    check=_check,
)
