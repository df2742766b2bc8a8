"""VPC flow logs: who talked to whom, kept in CloudWatch Logs."""

from typing import Any, Literal

import pulumi
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.ec2.flow_log import FlowLog
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pydantic import Field

from components.component import Component
from components.foundation.identity import policy
from components.model import Settings

RetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""The retention periods, in days, that CloudWatch Logs offers (its PutRetentionPolicy reference)."""


class FlowLogSettings(Settings):
    """What is logged of the VPC's traffic, and for how long."""

    enabled: bool = Field(default=True, description="Whether the VPC's traffic is logged.")
    retention_days: RetentionDays = Field(
        default=30, description="How long records are kept, in days; one of the values that CloudWatch Logs offers."
    )
    traffic_type: Literal["ALL", "ACCEPT", "REJECT"] = Field(
        default="ALL", description="Which traffic is logged: all of it, only the accepted or only the rejected."
    )


class FlowLogs(Component):
    """The record of the network's connections: flow log, log group, and a role that may write to it only."""

    def __init__(
        self,
        name: str,
        settings: FlowLogSettings,
        *,
        vpc: Vpc,
        region: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:FlowLogs", name, None, opts)
        group = LogGroup(name, retention_in_days=settings.retention_days, opts=self.child())
        role = Role(
            name,
            description="Lets VPC flow logs write to their log group",
            assume_role_policy=policy([_may_take_role(vpc.owner_id, region)]),
            opts=self.child(),
        )
        permission = RolePolicy(name, role=role.id, policy=policy([_may_write(group.arn)]), opts=self.child())
        FlowLog(
            name,
            vpc_id=vpc.id,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            traffic_type=settings.traffic_type,
            opts=self.child(after=[permission]),
        )
        self.register_outputs({"logGroupName": group.name})


def _may_take_role(account_id: pulumi.Input[str], region: str) -> dict[str, Any]:
    """Only flow logs of this account and region may (the condition against confused deputies in the VPC guide)."""
    logs = pulumi.Output.format("arn:aws:ec2:{}:{}:vpc-flow-log/*", region, account_id)
    return {
        "Effect": "Allow",
        "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": account_id}, "ArnLike": {"aws:SourceArn": logs}},
    }


def _may_write(log_group_arn: pulumi.Input[str]) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": pulumi.Output.concat(log_group_arn, ":*"),
    }
