"""no-wildcard-rbac: no role of the stack's own may do everything in the cluster."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.reading import place, texts
from slipway.recording.objects import dig, items, objects, text
from slipway.recording.resource import Resource

_EVERYONE = frozenset({"system:anonymous", "system:authenticated", "system:unauthenticated"})
_ESCALATING = ("bind", "escalate", "impersonate")


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for kind in ("ClusterRole", "Role"):
        for role in objects(stack.recording, kind):
            yield from (Finding(role.urn, f"{place(role)} {fault}") for fault in _role(role))
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        for binding in objects(stack.recording, kind):
            faults = _binding(binding, parameters["refusedRoles"])
            yield from (Finding(binding.urn, f"{place(binding)} {fault}") for fault in faults)


def _role(role: Resource) -> Iterator[str]:
    for rule in items(role.inputs, "rules"):
        verbs, resources = items(rule, "verbs"), items(rule, "resources")
        if "*" in verbs and (resources or items(rule, "nonResourceURLs")):
            yield "has all verbs (*): name those that are needed"
        elif "*" in resources and set(verbs) - {"get", "list", "watch"}:
            yield "may change all resources (*): name those that are needed"
        elif "*" in resources and "*" in items(rule, "apiGroups"):
            yield "may read all resources of all groups (*), Secrets included: name those that are needed"
        for verb in _ESCALATING:
            if verb in verbs and not items(rule, "resourceNames"):
                yield f"may {verb} without resourceNames: so it has whatever anybody has"


def _binding(binding: Resource, refused: list[str]) -> Iterator[str]:
    role = text(binding.inputs, "roleRef", "name")
    if dig(binding.inputs, "roleRef", "kind") == "ClusterRole" and role in refused:
        yield f"gives the ClusterRole {role}: give a role with the verbs and resources that are needed"
    for subject in items(binding.inputs, "subjects"):
        if text(subject, "name") in _EVERYONE:
            yield f"is for {text(subject, 'name')}, which is everyone: name the account or the group"


RULE = Rule(
    id="no-wildcard-rbac",
    title="No Kubernetes role allows everything",
    description="No role has all verbs or all resources, or lets its holder take more; no binding is for everyone.",
    severity="mandatory",
    parameters=(texts("refusedRoles", ("admin", "cluster-admin"), "ClusterRoles that no binding may give."),),
    check=_check,
)
