"""The VPC as it is registered: subnets, tags, routes, ways out."""

from typing import Any

import pytest
from pydantic import ValidationError

from components.foundation.nat import NatMode
from components.foundation.network import Network, NetworkSettings
from tests.support.recording import Recording, record

ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"


def build(settings: NetworkSettings | None = None, *, known: bool = True, protect: bool = False) -> Recording:
    return record(
        lambda: Network(
            "network", settings or NetworkSettings(), cluster_name="blue", region="us-west-2", protect=protect
        ),
        known=known,
    )


def nat_settings(mode: NatMode, **more: Any) -> NetworkSettings:
    return NetworkSettings(nat_gateways=mode, **more)


def test_the_vpc_resolves_names() -> None:
    vpc = build().one("aws:ec2/vpc:Vpc", "network")
    assert vpc.inputs == {
        "cidrBlock": "10.0.0.0/16",
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"Name": "blue"},
    }


@pytest.mark.parametrize("protect", [True, False])
def test_only_the_vpc_is_protected_and_only_when_asked(protect: bool) -> None:
    protected = [resource.name for resource in build(protect=protect).resources if resource.protect]
    assert protected == (["network"] if protect else [])


def test_the_default_security_group_has_no_rules() -> None:
    group = build().one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup")
    assert group.inputs == {"vpcId": "network-id", "tags": {"Name": "blue-unused"}}


def test_subnets_are_in_their_zones_with_the_tags_that_load_balancers_look_for() -> None:
    subnets = {subnet.name: subnet.inputs for subnet in build().all(SUBNET)}
    assert subnets["network-public-us-west-2b"] == {
        "vpcId": "network-id",
        "availabilityZone": "us-west-2b",
        "cidrBlock": "10.0.196.0/22",
        "mapPublicIpOnLaunch": False,
        "tags": {
            "Name": "blue-public-us-west-2b",
            "kubernetes.io/cluster/blue": "shared",
            "kubernetes.io/role/elb": "1",
        },
    }
    assert subnets["network-private-us-west-2c"]["cidrBlock"] == "10.0.64.0/19"
    assert subnets["network-private-us-west-2c"]["tags"] == {
        "Name": "blue-private-us-west-2c",
        "kubernetes.io/cluster/blue": "shared",
        "kubernetes.io/role/internal-elb": "1",
    }
    assert subnets["network-intra-us-west-2a"]["tags"] == {"Name": "blue-intra-us-west-2a"}
    assert len(subnets) == 9


def test_every_subnet_is_routed_by_its_own_kind_of_table() -> None:
    tables = {
        each.inputs["subnetId"]: each.inputs["routeTableId"]
        for each in build().all("aws:ec2/routeTableAssociation:RouteTableAssociation")
    }
    assert tables == {
        f"network-{role}-{zone}-id": f"network-{role}-{zone}-id" if role == "private" else f"network-{role}-id"
        for role in ("public", "private", "intra")
        for zone in ZONES
    }


@pytest.mark.parametrize(
    ("mode", "gateways"),
    [
        ("per-zone", {zone: zone for zone in ZONES}),
        ("single", dict.fromkeys(ZONES, "us-west-2a")),
        ("none", {}),
    ],
)
def test_private_subnets_leave_by_their_nat_gateway(mode: NatMode, gateways: dict[str, str]) -> None:
    recording = build(nat_settings(mode))
    routes = {route.name: route for route in recording.all(ROUTE)}
    internet = routes.pop("network-public-internet")
    assert internet.inputs["routeTableId"] == "network-public-id"
    assert recording.one("aws:ec2/internetGateway:InternetGateway").urn in internet.dependencies
    assert {name: route.inputs for name, route in routes.items()} == {
        f"network-private-{zone}-internet": {
            "routeTableId": f"network-private-{zone}-id",
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": f"network-nat-{by}-id",
        }
        for zone, by in gateways.items()
    }


