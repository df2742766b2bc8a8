"""no-wildcard-iam: no role may do everything, and none reaches what is secret everywhere."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from policy.model import Rule, Stack
from policy.rules.principals import is_anyone
from policy.rules.reading import by_type, document, listed, open_value, texts
from slipway.recording.objects import dig, mapping
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

Parameters = Mapping[str, Any]

SENSITIVE = (
    "iam:AttachRolePolicy",
    "iam:CreateAccessKey",
    "iam:CreatePolicyVersion",
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "kms:Decrypt",
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:PutObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:SendCommand",
    "sts:AssumeRole",
)
"""What no role may do to all resources: become another identity, read secrets, read or destroy data."""

MANAGED = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
"""AWS's own policies that are as good as everything."""


def _policy(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    yield from _document(resource.inputs.get("policy"), parameters)


def _role(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    for statement in _allowed(resource.inputs.get("assumeRolePolicy")):
        if is_anyone(dig(statement, "Principal")) and not mapping(statement, "Condition"):
            yield "everyone may assume the role: its trust policy has the Principal * without a Condition"
    for inline in listed(resource.inputs.get("inlinePolicies")):
        yield from _document(dig(inline, "policy"), parameters)
    for arn in listed(resource.inputs.get("managedPolicyArns")):
        yield from _managed(arn, parameters)


def _attachment(resource: Resource, _stack: Stack, parameters: Parameters) -> Iterator[str]:
    yield from _managed(resource.inputs.get("policyArn"), parameters)


def _managed(arn: Json, parameters: Parameters) -> Iterator[str]:
    name = str(arn).rpartition("/")[2]
    if str(arn).startswith("arn:aws") and "::aws:policy/" in str(arn) and name in parameters["managedPolicies"]:
        yield f"the role has AWS's policy {name}: name the actions that it needs in a policy of its own"


def _document(policy: Json, parameters: Parameters) -> Iterator[str]:
    for statement in _allowed(policy):
        actions = [str(each) for each in listed(dig(statement, "Action"))]
        if dig(statement, "NotAction") is not None:
            yield "a statement allows all actions but some (NotAction): name those that are needed"
        wide = [each for each in actions if each == "*" or each.endswith(":*")]
        if wide:
            yield f"a statement allows {_some(wide)}: name the actions that are needed"
        everywhere = "*" in listed(dig(statement, "Resource")) or dig(statement, "NotResource") is not None
        if everywhere and not mapping(statement, "Condition"):
            reached = [each for each in actions if each not in wide and _is_sensitive(each, parameters)]
            if reached:
                yield f"a statement allows {_some(reached)} on every resource, without a Condition: name the resources"


def _is_sensitive(action: str, parameters: Parameters) -> bool:
    """Tell whether an action is, or has by its wildcard, one of the sensitive ones. Case does not count."""
    pattern = action.lower()
    return any(fnmatchcase(each.lower(), pattern) for each in parameters["sensitiveActions"])


def _allowed(policy: Json) -> Iterable[Json]:
    if open_value(policy):
        return []
    return [each for each in listed(dig(document(policy), "Statement")) if dig(each, "Effect") == "Allow"]


def _some(actions: list[str]) -> str:
    more = f" and {len(actions) - 3} more" if len(actions) > 3 else ""
    return ", ".join(actions[:3]) + more


RULE = Rule(
    id="no-wildcard-iam",
    title="No IAM policy allows everything",
    description="No action of a whole service, nothing secret on every resource, no role that everyone may assume.",
    severity="mandatory",
    parameters=(
        texts("sensitiveActions", SENSITIVE, "Actions that must name their resources, or have a Condition."),
        texts("managedPolicies", MANAGED, "AWS's own policies that no role may have, by name."),
    ),
    check=by_type(
        {
            "aws:iam/policy:Policy": _policy,
            "aws:iam/role:Role": _role,
            "aws:iam/rolePolicy:RolePolicy": _policy,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
        }
    ),
)
