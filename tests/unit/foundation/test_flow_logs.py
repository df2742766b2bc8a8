"""VPC flow logs: where they go, and what their role may do."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from components.foundation.flow_logs import FlowLogSettings
from components.foundation.network import Network, NetworkSettings
from tests.support.recording import UNKNOWN, Recording, record


def build(*, known: bool = True, **flow_logs: Any) -> Recording:
    settings = NetworkSettings(flow_logs=FlowLogSettings(**flow_logs))
    return record(
        lambda: Network("network", settings, cluster_name="blue", region="us-west-2"),
        known=known,
        outputs={"aws:ec2/vpc:Vpc": {"ownerId": "123456789012"}},
    )


def test_flow_logs_go_to_a_log_group_of_their_own() -> None:
    recording = build(retention_days=90, traffic_type="REJECT")
    group = recording.one("aws:cloudwatch/logGroup:LogGroup", "network-flow-logs")
    assert group.inputs == {"retentionInDays": 90}
    assert recording.one("aws:ec2/flowLog:FlowLog").inputs == {
        "vpcId": "network-id",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": "arn:aws:mock:us-west-2:123456789012:loggroup/network-flow-logs",
        "iamRoleArn": "arn:aws:mock:us-west-2:123456789012:role/network-flow-logs",
        "trafficType": "REJECT",
    }


def test_by_default_all_traffic_is_kept_for_a_month() -> None:
    recording = build()
    assert recording.one("aws:cloudwatch/logGroup:LogGroup").inputs["retentionInDays"] == 30
    assert recording.one("aws:ec2/flowLog:FlowLog").inputs["trafficType"] == "ALL"


def test_the_role_writes_to_that_group_only() -> None:
    recording = build()
    policy = recording.one("aws:iam/rolePolicy:RolePolicy")
    assert policy.inputs["role"] == "network-flow-logs-id"
    assert json.loads(policy.inputs["policy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": "arn:aws:mock:us-west-2:123456789012:loggroup/network-flow-logs:*",
        }
    ]
    assert policy.urn in recording.one("aws:ec2/flowLog:FlowLog").dependencies


def test_only_flow_logs_of_this_account_and_region_take_the_role() -> None:
    role = build().one("aws:iam/role:Role", "network-flow-logs")
    assert json.loads(role.inputs["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"aws:SourceAccount": "123456789012"},
                "ArnLike": {"aws:SourceArn": "arn:aws:ec2:us-west-2:123456789012:vpc-flow-log/*"},
            },
        }
    ]


def test_disabled_flow_logs_make_nothing() -> None:
    types = {resource.type for resource in build(enabled=False).resources}
    assert not {kind for kind in types if "FlowLog" in kind or "logGroup" in kind or "iam" in kind}


def test_the_set_of_resources_does_not_depend_on_outputs() -> None:
    unknown = build(known=False)
    assert unknown.one("aws:iam/role:Role").inputs["assumeRolePolicy"] == UNKNOWN
    assert build().urns == unknown.urns


@pytest.mark.parametrize("days", [0, 2, 31, 3654])
def test_retention_is_what_cloudwatch_offers(days: int) -> None:
    with pytest.raises(ValidationError, match="Input should be 1, 3, 5, 7, 14, 30"):
        FlowLogSettings.model_validate({"retentionDays": days})
