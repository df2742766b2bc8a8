"""pod-security and host-access: what a namespace admits, and what the pods of apps ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.tenancy.system import is_system_namespace
from policy.model import Finding, Rule, Stack
from policy.rules.pod_standard import host_access, unrestricted
from policy.rules.pods import app_pods
from policy.rules.reading import open_value, parameter, texts
from slipway.recording.objects import mapping, object_name, objects

LEVELS = ("privileged", "baseline", "restricted")
LABEL = "pod-security.kubernetes.io/enforce"


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    wanted, elsewhere = parameters["level"], parameters["namespaces"]
    for each in objects(stack.recording, "Namespace"):
        name, level = object_name(each), mapping(each.inputs, "metadata", "labels").get(LABEL)
        if level is None:
            yield Finding(each.urn, f"the namespace {name} enforces no Pod Security level: every pod may be root there")
        elif open_value(level) or is_system_namespace(name) or name in elsewhere:
            continue
        elif level not in LEVELS or LEVELS.index(str(level)) < LEVELS.index(wanted):
            yield Finding(
                each.urn,
                f"the namespace {name} enforces {level}, and must {wanted}: set namespaces.{name}.podSecurity, or name"
                " the namespace in this rule's `namespaces`",
            )
    if wanted == "restricted":
        for pods in app_pods(stack.recording):
            if pods.namespace not in elsewhere:
                for fault in unrestricted(pods.spec):
                    yield Finding(pods.resource.urn, f"{pods.said}, {fault}: the level restricted refuses it")


def _host(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    for pods in app_pods(stack.recording):
        if pods.namespace not in parameters["namespaces"]:
            for fault in host_access(pods.spec):
                yield Finding(pods.resource.urn, f"{pods.said}, {fault}: so it reaches its node, and who else is on it")


RULES = (
    Rule(
        id="host-access",
        title="No pod of an app reaches its node",
        description="No host namespaces, paths or ports, no privileged container, no capability beyond the usual.",
        severity="mandatory",
        parameters=(texts("namespaces", (), "Namespaces in which pods may: agents that look at the nodes."),),
        check=_host,
    ),
    Rule(
        id="pod-security",
        title="Every namespace enforces a Pod Security level, that of apps the strict one",
        description="Namespaces have the label, and pods of apps are such that the level admits them.",
        severity="mandatory",
        parameters=(
            parameter(
                "level",
                "restricted",
                "The level of namespaces that are not the platform's.",
                enum=["baseline", "restricted"],
            ),
            texts("namespaces", (), "Namespaces that may enforce any level."),
        ),
        check=_check,
    ),
)