@pytest.mark.parametrize(("mode", "zones"), [("per-zone", ZONES), ("single", ZONES[:1]), ("none", ())])
def test_each_nat_gateway_has_an_address_and_waits_for_the_internet_gateway(
    mode: NatMode, zones: tuple[str, ...]
) -> None:
    recording = build(nat_settings(mode))
    internet = recording.one("aws:ec2/internetGateway:InternetGateway").urn
    gateways = recording.all("aws:ec2/natGateway:NatGateway")
    addresses = recording.all("aws:ec2/eip:Eip")
    assert [gateway.inputs["subnetId"] for gateway in gateways] == [f"network-public-{zone}-id" for zone in zones]
    assert [address.inputs["domain"] for address in addresses] == ["vpc"] * len(zones)
    for gateway, address in zip(gateways, addresses, strict=True):
        assert address.urn in gateway.dependencies
        assert internet in gateway.dependencies
        assert internet in address.dependencies
        assert gateway.delete_before_replace  # an address belongs to one gateway at a time


def test_the_single_nat_gateway_is_in_the_zone_named_first() -> None:
    recording = build(nat_settings("single", zones=("us-west-2c", "us-west-2a")))
    assert recording.one("aws:ec2/natGateway:NatGateway").name == "network-nat-us-west-2c"


def test_intra_subnets_have_no_route() -> None:
    assert "network-intra-id" not in {route.inputs["routeTableId"] for route in build().all(ROUTE)}


def test_adding_a_zone_changes_no_other_resource_but_the_endpoints() -> None:
    before = build(NetworkSettings(zones=("us-west-2b", "us-west-2c")))
    after = build(NetworkSettings(zones=("us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d")))
    now = {resource.urn: resource.inputs for resource in after.resources}
    changed = [resource.name for resource in before.resources if now[resource.urn] != resource.inputs]
    assert changed == ["network-endpoints-s3"]


@pytest.mark.parametrize("mode", ["per-zone", "single", "none"])
def test_the_set_of_resources_does_not_depend_on_outputs(mode: NatMode) -> None:
    assert build(nat_settings(mode)).urns == build(nat_settings(mode), known=False).urns


def test_everything_belongs_to_the_network() -> None:
    recording = build()
    inner = {resource.urn for resource in recording.resources if not resource.custom}
    assert all(resource.parent in inner for resource in recording.resources if resource.custom)


def test_what_a_node_waits_for() -> None:
    networks: list[Network] = []
    record(lambda: networks.append(Network("network", NetworkSettings(), cluster_name="blue", region="us-west-2")))
    kinds = sorted({type(resource).__name__ for resource in networks[0].ready})
    assert kinds == ["Route", "RouteTableAssociation", "VpcEndpoint"]
    assert networks[0].zones == ZONES
    assert list(networks[0].private_subnet_ids) == list(ZONES)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"cidr": "10.0.0.0/15"}, "from /16 to /28"),
        ({"cidr": "10.0.0.0/29"}, "from /16 to /28"),
        ({"cidr": "10.0.0.1/16"}, "not an IPv4 network"),
        ({"zones": []}, "at least 1 item"),
        ({"zones": [f"us-east-1{letter}" for letter in "abcdefa"]}, "at most 6 items"),
        ({"zones": ["us-west-2"]}, "should match pattern"),
        *(
            ({"zones": [zone]}, "Local or Wavelength Zone of us-(west-2|east-1)")
            for zone in ("us-west-2-lax-1a", "us-east-1-bos-1a", "us-west-2-wl1-las-wlz-1", "us-east-1-wl1-nyc-wlz-1")
        ),
        ({"natGateways": "two"}, "'per-zone', 'single' or 'none'"),
        ({"subnets": {"database": {}}}, "Extra inputs"),
        ({"subnets": {"public": {"us-west-2a": "10.0.0.0/29"}}}, "from /16 to /28"),
    ],
)
def test_settings_that_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        NetworkSettings.model_validate(values)
