"""The VPC of a cluster: subnets in three roles over its zones, and the ways in and out."""

from collections.abc import Sequence
from typing import Annotated

import pulumi
from pulumi_aws.ec2.default_security_group import DefaultSecurityGroup
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2.vpc import Vpc
from pydantic import AfterValidator, BeforeValidator, Field

from components.component import Component
from components.foundation.endpoints import Endpoints, VpcEndpointSettings, interface_services
from components.foundation.flow_logs import FlowLogs, FlowLogSettings
from components.foundation.nat import NatMode
from components.foundation.regions import EXCLUDED, REGION_NAME, ZONE_ID, ZONE_IN_A_CITY, default_zones
from components.foundation.routing import Routing
from components.foundation.subnets import ROLES, Plan, Role, fits, plan
from components.model import Settings
from components.names import Cidr


def _aws_size(value: str) -> str:
    if not 16 <= int(value.rpartition("/")[2]) <= 28:
        raise ValueError(f"{value!r} is not a size that AWS allows: from /16 to /28")
    return value


def _zone(value: object) -> object:
    if isinstance(value, str) and ZONE_ID.fullmatch(value):
        none = "; EKS takes no subnet in this one" if value in EXCLUDED.values() else ""
        raise ValueError(f"{value!r} is the ID of a zone: zones go by the name that the account has for them{none}")
    if isinstance(value, str) and (match := ZONE_IN_A_CITY.fullmatch(value)):
        raise ValueError(
            f"{value!r} is a Local or Wavelength Zone of {match['region']}, in which EKS has no control plane, and most"
            " of the stack's instance types and load balancers do not exist"
        )
    return value


Zone = Annotated[str, BeforeValidator(_zone), Field(pattern=rf"^{REGION_NAME}[a-f]$", examples=["us-west-2a"])]
"""An availability zone by name: the region and a letter from a to f. Local and Wavelength Zones are none."""

VpcCidr = Annotated[Cidr, AfterValidator(_aws_size)]
"""An IPv4 network of a size that AWS allows for VPCs and subnets."""


class SubnetSettings(Settings):
    """Explicit subnets, by zone; a zone that is absent keeps the layout's own."""

    public: dict[Zone, VpcCidr] = Field(default_factory=dict, description="CIDRs of public subnets by zone.")
    private: dict[Zone, VpcCidr] = Field(default_factory=dict, description="CIDRs of private subnets by zone.")
    intra: dict[Zone, VpcCidr] = Field(default_factory=dict, description="CIDRs of intra subnets by zone.")

    def by_role(self) -> Plan:
        """Return the CIDRs by role and zone."""
        return {"public": self.public, "private": self.private, "intra": self.intra}


class NetworkSettings(Settings):
    """The VPC, its subnets and its ways out."""

    cidr: VpcCidr = Field(
        default="10.0.0.0/16",
        description="The VPC's IPv4 network, from /16 to /21; smaller only when every subnet is explicit.",
    )
    zones: Annotated[tuple[Zone, ...], Field(min_length=1, max_length=6)] | None = Field(
        default=None,
        description="The availability zones, from two to six. Unset: the region's first three. Adding or removing a"
        " zone moves no other zone's subnets.",
    )
    nat_gateways: NatMode = Field(
        default="per-zone",
        description="How private subnets reach the internet: a NAT gateway per zone, a single one in the first zone,"
        " or none, when VPC endpoints replace it.",
    )
    other_way_out: bool = Field(
        default=False,
        description="With natGateways none: whether private subnets reach the internet by what Slipway does not make,"
        " such as a transit gateway. What needs the internet is not refused then.",
    )
    endpoints: VpcEndpointSettings = Field(default_factory=VpcEndpointSettings, description="VPC endpoints.")
    flow_logs: FlowLogSettings = Field(default_factory=FlowLogSettings, description="VPC flow logs.")
    reserved_cidrs: tuple[Cidr, ...] = Field(
        default=(), description="Networks that the VPC must not overlap: peers, offices, other clusters."
    )
    subnets: SubnetSettings = Field(
        default_factory=SubnetSettings, description="Explicit subnets, where the layout's own will not do."
    )

    def zones_in(self, region: str) -> tuple[str, ...]:
        """Return the zones by name: those that are set, else the region's first three."""
        return self.zones or default_zones(region)

    def can_plan(self, region: str) -> bool:
        """Tell whether every subnet has a CIDR: an explicit one, or one of the layout."""
        explicit = self.subnets.by_role()
        zones = self.zones_in(region)
        return fits(self.cidr) or all(zone in explicit.get(role, {}) for role in ROLES for zone in zones)

    def plan(self, region: str) -> Plan:
        """Return every subnet's CIDR by role and zone; raises ValueError for a VPC too small for the layout."""
        return plan(self.cidr, self.zones_in(region), self.subnets.by_role())


