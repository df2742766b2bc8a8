"""VPC endpoints: AWS services reached without leaving the VPC."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.ec2.vpc import Vpc
from pulumi_aws.ec2.vpc_endpoint import VpcEndpoint
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule
from pydantic import AfterValidator, Field

from components.component import Component
from components.dependencies.managed import any_managed
from components.foundation.nat import NatMode
from components.model import Settings
from components.networking.certificates.aws_private_ca import authority_region
from components.networking.ingress.facts import installed

if TYPE_CHECKING:
    from components.settings import StackSettings

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
EKS user guide; ssmmessages as Session Manager needs it, kms for its encryption)."""

GLOBAL_SERVICES = {"iam": "us-east-1", "route53": "us-east-1"}
"""Services that are one for all regions, and the region of their endpoint service, `com.amazonaws.NAME` ("AWS services
that support cross-Region access" in the AWS PrivateLink guide). An endpoint in any region leads there."""


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


def interface_services(
    settings: VpcEndpointSettings, nat_gateways: NatMode, derived: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the services that get an interface endpoint, sorted.

    `derived` are those that the rest of the stack calls: they count where the cluster's own do.
    """
    isolated = nat_gateways == "none" or settings.interface == "always"
    return tuple(sorted({*settings.additional, *((*ISOLATED_CLUSTER_SERVICES, *derived) if isolated else ())}))


def derived_services(settings: "StackSettings") -> tuple[str, ...]:
    """Return the services that the stack's own choices call from inside the cluster, beside what every cluster calls.

    Not among them is ACM: its certificates are asked for by whoever runs Pulumi, and load balancers have them by ARN.
    """
    certificates = settings.certificates
    private_ca = certificates.aws_private_ca if certificates is not None else None
    here = settings.aws.region if settings.aws is not None else None
    keda = settings.autoscaling.keda.aws if settings.autoscaling.keda is not None else None
    stores, monitoring = settings.secret_stores.external_secrets, settings.monitoring
    receivers = monitoring.alertmanager.receivers.values() if monitoring is not None else ()
    wanted = {
        # One of another region has no endpoint here; the checks say so.
        "acm-pca": private_ca is not None and authority_region(private_ca.arn) == here,
        "monitoring": keda is not None and keda.cloudwatch,
        "secretsmanager": (stores is not None and stores.secrets_manager is not None) or any_managed(settings),
        "sns": any(receiver.sns is not None for receiver in receivers),
        "sqs": keda is not None and bool(keda.queue_arns),
        "route53": settings.dns.external is not None or (certificates is not None and certificates.dns01 is not None),
        "wafv2": "alb" in installed(settings.ingress) and settings.ingress.alb.waf is not None,
    }
    return tuple(sorted(service for service, called in wanted.items() if called))


def endpoint_service(service: str, region: str) -> tuple[str, str | None]:
    """Return the name of an endpoint's service, and its region where that is not the VPC's."""
    home = GLOBAL_SERVICES.get(service)
    if home is None:
        return f"com.amazonaws.{region}.{service}", None
    return f"com.amazonaws.{service}", None if home == region else home


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
            named = {service: endpoint_service(service, region) for service in services}
            interfaces = (
                VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=vpc.id,
                    service_name=name_in_aws,
                    service_region=home,
                    vpc_endpoint_type="Interface",
                    private_dns_enabled=True,
                    subnet_ids=list(subnet_ids),
                    security_group_ids=[group.id],
                    tags={"Name": f"{cluster_name}-{service}"},
                    opts=self.child(),
                )
                for service, (name_in_aws, home) in named.items()
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
