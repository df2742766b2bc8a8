"""VPC endpoints: which services get one, and what guards them."""

import pytest
from pydantic import ValidationError

from components.foundation.endpoints import ISOLATED_CLUSTER_SERVICES, VpcEndpointSettings, interface_services
from components.foundation.network import Network, NetworkSettings
from tests.support.recording import Recording, record

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ISOLATED = NetworkSettings(nat_gateways="none")


def build(settings: NetworkSettings, *, known: bool = True) -> Recording:
    return record(lambda: Network("network", settings, cluster_name="blue", region="us-west-2"), known=known)


def test_s3_has_a_gateway_on_every_table_that_has_a_way_out() -> None:
    endpoint = build(NetworkSettings()).one(ENDPOINT)
    assert endpoint.inputs == {
        "vpcId": "network-id",
        "serviceName": "com.amazonaws.us-west-2.s3",
        "vpcEndpointType": "Gateway",
        "routeTableIds": [
            "network-public-id",
            "network-private-us-west-2a-id",
            "network-private-us-west-2b-id",
            "network-private-us-west-2c-id",
        ],
        "tags": {"Name": "blue-s3"},
    }


def test_with_nat_gateways_there_is_no_interface_endpoint_and_no_security_group() -> None:
    recording = build(NetworkSettings())
    assert not recording.all("aws:ec2/securityGroup:SecurityGroup")
    assert not recording.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")


def test_without_nat_gateways_every_service_of_a_private_cluster_is_inside() -> None:
    endpoints = {each.inputs["serviceName"]: each.inputs for each in build(ISOLATED).all(ENDPOINT)}
    assert set(endpoints) == {
        f"com.amazonaws.us-west-2.{service}"
        for service in (
            *("s3", "ec2", "ecr.api", "ecr.dkr", "eks", "eks-auth", "sts", "logs", "elasticloadbalancing"),
            *("autoscaling", "ssm", "ssmmessages", "kms"),
        )
    }
    assert endpoints["com.amazonaws.us-west-2.ecr.dkr"] == {
        "vpcId": "network-id",
        "serviceName": "com.amazonaws.us-west-2.ecr.dkr",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [f"network-private-us-west-2{letter}-id" for letter in "abc"],
        "securityGroupIds": ["network-endpoints-id"],
        "tags": {"Name": "blue-ecr.dkr"},
    }


def test_the_endpoints_take_https_from_the_vpc_and_nothing_else() -> None:
    recording = build(NetworkSettings(cidr="10.9.0.0/16", nat_gateways="none"))
    group = recording.one("aws:ec2/securityGroup:SecurityGroup")
    assert set(group.inputs) == {"vpcId", "description", "tags"}
    rule = recording.one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rule.inputs == {
        "securityGroupId": "network-endpoints-id",
        "description": "HTTPS from the VPC",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.9.0.0/16",
    }


def test_nodes_without_nat_wait_for_endpoints_and_their_rule() -> None:
    networks: list[Network] = []
    record(lambda: networks.append(Network("network", ISOLATED, cluster_name="blue", region="us-west-2")))
    kinds = [type(resource).__name__ for resource in networks[0].ready]
    assert kinds.count("VpcEndpoint") == len(ISOLATED_CLUSTER_SERVICES) + 1
    assert kinds.count("SecurityGroupIngressRule") == 1


def test_services_are_chosen_once_and_sorted() -> None:
    asked = VpcEndpointSettings(additional=("xray", "secretsmanager", "xray", "ec2"))
    assert interface_services(asked, "per-zone") == ("ec2", "secretsmanager", "xray")
    assert interface_services(asked, "none") == tuple(sorted({*ISOLATED_CLUSTER_SERVICES, "secretsmanager", "xray"}))
    assert interface_services(VpcEndpointSettings(interface="always"), "single") == ISOLATED_CLUSTER_SERVICES
    assert interface_services(VpcEndpointSettings(), "single") == ()


def test_derived_services_count_where_the_clusters_own_do() -> None:
    assert interface_services(VpcEndpointSettings(), "single", ("acm-pca",)) == ()
    isolated = interface_services(VpcEndpointSettings(), "none", ("acm-pca", "ec2"))
    assert isolated == tuple(sorted({*ISOLATED_CLUSTER_SERVICES, "acm-pca"}))


@pytest.mark.parametrize(
    ("region", "extra"), [("us-west-2", {"serviceRegion": "us-east-1"}), ("us-east-1", {})], ids=["far", "at-home"]
)
def test_route_53_is_one_for_all_regions(region: str, extra: dict[str, str]) -> None:
    recording = record(
        lambda: Network("network", ISOLATED, cluster_name="blue", region=region, services=("route53", "acm-pca"))
    )
    route53 = recording.one(ENDPOINT, "network-endpoints-route53").inputs
    assert route53["serviceName"] == "com.amazonaws.route53"
    assert {key: value for key, value in route53.items() if key == "serviceRegion"} == extra
    acm_pca = recording.one(ENDPOINT, "network-endpoints-acm-pca").inputs
    assert acm_pca["serviceName"] == f"com.amazonaws.{region}.acm-pca"
    assert "serviceRegion" not in acm_pca


def test_the_set_of_resources_does_not_depend_on_outputs() -> None:
    assert build(ISOLATED).urns == build(ISOLATED, known=False).urns


@pytest.mark.parametrize(
    ("service", "message"), [("s3", "gateway endpoint in every VPC"), ("ECR", "match pattern"), ("a.", "match pattern")]
)
def test_services_that_are_refused(service: str, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        VpcEndpointSettings(additional=(service,))
