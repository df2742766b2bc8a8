"""A cluster stays in its VPC and in its zones: the provider would try, and EKS refuses."""

import pytest

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.simulate.resources import simulated
from tests.support.plans import CLUSTER, SUBNET, VPC, only, operations, plan, recording, resource

REGION = "us-west-2"


def identity(of: Resource) -> str:
    return simulated(of, REGION)[0]


def stack(*zones: str, cidr: str = "10.0.0.0/16", third: str = "10.0.{}.0/24") -> Recording:
    vpc = resource(VPC, "network", {"cidrBlock": cidr})
    subnets = [
        resource(
            SUBNET,
            f"subnet-{zone}",
            {"vpcId": identity(vpc), "availabilityZone": zone, "cidrBlock": third.format(number)},
            property_dependencies={"vpcId": (vpc.urn,)},
        )
        for number, zone in enumerate(zones)
    ]
    cluster = resource(
        CLUSTER,
        "cluster",
        {"vpcConfig": {"subnetIds": [identity(each) for each in subnets]}},
        property_dependencies={"vpcConfig": tuple(each.urn for each in subnets)},
    )
    return recording(vpc, *subnets, cluster)


@pytest.mark.parametrize("zones", [("a",), ("a", "b", "c"), ("a", "c")])
def test_other_zones_are_refused(zones: tuple[str, ...]) -> None:
    step = only(plan(stack("a", "b"), stack(*zones)), "cluster")
    assert step.operation == "update"
    assert [each.refused or "" for each in step.changes if "in which it was made: a, b (https" not in str(each)] == []


def test_another_vpc_is_refused() -> None:
    found = plan(stack("a", "b"), stack("a", "b", cidr="10.1.0.0/16"))
    assert operations(found)["network"] == "replace"
    step = only(found, "cluster")
    assert (step.operation, len(step.changes)) == ("update", 2)
    assert all("in the VPC in which it was made" in (each.refused or "") for each in step.changes)
    assert [each.resource.name for each in found.refused] == ["cluster"]


def test_other_subnets_of_the_same_zones_are_taken() -> None:
    found = plan(stack("a", "b"), stack("a", "b", third="10.0.1{}.0/24"))
    assert operations(found) == {
        "network": "unchanged",
        "subnet-a": "replace",
        "subnet-b": "replace",
        "cluster": "update",
    }
    assert found.refused == ()


def test_another_order_of_the_zones_is_taken() -> None:
    old, new = stack("a", "b"), stack("b", "a", third="10.0.0.0/24")
    assert plan(old, new).refused == ()
