"""required-tags: whoever finds something in the account, or on the bill, can tell whose it is."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.reading import document, open_value, texts
from slipway.recording.objects import dig, items, mapping
from slipway.recording.resource import Resource

TAGGABLE = (
    "aws:acm/certificate:Certificate",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ebs/volume:Volume",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/instance:Instance",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/addon:Addon",
    "aws:eks/cluster:Cluster",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/subnetGroup:SubnetGroup",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:rds/parameterGroup:ParameterGroup",
    "aws:rds/subnetGroup:SubnetGroup",
    "aws:s3/bucket:Bucket",
    "aws:secretsmanager/secret:Secret",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:wafv2/webAcl:WebAcl",
)
"""The types that have tags: those of Slipway's whose class in the SDK has `tags_all`, and a few that hold data."""

SLIPWAY = ("managed-by", "slipway:environment", "slipway:stack")
"""What Slipway gives everything. Who pays and who answers, a stack must be told: see the rule's page."""

_LAUNCHED = ("instance", "volume")
_SETTING = "set aws.tags: {%s}"


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    required = list(parameters["tags"])
    lacking: dict[str, list[tuple[Resource, list[str]]]] = {}
    for resource in stack.recording.of_type(*TAGGABLE):
        if resource.read:
            continue
        provider = stack.recording.provider(resource)
        if missing := _missing(required, resource, provider):
            lacking.setdefault(provider.urn if provider else resource.urn, []).append((resource, missing))
    for urn, found in lacking.items():
        missing = sorted({tag for _, tags in found for tag in tags})
        first, more = found[0][0], f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield Finding(
            urn, f"{first.kind} {first.name}{more} have no tag {', '.join(missing)}: {_SETTING % _example(missing)}"
        )
    yield from _made_later(stack, required)


def _missing(required: list[str], resource: Resource, provider: Resource | None) -> list[str]:
    """Return the tags that neither the resource nor its provider gives a value."""
    default = provider.inputs.get("defaultTags") if provider else None
    own = resource.inputs.get("tags")
    if open_value(default) or open_value(own):
        return []
    given = {**mapping(document(default), "tags"), **mapping(own)}
    return [tag for tag in required if not given.get(tag)]


def _made_later(stack: Stack, required: list[str]) -> Iterator[Finding]:
    """Yield what makes resources outside of Pulumi, which get no tags of the provider: nodes, and volumes of pods."""
    for template in stack.recording.of_type("aws:ec2/launchTemplate:LaunchTemplate"):
        specified = {dig(each, "resourceType"): each for each in items(template.inputs, "tagSpecifications")}
        for kind in _LAUNCHED:
            tags = mapping(specified.get(kind), "tags")
            if missing := [tag for tag in required if not tags.get(tag)]:
                yield Finding(
                    template.urn, f"each {kind} that is launched has no tag {', '.join(missing)}: add tagSpecifications"
                )
    for addon in stack.recording.of_type("aws:eks/addon:Addon"):
        values = addon.inputs.get("configurationValues")
        if addon.inputs.get("addonName") == "aws-ebs-csi-driver" and not open_value(values):
            tags = mapping(document(values), "controller", "extraVolumeTags")
            if missing := [tag for tag in required if not tags.get(tag)]:
                yield Finding(
                    addon.urn,
                    f"volumes of pods get no tag {', '.join(missing)}: set controller.extraVolumeTags of the add-on",
                )


def _example(tags: list[str]) -> str:
    return ", ".join(f"{tag}: …" for tag in tags)


RULE = Rule(
    id="required-tags",
    title="Everything in AWS has the tags that say whose it is",
    description="The resources of the stack, and the nodes and volumes that are made for it later.",
    severity="mandatory",
    parameters=(texts("tags", SLIPWAY, "The tags that must have a value. Their case counts."),),
    check=_check,
)
