"""What CloudFormation says of the same resources: its createOnlyProperties, an account of AWS's own to compare with.

`uv run --with cfn-lint==1.58.0 python -m tests.support.cloudformation` writes the file anew from the resource schemas
that cfn-lint ships.
"""

import json
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FILE = Path(__file__).resolve().parents[1] / "data/replacement/cloudformation.yaml"

TOKENS = {
    "EC2::EIP": "aws:ec2/eip:Eip",
    "EC2::FlowLog": "aws:ec2/flowLog:FlowLog",
    "EC2::InternetGateway": "aws:ec2/internetGateway:InternetGateway",
    "EC2::LaunchTemplate": "aws:ec2/launchTemplate:LaunchTemplate",
    "EC2::NatGateway": "aws:ec2/natGateway:NatGateway",
    "EC2::Route": "aws:ec2/route:Route",
    "EC2::RouteTable": "aws:ec2/routeTable:RouteTable",
    "EC2::SecurityGroup": "aws:ec2/securityGroup:SecurityGroup",
    "EC2::SecurityGroupEgress": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "EC2::SecurityGroupIngress": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "EC2::Subnet": "aws:ec2/subnet:Subnet",
    "EC2::SubnetRouteTableAssociation": "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "EC2::VPC": "aws:ec2/vpc:Vpc",
    "EC2::VPCEndpoint": "aws:ec2/vpcEndpoint:VpcEndpoint",
    "EKS::AccessEntry": "aws:eks/accessEntry:AccessEntry",
    "EKS::Addon": "aws:eks/addon:Addon",
    "EKS::Cluster": "aws:eks/cluster:Cluster",
    "EKS::Nodegroup": "aws:eks/nodeGroup:NodeGroup",
    "EKS::PodIdentityAssociation": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "ElastiCache::ReplicationGroup": "aws:elasticache/replicationGroup:ReplicationGroup",
    "ElastiCache::SubnetGroup": "aws:elasticache/subnetGroup:SubnetGroup",
    "IAM::ManagedPolicy": "aws:iam/policy:Policy",
    "IAM::OIDCProvider": "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "IAM::Role": "aws:iam/role:Role",
    "IAM::RolePolicy": "aws:iam/rolePolicy:RolePolicy",
    "KMS::Alias": "aws:kms/alias:Alias",
    "KMS::Key": "aws:kms/key:Key",
    "Logs::LogGroup": "aws:cloudwatch/logGroup:LogGroup",
    "RDS::DBInstance": "aws:rds/instance:Instance",
    "RDS::DBParameterGroup": "aws:rds/parameterGroup:ParameterGroup",
    "RDS::DBSubnetGroup": "aws:rds/subnetGroup:SubnetGroup",
    "Route53::RecordSet": "aws:route53/record:Record",
    "S3::Bucket": "aws:s3/bucket:Bucket",
    "S3::BucketPolicy": "aws:s3/bucketPolicy:BucketPolicy",
    "SecretsManager::RotationSchedule": "aws:secretsmanager/secretRotation:SecretRotation",
    "SecretsManager::Secret": "aws:secretsmanager/secret:Secret",
    "WAFv2::WebACL": "aws:wafv2/webAcl:WebAcl",
}
"""CloudFormation's types, without `AWS::`, and the provider's."""

