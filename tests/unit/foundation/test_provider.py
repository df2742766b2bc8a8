"""The AWS settings and the provider made of them."""

import json

import pytest
from pydantic import ValidationError

from components.foundation.provider import AwsSettings, aws_provider
from tests.support.recording import record


def recorded_inputs(settings: AwsSettings) -> dict[str, str]:
    recording = record(lambda: aws_provider("aws", settings, environment="staging", stack="blue"))
    return recording.one("pulumi:providers:aws", "aws").inputs


def test_the_provider_has_a_region_and_default_tags() -> None:
    inputs = recorded_inputs(AwsSettings(region="us-west-2", tags={"cost-center": "platform"}))
    assert inputs["region"] == "us-west-2"
    assert json.loads(inputs["defaultTags"]) == {
        "tags": {
            "managed-by": "slipway",
            "slipway:environment": "staging",
            "slipway:stack": "blue",
            "cost-center": "platform",
        }
    }
    assert "allowedAccountIds" not in inputs


def test_an_account_is_the_only_one_allowed() -> None:
    inputs = recorded_inputs(AwsSettings(region="us-west-2", account_id="123456789012"))
    assert json.loads(inputs["allowedAccountIds"]) == ["123456789012"]


def test_the_stack_may_say_who_manages_it() -> None:
    inputs = recorded_inputs(AwsSettings(region="us-west-2", tags={"managed-by": "platform-team"}))
    assert json.loads(inputs["defaultTags"])["tags"]["managed-by"] == "platform-team"


@pytest.mark.parametrize("region", ["us-west-2", "eu-central-1", "ap-southeast-3", "il-central-1", "mx-central-1"])
def test_regions(region: str) -> None:
    assert AwsSettings(region=region).region == region


@pytest.mark.parametrize("region", ["us-west-2a", "oregon", "us-west", "US-WEST-2", ""])
def test_what_is_not_made_as_regions_are_is_refused(region: str) -> None:
    with pytest.raises(ValidationError, match="not the name of an AWS region"):
        AwsSettings(region=region)


@pytest.mark.parametrize("account", ["12345678901", "1234567890123", "12345678901x", 123456789012])
def test_an_account_is_twelve_digits_in_quotes(account: object) -> None:
    with pytest.raises(ValidationError, match="twelve digits in quotes"):
        AwsSettings.model_validate({"region": "us-west-2", "accountId": account})


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"slipway:stack": "mine"}, "reserved tag"),
        ({"aws:name": "mine"}, "reserved tag"),
        ({"kubernetes.io/cluster/x": "owned"}, "reserved tag"),
        ({"a": "b<c>"}, "character that AWS tags do not allow"),
        ({"a?": "b"}, "character that AWS tags do not allow"),
        ({"": "b"}, "at least 1 character"),
        ({"a": "b" * 257}, "at most 256 characters"),
        ({f"key-{index}": "" for index in range(41)}, "at most 40 items"),
    ],
)
def test_tags_that_aws_or_slipway_refuse(tags: dict[str, str], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        AwsSettings(region="us-west-2", tags=tags)
