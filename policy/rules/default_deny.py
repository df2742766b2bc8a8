"""default-deny: no pod of an app talks to anybody unless something says that it may."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.tenancy.system import is_system_namespace
from policy.model import Finding, Rule, Stack
from policy.rules.pods import pods_made
from policy.rules.reading import flag, open_value, place, texts
from slipway.recording.objects import dig, items, mapping, namespace, object_name, objects
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

_DIRECTIONS = ("Ingress", "Egress")


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    recording = stack.recording
    policies: dict[str, list[Resource]] = {}
    for policy in objects(recording, "NetworkPolicy"):
        policies.setdefault(namespace(policy) or "default", []).append(policy)
    for name, urn in _namespaces(recording).items():
        if name in parameters["exceptNamespaces"] or (is_system_namespace(name) and not parameters["platform"]):
            continue
        closed = {direction for each in policies.get(name, ()) if _for_all(each) for direction in _closed(each)}
        missing = [each for each in _DIRECTIONS if each not in closed]
        if missing:
            yield Finding(
                urn,
                f"the namespace {name} has no NetworkPolicy for all its pods with policyTypes {missing}: what no other"
                " policy selects may talk to anybody",
            )
        for each in policies.get(name, ()):
            if opened := [direction for direction in _DIRECTIONS if _for_all(each) and _opens(each, direction)]:
                yield Finding(
                    each.urn,
                    f"{place(each)} admits all {' and '.join(opened).lower()} of every pod, and so undoes default-deny:"
                    " name the pods, the peers or the ports",
                )


def _namespaces(recording: Recording) -> dict[str, str]:
    """Return the namespaces that the stack makes or has pods in, with what a finding about each points at."""
    used = {each.namespace: each.resource.urn for each in pods_made(recording)}
    made = {object_name(each): each.urn for each in objects(recording, "Namespace")}
    return {**used, **made}


def _for_all(policy: Resource) -> bool:
    selector = dig(policy.inputs, "spec", "podSelector")
    return not open_value(selector) and not mapping(selector)


def _closed(policy: Resource) -> list[str]:
    """Return the directions of a policy; without policyTypes it is of Ingress, and of Egress where it has rules."""
    given = [str(each) for each in items(policy.inputs, "spec", "policyTypes")]
    return given or (["Ingress", "Egress"] if items(policy.inputs, "spec", "egress") else ["Ingress"])


def _opens(policy: Resource, direction: str) -> bool:
    """Tell whether a policy has a rule without peers and without ports: everything from, or to, everywhere."""
    return direction in _closed(policy) and any(
        not items(rule, "from") and not items(rule, "to") and not items(rule, "ports")
        for rule in items(policy.inputs, "spec", direction.lower())
    )


RULE = Rule(
    id="default-deny",
    title="Every namespace of apps denies what nothing allows",
    description="A NetworkPolicy selects all its pods in both directions, and none opens all of them again.",
    severity="mandatory",
    parameters=(
        flag("platform", default=False, description="Whether the platform's own namespaces are held to it, too."),
        texts("exceptNamespaces", (), "Namespaces that are not held to it."),
    ),
    check=_check,
)