def subnet_tags(role: Role, zone: str, cluster_name: str) -> dict[str, str]:
    """Return a subnet's tags: its name, and what load balancer controllers find subnets by.

    Intra subnets lack the cluster's tag, or the cloud provider would put internal load balancers there.
    """
    name = {"Name": f"{cluster_name}-{role}-{zone}"}
    if role == "intra":
        return name
    discovery = "kubernetes.io/role/elb" if role == "public" else "kubernetes.io/role/internal-elb"
    return {**name, f"kubernetes.io/cluster/{cluster_name}": "shared", discovery: "1"}


class Network(Component):
    """A VPC with public, private and intra subnets in every zone.

    `zones` are its zones in order; the subnets' ids are by zone. `ready` is what a node waits for: its way out and the
    endpoints.
    """

    vpc: Vpc
    vpc_id: pulumi.Output[str]
    zones: tuple[str, ...]
    public_subnet_ids: dict[str, pulumi.Output[str]]
    private_subnet_ids: dict[str, pulumi.Output[str]]
    intra_subnet_ids: dict[str, pulumi.Output[str]]
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: NetworkSettings,
        *,
        cluster_name: str,
        region: str,
        services: Sequence[str] = (),
        protect: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Reach `services`, too, inside the VPC, where the cluster's own AWS services are reached so."""
        super().__init__("slipway:foundation:Network", name, None, opts)
        self.zones = settings.zones_in(region)
        self.vpc = Vpc(
            name,
            cidr_block=settings.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": cluster_name},
            opts=self.child(protect=protect or None),
        )
        self.vpc_id = self.vpc.id
        # Managed without rules, so that what is put into it by mistake can reach nothing.
        DefaultSecurityGroup(name, vpc_id=self.vpc.id, tags={"Name": f"{cluster_name}-unused"}, opts=self.child())
        subnets = {
            role: {zone: self._subnet(name, role, zone, cidr, cluster_name) for zone, cidr in cidrs.items()}
            for role, cidrs in settings.plan(region).items()
        }
        self.public_subnet_ids, self.private_subnet_ids, self.intra_subnet_ids = (
            {zone: subnet.id for zone, subnet in subnets[role].items()} for role in ROLES
        )
        inner = pulumi.ResourceOptions(parent=self)
        routing = Routing(
            name,
            vpc=self.vpc,
            subnets=subnets,
            nat_gateways=settings.nat_gateways,
            cluster_name=cluster_name,
            opts=inner,
        )
        endpoints = Endpoints(
            f"{name}-endpoints",
            interface_services(settings.endpoints, settings.nat_gateways, services),
            vpc=self.vpc,
            cidr=settings.cidr,
            region=region,
            cluster_name=cluster_name,
            subnet_ids=tuple(self.private_subnet_ids.values()),
            route_table_ids=routing.route_table_ids,
            opts=inner,
        )
        if settings.flow_logs.enabled:
            FlowLogs(f"{name}-flow-logs", settings.flow_logs, vpc=self.vpc, region=region, opts=inner)
        self.ready = (*routing.ready, *endpoints.ready)
        self.register_outputs({"vpcId": self.vpc_id, "privateSubnetIds": self.private_subnet_ids})

    def _subnet(self, name: str, role: Role, zone: str, cidr: str, cluster_name: str) -> Subnet:
        return Subnet(
            f"{name}-{role}-{zone}",
            vpc_id=self.vpc.id,
            availability_zone=zone,
            cidr_block=cidr,
            map_public_ip_on_launch=False,
            tags=subnet_tags(role, zone, cluster_name),
            opts=self.child(),
        )
