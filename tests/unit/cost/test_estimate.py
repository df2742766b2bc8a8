"""The sums, made by hand at the list prices: 730 hours a month, a unit's month in whole cents."""

from datetime import date
from decimal import Decimal

import pytest

from slipway.cost.estimate import estimate
from slipway.recording.recording import Recording
from tests.unit.cost.building import PRICES, TODAY, amounts, estimated, node_group, resource, template


@pytest.mark.parametrize(
    ("version", "on", "what", "monthly"),
    [
        ("1.35", TODAY, "EKS control plane 1.35, standard support", "73.00"),
        ("1.33", TODAY, "EKS control plane 1.33, extended support", "438.00"),
        ("1.35", date(2027, 12, 1), "EKS control plane 1.35, extended support", "438.00"),
    ],
)
def test_the_control_plane_by_the_support_of_its_version(version: str, on: date, what: str, monthly: str) -> None:
    found = estimated(resource("aws:eks/cluster:Cluster", "k", {"version": version}), on=on)
    assert amounts(found) == {what: Decimal(monthly)}


def test_a_version_of_unknown_support_is_said_to_be() -> None:
    found = estimated(resource("aws:eks/cluster:Cluster", "k", {"version": "1.99"}))
    assert found.total == 0
    assert [(gap.what, gap.why) for gap in found.gaps] == [
        ("EKS control plane 1.99", "its support period is not known")
    ]


def test_bottlerockets_two_volumes_are_told_apart() -> None:
    disks = template({"volumeSize": 10, "volumeType": "gp3"}, {"volumeSize": 50, "volumeType": "gp3"})
    found = amounts(estimated(node_group(["t3.large"], 4), disks))
    assert found["root volume gp3 10 GiB"] == Decimal("3.20")
    assert found["data volume gp3 50 GiB"] == Decimal("16.00")


def test_on_demand_nodes_with_their_volumes() -> None:
    # 0.0832 x 730 = 60.736, which is 60.74 in cents, four times; and 4 x 50 GiB x 0.08
    found = estimated(node_group(["t3.large", "t3a.large"], 4), template({"volumeSize": 50, "volumeType": "gp3"}))
    assert amounts(found) == {
        "on-demand t3.large": Decimal("242.96"),
        "root volume gp3 50 GiB": Decimal("16.00"),
    }
    assert found.total == Decimal("258.96")
    assert found.saving == 0
    assert found.by_resource == {"urn:group": Decimal("258.96")}


def test_spot_nodes_are_assumed_at_a_share_of_their_types_average() -> None:
    # (0.096 + 0.086) / 2 x 730 = 66.43 on demand, of which 0.35 are 23.25
    found = estimated(node_group(["m5.large", "m5a.large"], 3, spot=True), template({"volumeSize": 20}))
    assert amounts(found)["spot m5.large | m5a.large"] == Decimal("69.75")
    assert found.saving == 3 * (Decimal("66.43") - Decimal("23.25"))
    assert amounts(found)["root volume gp2 20 GiB"] == Decimal("6.00")


def test_volumes_beyond_what_their_price_includes_and_monitoring() -> None:
    # 100 x 0.08 + 2000 x 0.005 + 75 x 0.04 = 21 each
    fast = template({"volumeSize": 100, "volumeType": "gp3", "iops": 5000, "throughput": 200}, monitoring=True)
    found = estimated(node_group(["t3.large"], 2), fast)
    assert amounts(found)["root volume gp3 100 GiB"] == Decimal("42.00")
    assert amounts(found)["detailed monitoring"] == Decimal("4.20")


def test_an_unknown_instance_type_is_named_not_guessed() -> None:
    found = estimated(node_group(["x9.large"], 2), template({"volumeSize": 10, "volumeType": "gp3"}))
    assert [(gap.what, gap.why) for gap in found.gaps] == [("instance type x9.large", "no price in the list")]
    assert amounts(found) == {"root volume gp3 10 GiB": Decimal("1.60")}


def test_a_spot_pool_with_one_unknown_type_says_so() -> None:
    found = estimated(node_group(["m5.large", "x9.large"], 1, spot=True), template({"volumeSize": 1}))
    assert amounts(found)["spot m5.large | x9.large"] == Decimal("24.53")  # 0.096 x 730 x 0.35 = 24.528
    assert found.gaps[0].why == "no price in the list; the pool's average is of its other types"


def test_a_node_group_without_a_template_has_the_default_disk() -> None:
    group = resource(
        "aws:eks/nodeGroup:NodeGroup", "group", {"instanceTypes": ["t3.large"], "scalingConfig": {"desiredSize": 1}}
    )
    assert amounts(estimated(group))["root volume gp2 20 GiB"] == Decimal("2.00")


def test_a_template_of_another_stack_is_a_gap() -> None:
    assert estimated(node_group(["t3.large"], 1)).gaps[0].why == "the launch template is not one of this stack"


def test_sizes_that_are_not_known_are_gaps() -> None:
    group = resource("aws:eks/nodeGroup:NodeGroup", "group", {"instanceTypes": "[unknown until deployment]"})
    assert estimated(group).gaps[0].what == "instances of group"


def test_gateways_addresses_endpoints_and_keys() -> None:
    found = estimated(
        resource("aws:ec2/natGateway:NatGateway", "nat", {}),
        resource("aws:ec2/eip:Eip", "ip", {}),
        resource(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "ecr",
            {
                "vpcEndpointType": "Interface",
                "serviceName": "com.amazonaws.us-west-2.ecr.api",
                "subnetIds": ["a", "b", "c"],
            },
        ),
        resource("aws:ec2/vpcEndpoint:VpcEndpoint", "s3", {"serviceName": "com.amazonaws.us-west-2.s3"}),
        resource("aws:kms/key:Key", "key", {}),
        resource("aws:ec2/vpc:Vpc", "vpc", {}),
    )
    assert amounts(found) == {
        "NAT gateway": Decimal("32.85"),
        "public IPv4 address": Decimal("3.65"),
        "data through NAT gateway 100 GiB": Decimal("4.50"),
        "interface endpoint api": Decimal("21.90"),
        "data through interface endpoint 20 GiB": Decimal("0.20"),
        "KMS key": Decimal("1.00"),
    }
    assert found.gaps == ()
    assert found.by_use == {
        "data to the internet": 1,
        "requests to KMS": 1,
    }


def test_what_has_no_price_in_the_list_is_named() -> None:
    found = estimated(resource("aws:redshift/cluster:Cluster", "db", {}))
    assert [(gap.urn, gap.what, gap.why) for gap in found.gaps] == [
        ("urn:db", "aws:redshift/cluster:Cluster", "no price in the list")
    ]


def test_the_regions_of_stack_and_prices_are_told_apart() -> None:
    found = estimated(resource("aws:kms/key:Key", "key", {}), region="eu-central-1")
    assert (found.region, found.priced_region) == ("eu-central-1", "us-west-2")


def test_a_cluster_that_exists_already_has_no_estimate() -> None:
    service = resource("kubernetes:core/v1:Service", "s", {"kind": "Service", "spec": {"type": "LoadBalancer"}})
    assert estimate(Recording("p", "s", (service,)), PRICES, region="", on=TODAY) is None
