"""audit-logs: who did what in the cluster is written down, and kept for a while."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.reading import flag, open_value, parameter, refers
from slipway.recording.objects import items, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_CLUSTER = "aws:eks/cluster:Cluster"
_LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    recording = stack.recording
    for cluster in recording.of_type(_CLUSTER):
        if not cluster.read:
            yield from (Finding(cluster.urn, fault) for fault in _logs(cluster, parameters))
            yield from _kept(cluster, recording, parameters["retentionDays"])
    if parameters["flowLogs"]:
        for vpc in recording.of_type("aws:ec2/vpc:Vpc"):
            logs = recording.of_type("aws:ec2/flowLog:FlowLog")
            if not vpc.read and not any(refers(each, "vpcId", vpc) for each in logs):
                yield Finding(
                    vpc.urn, "nothing records the network's connections: set network.flowLogs: {enabled: true}"
                )


def _logs(cluster: Resource, parameters: Mapping[str, Any]) -> Iterator[str]:
    if open_value(cluster.inputs.get("enabledClusterLogTypes")):
        return
    on = items(cluster.inputs, "enabledClusterLogTypes")
    missing = [each for each in parameters["logTypes"] if each not in on]
    if missing:
        yield f"the control plane does not write the logs {', '.join(missing)}: add them to enabledClusterLogTypes"


def _kept(cluster: Resource, recording: Recording, least: int) -> Iterator[Finding]:
    """Yield a log group that forgets too early. One without a number, or with 0, keeps its logs for ever."""
    name = f"/aws/eks/{text(cluster.inputs, 'name')}/cluster"
    for group in recording.of_type(_LOG_GROUP):
        days = group.inputs.get("retentionInDays")
        if group.inputs.get("name") == name and isinstance(days, int) and 0 < days < least:
            yield Finding(
                group.urn,
                f"the control plane's logs are kept for {days} days, and must be for {least}: set"
                " cluster.logRetentionDays",
            )


RULE = Rule(
    id="audit-logs",
    title="The control plane's audit logs are on and kept",
    description="The cluster writes its audit and authenticator logs, and they are there when somebody asks.",
    severity="mandatory",
    parameters=(
        parameter(
            "logTypes",
            ["audit", "authenticator"],
            "The logs of the control plane that must be on.",
            type="array",
            items={"enum": list(LOG_TYPES)},
            uniqueItems=True,
        ),
        parameter(
            "retentionDays",
            30,
            "For how many days they must be kept at least.",
            type="integer",
            minimum=1,
            maximum=3653,
        ),
        flag("flowLogs", default=False, description="Whether every VPC must record its connections, too."),
    ),
    check=_check,
)
