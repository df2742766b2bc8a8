"""VPC endpoints: AWS services reached without leaving the VPC."""

from collections.abc import Sequence
from typing import Annotated, Literal

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.ec2.vpc_endpoint import VpcEndpoint
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule
from pydantic import AfterValidator, Field

from components.component import Component
from components.foundation.nat import NatMode
from components.model import Settings

ISOLATED_CLUSTER_SERVICES = (
    "autoscaling",  # Cluster Autoscaler
    "ec2",  # node names, VPC CNI, EBS volumes
    "ecr.api",  # images, whose layers come from S3
    "ecr.dkr",
    "eks",
    "eks-auth",  # Pod Identity
    "elasticloadbalancing",  # load balancer controllers
    "kms",  # encrypted volumes and secrets
    "logs",  # container logs in CloudWatch
    "ssm",  # Session Manager, in place of SSH
    "ssmmessages",
    "sts",  # IAM roles for service accounts, `aws eks get-token`
)
"""What a cluster without outbound internet access calls ("Deploy private clusters with limited internet access" in the
EKS user guide; ssmmessages as Session Manager needs it, kms for its encryption). Route 53, IAM and ACM have no endpoint
in a VPC's region."""


def _interface_service(value: str) -> str:
    if value == "s3":
        raise ValueError("s3 has a gateway endpoint in every VPC already")
    return value


Service = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", examples=["secretsmanager"]),
    AfterValidator(_interface_service),
]
"""The last part of an endpoint's service name: `ecr.api` of `com.amazonaws.us-west-2.ecr.api`."""


class VpcEndpointSettings(Settings):
    """Which AWS services are reached inside the VPC. S3, which costs nothing, always is."""

    interface: Literal["when-isolated", "always"] = Field(
        default="when-isolated",
        description="When the interface endpoints that a cluster without internet access needs are made: only with"
        " natGateways none, or always. Each is billed per zone and hour.",
    )
    additional: tuple[Service, ...] = Field(
        default=(),
        description="More services with an interface endpoint, as the last part of their name: secretsmanager, xray.",
    )


def interface_services(settings: VpcEndpointSettings, nat_gateways: NatMode) -> tuple[str, ...]:
    """Return the services that get an interface endpoint, sorted."""
    isolated = nat_gateways == "none" or settings.interface == "always"
    return tuple(sorted({*settings.additional, *(ISOLATED_CLUSTER_SERVICES if isolated else ())}))


class Endpoints(Component):
    """The S3 gateway endpoint, and an interface endpoint per service with private DNS in every given subnet.

    `ready` is what lets a node without another way out reach AWS.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        services: Sequence[str],
        *,
        vpc: Vpc,
        cidr: str,
        region: str,
        cluster_name: str,
        subnet_ids: Sequence[pulumi.Output[str]],
        route_table_ids: Sequence[pulumi.Output[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:Endpoints", name, None, opts)
        s3 = VpcEndpoint(
            f"{name}-s3",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(route_table_ids),
            tags={"Name": f"{cluster_name}-s3"},
            opts=self.child(),
        )
        self.ready = (s3,)
        if services:
            group, rule = self._security_group(name, vpc, cidr, cluster_name)
            interfaces = (
                VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=vpc.id,
                    service_name=f"com.amazonaws.{region}.{service}",
                    vpc_endpoint_type="Interface",
                    private_dns_enabled=True,
                    subnet_ids=list(subnet_ids),
                    security_group_ids=[group.id],
                    tags={"Name": f"{cluster_name}-{service}"},
                    opts=self.child(),
                )
                for service in services
            )
            self.ready = (s3, rule, *interfaces)
        self.register_outputs({})

    def _security_group(
        self, name: str, vpc: Vpc, cidr: str, cluster_name: str
    ) -> tuple[SecurityGroup, SecurityGroupIngressRule]:
        """Return the group of all interface endpoints: HTTPS from the VPC in, nothing out."""
        group = SecurityGroup(
            name,
            description="HTTPS from the VPC to its interface endpoints",
            vpc_id=vpc.id,
            tags={"Name": f"{cluster_name}-endpoints"},
            opts=self.child(),
        )
        rule = SecurityGroupIngressRule(
            f"{name}-https",
            security_group_id=group.id,
            description="HTTPS from the VPC",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=cidr,
            opts=self.child(),
        )
        return group, rule
