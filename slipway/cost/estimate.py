"""`estimate()`: the monthly cost of a recording in outline."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from slipway.cost import balancers, databases, infrastructure, nodes, storage, volumes
from slipway.cost.lines import Context, Gap, Line, Teller
from slipway.cost.prices import Prices
from slipway.recording.objects import RELEASE
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


def _release(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    yield from balancers.release(resource, context)
    yield from volumes.release(resource, context)


_TELLERS: dict[str, Teller] = {
    "aws:cloudwatch/logGroup:LogGroup": storage.log_group,
    "aws:ec2/eip:Eip": infrastructure.address,
    "aws:ec2/natGateway:NatGateway": infrastructure.nat_gateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": infrastructure.endpoint,
    "aws:eks/cluster:Cluster": infrastructure.cluster,
    "aws:eks/nodeGroup:NodeGroup": nodes.node_group,
    "aws:elasticache/replicationGroup:ReplicationGroup": databases.replication_group,
    "aws:kms/key:Key": infrastructure.key,
    "aws:rds/instance:Instance": databases.instance,
    "aws:s3/bucket:Bucket": storage.bucket,
    "aws:secretsmanager/secret:Secret": databases.secret,
    "kubernetes:apps/v1:StatefulSet": volumes.stateful_set,
    "kubernetes:core/v1:PersistentVolumeClaim": volumes.claim,
    "aws:wafv2/webAcl:WebAcl": balancers.web_acl,
    "kubernetes:core/v1:Service": balancers.service,
    "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy": balancers.envoy_proxy,
    "kubernetes:gateway.networking.k8s.io/v1:Gateway": balancers.gateway,
    "kubernetes:networking.k8s.io/v1:Ingress": balancers.ingress,
    RELEASE: _release,
}

# What AWS bills by use and the list assumes nothing of, and what is free of charge.
_BY_USE = {
    "aws:ec2/natGateway:NatGateway": "data to the internet",
    "aws:eks/cluster:Cluster": "data between zones",
    "aws:elasticache/replicationGroup:ReplicationGroup": "snapshots of caches",
    "aws:rds/instance:Instance": "backups of databases beyond their size",
    "aws:kms/key:Key": "requests to KMS",
    "aws:secretsmanager/secret:Secret": "requests to Secrets Manager",
}
_FREE = frozenset(
    {
        "aws:acm/certificate:Certificate",
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:autoscaling/tag:Tag",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ec2/flowLog:FlowLog",  # its log group is billed
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/route:Route",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/securityGroup:SecurityGroup",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/tag:Tag",
        "aws:ec2/vpc:Vpc",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "aws:eks/accessEntry:AccessEntry",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:eks/addon:Addon",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "aws:elasticache/subnetGroup:SubnetGroup",
        "aws:kms/alias:Alias",
        "aws:rds/parameterGroup:ParameterGroup",
        "aws:rds/subnetGroup:SubnetGroup",
        "aws:route53/record:Record",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:secretsmanager/secretRotation:SecretRotation",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }
)
_FREE_SERVICE = "aws:iam/"


@dataclass(frozen=True)
class Estimate:
    """The outline. `region` is the stack's; the prices are of `priced_region`, which may be another one."""

    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    by_use: dict[str, int]
    region: str
    priced_region: str
    priced_on: date
    spot_share: Decimal

    @property
    def total(self) -> Decimal:
        """US dollars a month."""
        return sum((line.monthly for line in self.lines), Decimal(0))

    @property
    def saving(self) -> Decimal:
        """US dollars a month that spot instances save against on-demand ones."""
        return sum((line.saving for line in self.lines), Decimal(0))

    @cached_property
    def by_resource(self) -> dict[str, Decimal]:
        """US dollars a month by URN."""
        found: dict[str, Decimal] = {}
        for line in self.lines:
            found[line.urn] = found.get(line.urn, Decimal(0)) + line.monthly
        return found


def estimate(recording: Recording, prices: Prices, *, region: str, on: date) -> Estimate | None:
    """Return the outline, or None for a stack without any AWS resource: its cluster's cost is not Slipway's.

    `on` decides whether a Kubernetes version is in extended support.
    """
    made = [resource for resource in recording.made if resource.package in ("aws", "kubernetes")]
    if not any(resource.package == "aws" for resource in made):
        return None
    context = Context(recording, prices, on)
    told = [entry for resource in made for entry in _told(resource, context)]
    return Estimate(
        lines=tuple(entry for entry in told if isinstance(entry, Line)),
        gaps=tuple(entry for entry in told if isinstance(entry, Gap)),
        by_use=dict(sorted(Counter(_BY_USE[resource.type] for resource in made if resource.type in _BY_USE).items())),
        region=region,
        priced_region=prices.region,
        priced_on=prices.date,
        spot_share=prices.spot_share,
    )


def _told(resource: Resource, context: Context) -> Iterator[Line | Gap]:
    teller = _TELLERS.get(resource.type)
    if teller:
        yield from teller(resource, context)
    elif resource.package == "aws" and not _free(resource) and resource.type not in _BY_USE:
        yield Gap(resource.urn, resource.type, "no price in the list")


def _free(resource: Resource) -> bool:
    return resource.type in _FREE or resource.type.startswith(_FREE_SERVICE)
