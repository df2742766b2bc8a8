"""What EKS refuses of a cluster's subnets: it is not in the cluster's own inputs, but in those of the subnets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from slipway.plan.model import Step
from slipway.recording.objects import text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

CLUSTER = "aws:eks/cluster:Cluster"
SUBNET = "aws:ec2/subnet:Subnet"
VPC = "aws:ec2/vpc:Vpc"
_SUBNETS = ("vpcConfig", "subnetIds")
_SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"


def judged(steps: Sequence[Step], old: Recording, new: Recording) -> list[Step]:
    """Return the steps, with every change of a cluster's subnets refused that leads to other zones or another VPC.

    The provider takes both for updates in place (terraform-provider-aws 6, internal/service/eks/cluster.go).
    """
    by_urn = {step.urn: step for step in steps}
    return [_judged(step, by_urn, old, new) if step.resource.type == CLUSTER else step for step in steps]


def _judged(step: Step, by_urn: Mapping[str, Step], old: Recording, new: Recording) -> Step:
    moved = [each for each in step.changes if each.path[:2] == _SUBNETS]
    if step.operation != "update" or step.old is None or step.new is None or not moved:
        return step
    why = _refused(step.old, step.new, by_urn, old, new)
    if why is None:
        return step
    said = f"{why} ({_SOURCE})"
    return replace(step, changes=tuple(replace(each, refused=said) if each in moved else each for each in step.changes))


def _refused(was: Resource, now: Resource, by_urn: Mapping[str, Step], old: Recording, new: Recording) -> str | None:
    subnets = list(_subnets(now, new))
    networks = {urn for each in subnets for urn in each.property_dependencies.get("vpcId", ())}
    steps = [by_urn[urn] for urn in networks if urn in by_urn]
    if any(each.resource.type == VPC and each.operation in ("create", "replace") for each in steps):
        return "EKS leaves a cluster in the VPC in which it was made"
    before, after = (sorted({_zone(each) for each in found}) for found in (_subnets(was, old), subnets))
    if before and after and before != after:
        return f"EKS leaves a cluster in the very zones in which it was made: {', '.join(before)}"
    return None


def _subnets(cluster: Resource, recording: Recording) -> Iterator[Resource]:
    for urn in cluster.property_dependencies.get("vpcConfig", ()):
        found = recording.by_urn.get(urn)
        if found is not None and found.type == SUBNET:
            yield found


def _zone(subnet: Resource) -> str:
    return text(subnet.inputs, "availabilityZone") or text(subnet.inputs, "availabilityZoneId") or ""
