"""stateful-protected: what holds data, and what everything stands on, cannot be deleted by an edit."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Finding, Rule, Stack
from policy.rules.reading import flag, is_true, not_true, texts
from slipway.recording.objects import dig, items
from slipway.recording.resource import Resource

PROTECTED = (
    "aws:ec2/vpc:Vpc",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/key:Key",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:s3/bucket:Bucket",
    "kubernetes:apps/v1:StatefulSet",
)
_DELETION = ("aws:eks/cluster:Cluster", "aws:rds/cluster:Cluster", "aws:rds/instance:Instance")
_DATABASES = ("aws:rds/cluster:Cluster", "aws:rds/instance:Instance")


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    if stack.environment not in parameters["environments"]:
        return
    for resource in stack.recording.of_type(*parameters["types"]):
        if not resource.read and _holds_data(resource):
            if not (resource.protect or resource.retain_on_delete):
                yield Finding(
                    resource.urn,
                    f"{resource.kind} {resource.name} is not protected, so an edit can delete it with all in it: set"
                    " cluster: {protect: true}",
                )
            yield from (Finding(resource.urn, fault) for fault in _faults(resource, parameters))


def _holds_data(resource: Resource) -> bool:
    """Tell whether there is something to lose: a StatefulSet without claims has nothing."""
    return resource.kind != "StatefulSet" or bool(items(resource.inputs, "spec", "volumeClaimTemplates"))


def _faults(resource: Resource, parameters: Mapping[str, Any]) -> Iterator[str]:
    inputs = resource.inputs
    deletion = inputs.get("deletionProtection")
    if parameters["deletionProtection"] and resource.type in _DELETION and not_true(deletion):
        yield f"{resource.kind} {resource.name} can be deleted in AWS itself: set deletionProtection: true"
    if resource.type in _DATABASES and is_true(inputs.get("skipFinalSnapshot")):
        yield f"{resource.kind} {resource.name} leaves no snapshot when it goes: skipFinalSnapshot is true"
    if resource.type == "aws:s3/bucket:Bucket" and is_true(inputs.get("forceDestroy")):
        yield f"{resource.kind} {resource.name} is emptied when it goes: forceDestroy is true"
    if dig(inputs, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete":
        yield f"{resource.kind} {resource.name} takes its volumes along when it goes: whenDeleted is Delete"


RULE = Rule(
    id="stateful-protected",
    title="What holds data is protected",
    description="The engine refuses to delete or replace a protected resource, whatever the edit.",
    severity="mandatory",
    parameters=(
        texts("environments", ("production",), "The environments in which they must be protected."),
        texts("types", PROTECTED, "The types, by their Pulumi tokens."),
        flag(
            "deletionProtection",
            default=True,
            description="Whether clusters and databases must be protected in AWS, too, from whoever has a console.",
        ),
    ),
    check=_check,
)
