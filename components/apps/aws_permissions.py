"""What an app may do in AWS: statements in IAM's words, without its wildcards."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from components.model import Settings
from components.names import Text

_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_ARN = re.compile(r"arn:aws(?:-cn|-us-gov)?:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:(?P<resource>\S+)")
_IAM_READS = re.compile(r"iam:(Get|List)[A-Za-z]+|iam:PassRole")

Method = Literal["podIdentity", "irsa"]

MAX_POLICY = 10_240
"""Characters that the inline policies of a role may have together (IAM quotas, docs.aws.amazon.com)."""


def _action(value: str) -> str:
    if "*" in value or "?" in value:
        raise ValueError(
            f"{value!r} is a wildcard: it grants whatever actions AWS adds under that name tomorrow; name each action"
        )
    if not _ACTION.fullmatch(value):
        raise ValueError(f"{value!r} is not an action, such as s3:GetObject")
    if value.startswith("iam:") and not _IAM_READS.fullmatch(value):
        raise ValueError(f"{value!r} changes IAM, and who can do that can give itself every right; an app may read it")
    return value


def _resource(value: str) -> str:
    if value.strip("*?") == "":
        raise ValueError(
            f"{value!r} is every resource of the account: name them by ARN; for an action that knows no resources, such"
            " as cloudwatch:PutMetricData, write `anyResource: true` with a `reason` instead of `resources`"
        )
    found = _ARN.fullmatch(value)
    if found is None:
        raise ValueError(
            f"{value!r} is not an ARN, such as arn:aws:s3:::example-uploads/*; wildcards belong in its last part only"
        )
    if not re.search(r"[A-Za-z0-9]", found["resource"]):
        raise ValueError(f"{value!r} is every resource of the service: name them, or what their names start with")
    return value


_OPERATOR = (
    r"^(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals|EqualsIgnoreCase|Like)|Numeric((Not)?Equals|(Less|Greater)Than(Equals)?)"
    r"|Date((Not)?Equals|(Less|Greater)Than(Equals)?)|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like)|Null)"
    r"(IfExists)?$"
)

Action = Annotated[str, Field(max_length=128, examples=["s3:GetObject"]), AfterValidator(_action)]
ResourceArn = Annotated[
    str, Field(max_length=2048, examples=["arn:aws:s3:::example-uploads/*"]), AfterValidator(_resource)
]
ConditionOperator = Annotated[str, Field(pattern=_OPERATOR, examples=["StringEquals"])]
ConditionKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+:\S+$", examples=["aws:ResourceTag/team"])]
ConditionValue = Text | Annotated[tuple[Text, ...], Field(min_length=1)]


class StatementSettings(Settings):
    """Some actions on some resources. The effect is Allow: what nothing allows is denied."""

    actions: Annotated[tuple[Action, ...], Field(min_length=1)] = Field(description="The actions, each by its name.")
    resources: tuple[ResourceArn, ...] = Field(default=(), description="The resources, by ARN.")
    conditions: dict[ConditionOperator, dict[ConditionKey, ConditionValue]] = Field(
        default_factory=dict, description="When it holds: values by condition key, by operator, as in IAM."
    )
    any_resource: bool = Field(
        default=False, description="Instead of `resources`: the actions know none, and IAM wants * there."
    )
    reason: Annotated[Text, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Why `anyResource`, for who reads it next."
    )


class AwsPermissionsSettings(Settings):
    """An IAM role of the app's own, and what it may do."""

    method: Method = Field(
        default="podIdentity",
        description="How pods get it: podIdentity (EKS Pod Identity), or irsa (the cluster's OpenID Connect provider)"
        " for an SDK older than Pod Identity.",
    )
    statements: Annotated[tuple[StatementSettings, ...], Field(min_length=1)] = Field(description="What it may do.")


def statements(settings: AwsPermissionsSettings) -> list[dict[str, Any]]:
    """Return the IAM statements of a policy."""
    return [
        {
            "Effect": "Allow",
            "Action": list(each.actions),
            "Resource": "*" if each.any_resource else list(each.resources),
            **({"Condition": _conditions(each)} if each.conditions else {}),
        }
        for each in settings.statements
    ]


def _conditions(statement: StatementSettings) -> dict[str, dict[str, Any]]:
    return {
        operator: {key: value if isinstance(value, str) else list(value) for key, value in keys.items()}
        for operator, keys in statement.conditions.items()
    }


def services(arns: Sequence[str]) -> set[str]:
    """Return the services that ARNs are of."""
    return {arn.split(":")[2] for arn in arns}


def is_whole_kind(arn: str) -> bool:
    """Tell whether an ARN means all resources of one kind, such as table/*; what S3 has there is a bucket's name."""
    return arn.split(":")[2] != "s3" and re.fullmatch(r"[a-z-]+[/:]\*+", arn.split(":", 5)[5]) is not None
