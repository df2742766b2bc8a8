"""The ways in and out of a VPC: internet gateway, NAT gateways, and a route table for each way."""

from collections.abc import Mapping

import pulumi
from pulumi_aws.ec2.eip import Eip
from pulumi_aws.ec2.internet_gateway import InternetGateway
from pulumi_aws.ec2.nat_gateway import NatGateway
from pulumi_aws.ec2.route import Route
from pulumi_aws.ec2.route_table import RouteTable
from pulumi_aws.ec2.route_table_association import RouteTableAssociation
from pulumi_aws.ec2.subnet import Subnet
from pulumi_aws.ec2.vpc import Vpc

from components.component import Component
from components.foundation.nat import NatMode, gateway_zones
from components.foundation.subnets import Role

ANYWHERE = "0.0.0.0/0"


class Routing(Component):
    """The ways out of the subnets: internet gateway, NAT gateways, route tables.

    Public subnets share a table with a route to the internet gateway. Every private subnet has its own table, so that
    each zone can have its own NAT gateway. Intra subnets share a table without a route. `route_table_ids` are those of
    the public and private subnets; `ready` is what makes a private subnet reach the internet.
    """

    route_table_ids: tuple[pulumi.Output[str], ...]
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        *,
        vpc: Vpc,
        subnets: Mapping[Role, Mapping[str, Subnet]],
        nat_gateways: NatMode,
        cluster_name: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:Routing", name, None, opts)
        self._name, self._vpc, self._cluster_name = name, vpc, cluster_name

        gateway = InternetGateway(name, vpc_id=vpc.id, tags={"Name": cluster_name}, opts=self.child())
        public = self._table("public")
        internet = Route(
            f"{name}-public-internet",
            route_table_id=public.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=gateway.id,
            opts=self.child(),
        )
        attached = self._associate("public", subnets["public"], dict.fromkeys(subnets["public"], public))

        private = {zone: self._table(f"private-{zone}") for zone in subnets["private"]}
        attached += self._associate("private", subnets["private"], private)

        leaves_by = gateway_zones(nat_gateways, tuple(private))
        nat = {
            zone: self._nat_gateway(zone, subnets["public"][zone], gateway)
            for zone in dict.fromkeys(leaves_by.values())
        }
        ways_out = tuple(
            Route(
                f"{name}-private-{zone}-internet",
                route_table_id=private[zone].id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat[by].id,
                opts=self.child(),
            )
            for zone, by in leaves_by.items()
        )

        intra = self._table("intra")
        self._associate("intra", subnets["intra"], dict.fromkeys(subnets["intra"], intra))

        self.route_table_ids = (public.id, *(table.id for table in private.values()))
        self.ready = (internet, *attached, *ways_out)
        self.register_outputs({})

    def _table(self, label: str) -> RouteTable:
        return RouteTable(
            f"{self._name}-{label}",
            vpc_id=self._vpc.id,
            tags={"Name": f"{self._cluster_name}-{label}"},
            opts=self.child(),
        )

    def _associate(
        self, role: Role, subnets: Mapping[str, Subnet], tables: Mapping[str, RouteTable]
    ) -> tuple[RouteTableAssociation, ...]:
        return tuple(
            RouteTableAssociation(
                f"{self._name}-{role}-{zone}",
                subnet_id=subnet.id,
                route_table_id=tables[zone].id,
                opts=self.child(),
            )
            for zone, subnet in subnets.items()
        )

    def _nat_gateway(self, zone: str, subnet: Subnet, gateway: InternetGateway) -> NatGateway:
        """Both the address and the NAT gateway work only in a VPC with an internet gateway."""
        tags = {"Name": f"{self._cluster_name}-{zone}"}
        address = Eip(f"{self._name}-nat-{zone}", domain="vpc", tags=tags, opts=self.child(after=[gateway]))
        return NatGateway(
            f"{self._name}-nat-{zone}",
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags=tags,
            # An address belongs to one gateway at a time.
            opts=self.child(after=[gateway], delete_before_replace=True),
        )
