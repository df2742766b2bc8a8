"""The AWS account and region of a stack, and the one explicit provider that its AWS resources use."""

import re
from typing import Annotated

import pulumi
from pulumi_aws.provider import Provider
from pydantic import AfterValidator, BeforeValidator, Field

from components.foundation.regions import REGION_NAME
from components.model import Settings

_TAG = re.compile(r"[\w\s+\-=.:/@]*")
_RESERVED_TAGS = ("aws:", "slipway:", "kubernetes.io/")


def _region(value: str) -> str:
    if not re.fullmatch(REGION_NAME, value):
        raise ValueError(f"{value!r} is not the name of an AWS region, such as us-west-2 or eu-central-1")
    return value


def _account_id(value: object) -> object:
    """YAML reads an unquoted account as a number, and one that starts with 0 as a shorter number."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{12}", value):
        raise ValueError(f'{value!r} is not an AWS account: twelve digits in quotes, such as "123456789012"')
    return value


def _tag_key(value: str) -> str:
    if value.startswith(_RESERVED_TAGS):
        raise ValueError(f"{value!r} is a reserved tag: keys do not start with {', '.join(_RESERVED_TAGS)}")
    return value


def _tag(value: str) -> str:
    if not _TAG.fullmatch(value):
        raise ValueError(f"{value!r} has a character that AWS tags do not allow: letters, digits, spaces, _.:/=+-@")
    return value


Region = Annotated[str, AfterValidator(_region), Field(examples=["us-west-2"])]
"""The name of a region. That it is one of the partition `aws`, `region_checks` hold against boto3's list."""

AccountId = Annotated[str, BeforeValidator(_account_id), Field(pattern=r"^\d{12}$", examples=["123456789012"])]
"""The twelve digits of an AWS account."""

TagKey = Annotated[str, Field(min_length=1, max_length=128), AfterValidator(_tag_key), AfterValidator(_tag)]
TagValue = Annotated[str, Field(max_length=256), AfterValidator(_tag)]


class AwsSettings(Settings):
    """Where in AWS the stack is built, and the tags that everything carries."""

    region: Region = Field(description="The AWS region, such as us-west-2.")
    account_id: AccountId | None = Field(
        default=None,
        description="The only account that may be touched (12 digits, quoted); with credentials for another one"
        " every operation fails. Unset: whichever account the credentials are for.",
    )
    tags: dict[TagKey, TagValue] = Field(
        default_factory=dict,
        max_length=40,
        description="Tags of every AWS resource, at most 40 of the 50 that AWS allows, beside slipway:stack,"
        " slipway:environment and managed-by.",
    )


def default_tags(settings: AwsSettings, *, environment: str, stack: str) -> dict[str, str]:
    """Return the tags of every AWS resource: Slipway's own, then the stack's, which may replace `managed-by`."""
    own = {"managed-by": "slipway", "slipway:environment": environment, "slipway:stack": stack}
    return {**own, **settings.tags}


def aws_provider(
    name: str,
    settings: AwsSettings,
    *,
    environment: str,
    stack: str,
    opts: pulumi.ResourceOptions | None = None,
) -> Provider:
    """Return the provider of the stack's region, which refuses any account but `account_id` where that is set."""
    return Provider(
        name,
        region=settings.region,
        allowed_account_ids=[settings.account_id] if settings.account_id else None,
        default_tags={"tags": default_tags(settings, environment=environment, stack=stack)},
        opts=opts,
    )