NAMES = {
    "EC2::FlowLog": {
        "DeliverLogsPermissionArn": "iamRoleArn",
        "LogGroupName": "logDestination",
        "ResourceId": "vpcId",
        "ResourceType": "vpcId",
    },
    "EC2::LaunchTemplate": {"LaunchTemplateName": "name"},
    "EC2::NatGateway": {"PrivateIpAddress": "privateIp"},
    "EC2::SecurityGroup": {"GroupDescription": "description", "GroupName": "name"},
    "EC2::SecurityGroupEgress": {"GroupId": "securityGroupId"},
    "EC2::SecurityGroupIngress": {"GroupId": "securityGroupId"},
    "EKS::Cluster": {"OutpostConfig": "outpostConfig.controlPlaneInstanceType"},
    "EKS::Nodegroup": {"NodeRole": "nodeRoleArn", "NodegroupName": "nodeGroupName", "Subnets": "subnetIds"},
    "ElastiCache::ReplicationGroup": {"CacheSubnetGroupName": "subnetGroupName"},
    "ElastiCache::SubnetGroup": {"CacheSubnetGroupName": "name"},
    "IAM::ManagedPolicy": {"ManagedPolicyName": "name"},
    "IAM::Role": {"RoleName": "name"},
    "IAM::RolePolicy": {"PolicyName": "name", "RoleName": "role"},
    "KMS::Alias": {"AliasName": "name"},
    "Logs::LogGroup": {"LogGroupName": "name"},
    "RDS::DBInstance": {
        "CustomIAMInstanceProfile": "customIamInstanceProfile",
        "DBName": "dbName",
        "MasterUsername": "username",
    },
    "RDS::DBParameterGroup": {"DBParameterGroupName": "name"},
    "RDS::DBSubnetGroup": {"DBSubnetGroupName": "name"},
    "Route53::RecordSet": {"HostedZoneId": "zoneId"},
    "S3::Bucket": {"BucketName": "bucket", "BucketNamePrefix": "bucketPrefix"},
}
"""Properties that the provider names otherwise than in camel case."""

_BY_RULE = "the provider calls ModifySecurityGroupRules"
_NONE = "the provider has no such property"
EXCEPTIONS = {
    "EC2::EIP": {"TransferAddress": _NONE},
    "EC2::SecurityGroupEgress": {
        "CidrIp": _BY_RULE,
        "DestinationPrefixListId": _BY_RULE,
        "DestinationSecurityGroupId": _BY_RULE,
        "FromPort": _BY_RULE,
        "IpProtocol": _BY_RULE,
        "ToPort": _BY_RULE,
    },
    "EC2::SecurityGroupIngress": {
        "CidrIp": _BY_RULE,
        "FromPort": _BY_RULE,
        "GroupName": _NONE,
        "IpProtocol": _BY_RULE,
        "SourcePrefixListId": _BY_RULE,
        "SourceSecurityGroupId": _BY_RULE,
        "SourceSecurityGroupName": _NONE,
        "SourceSecurityGroupOwnerId": _NONE,
        "ToPort": _BY_RULE,
    },
    "EC2::SubnetRouteTableAssociation": {"RouteTableId": "the provider calls ReplaceRouteTableAssociation"},
    "EC2::VPC": {"VpcEncryptionControl": _NONE},
    "ElastiCache::ReplicationGroup": {"PreferredCacheClusterAZs": "the provider takes it for new members only"},
    "RDS::DBInstance": {
        "DBClusterIdentifier": _NONE,
        "DBInstanceIdentifier": "the provider calls ModifyDBInstance with NewDBInstanceIdentifier",
        "DBSubnetGroupName": "the provider calls ModifyDBInstance",
        "DBSystemId": _NONE,
        "SourceRegion": _NONE,
    },
    "Route53::RecordSet": {"HostedZoneName": _NONE},
}
"""What CloudFormation replaces and the provider does not, with the reason."""


def create_only() -> dict[str, list[str]]:
    """Return the committed properties by type, in CloudFormation's spelling."""
    content: dict[str, Any] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    types: dict[str, list[str]] = content["types"]
    return types


def provider_path(kind: str, path: str) -> str:
    """Return the provider's path of a property."""
    named = NAMES.get(kind, {}).get(path)
    return named or ".".join(part[0].lower() + part[1:] for part in path.split("/"))


def write() -> None:
    """Write the file from the schemas of the installed cfn-lint."""
    spec = find_spec("cfnlint")
    assert spec is not None
    assert spec.origin is not None
    found: dict[str, list[str]] = {}
    for file in (Path(spec.origin).parent / "data/schemas/resources").glob("*.json"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        kind = schema.get("typeName", "").removeprefix("AWS::")
        if kind in TOKENS:
            found[kind] = sorted(path.removeprefix("/properties/") for path in schema.get("createOnlyProperties", []))
    content = {"source": f"cfn-lint {version('cfn-lint')}", "types": {kind: found[kind] for kind in TOKENS}}
    yaml = YAML()
    FILE.parent.mkdir(parents=True, exist_ok=True)
    with FILE.open("w", encoding="utf-8") as file_:
        file_.write("# Made by tests/support/cloudformation.py. Do not edit.\n")
        yaml.dump(content, file_)


if __name__ == "__main__":
    write()
