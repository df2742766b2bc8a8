"""The id and the outputs of a resource that does not exist, by type."""

from collections.abc import Callable

from slipway.recording.resource import Resource
from slipway.recording.simulate.values import ACCOUNT, MARK, Subject
from slipway.recording.wire import Json

Outputs = dict[str, Json]

# The prefixes of EC2's ids.
_ID_PREFIX = {
    "Vpc": "vpc",
    "Subnet": "subnet",
    "InternetGateway": "igw",
    "EgressOnlyInternetGateway": "eigw",
    "NatGateway": "nat",
    "Eip": "eipalloc",
    "RouteTable": "rtb",
    "RouteTableAssociation": "rtbassoc",
    "Route": "r-rtb",
    "VpcEndpoint": "vpce",
    "SecurityGroup": "sg",
    "DefaultSecurityGroup": "sg",
    "SecurityGroupIngressRule": "sgr",
    "SecurityGroupEgressRule": "sgr",
    "NetworkAcl": "acl",
    "NetworkInterface": "eni",
    "FlowLog": "fl",
    "LaunchTemplate": "lt",
    "Instance": "i",
    "Volume": "vol",
    "VpcDhcpOptions": "dopt",
}


def simulated(resource: Resource, region: str) -> tuple[str, Outputs]:
    """Return the id of a resource, and its outputs beyond its inputs. The same for the same URN, in every run."""
    subject = Subject(resource.urn, resource.type, resource.name, resource.inputs, region)
    if resource.id:
        return resource.id, _outputs(resource, subject, resource.id)
    identity = _identity(resource, subject)
    return identity, _outputs(resource, subject, identity)


def _identity(resource: Resource, subject: Subject) -> str:
    if resource.package == "kubernetes":
        return _kubernetes_identity(subject)
    if resource.package == "aws":
        prefix = _ID_PREFIX.get(resource.kind) if resource.type.startswith(("aws:ec2/", "aws:vpc/")) else None
        if prefix:
            return f"{prefix}-{subject.mark}"
        rule = _IDENTITIES.get(resource.type)
        return rule(subject) if rule else subject.physical_name
    return f"{MARK}-{subject.digest}"


def _outputs(resource: Resource, subject: Subject, identity: str) -> Outputs:
    if resource.package != "aws":
        return {}
    rule = _OUTPUTS.get(resource.type)
    extra = rule(subject, identity) if rule else {}
    named: Outputs = {} if resource.type.startswith(("aws:ec2/", "aws:vpc/")) else {"name": subject.physical_name}
    return {"arn": _arn(resource, subject, identity), "region": subject.region, **named, **extra}


def _kubernetes_identity(subject: Subject) -> str:
    """Return namespace/name, as the Kubernetes provider does; a Helm release has both at the top."""
    metadata = subject.inputs.get("metadata")
    inside = Subject(subject.urn, subject.type, subject.name, metadata if isinstance(metadata, dict) else {}, "")
    name = subject.text("name") or inside.text("name") or f"{subject.name}-{subject.mark}"
    namespace = subject.text("namespace") or inside.text("namespace")
    return f"{namespace}/{name}" if namespace else name


def _arn(resource: Resource, subject: Subject, identity: str) -> str:
    """Return an ARN of the common shape `service:region:account:kind/name`, or of the type's own."""
    if resource.type in _ARNS:
        return _ARNS[resource.type](subject, identity)
    service = resource.type.split(":")[1].partition("/")[0]
    kind = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in resource.kind).lstrip("-")
    return subject.arn({"vpc": "ec2"}.get(service, service), f"{kind}/{identity}")


def _cluster(subject: Subject, _identity: str) -> Outputs:
    """An EKS cluster. The certificate authority is valid Base64 (a multiple of four letters) and still readable."""
    return {
        "endpoint": f"https://{subject.mark}.gr7.{subject.region}.eks.amazonaws.com",
        "certificateAuthority": {"data": f"{MARK}CertificateAuthority{subject.digest}"[:36]},
        "identities": [{"oidcs": [{"issuer": f"https://oidc.eks.{subject.region}.amazonaws.com/id/{subject.mark}"}]}],
        "vpcConfig": {"clusterSecurityGroupId": f"sg-{subject.mark}", "vpcId": f"vpc-{subject.mark}"},
        "platformVersion": f"eks.{MARK}",
        "status": "ACTIVE",
    }


def _node_group(subject: Subject, identity: str) -> Outputs:
    group = f"eks-{identity.replace(':', '-')}-{subject.mark}"
    return {"resources": [{"autoscalingGroups": [{"name": group}]}], "nodeGroupName": identity.rpartition(":")[2]}


def _vpc(subject: Subject, _identity: str) -> Outputs:
    return {
        "mainRouteTableId": f"rtb-{subject.mark}",
        "defaultRouteTableId": f"rtb-{subject.mark}",
        "defaultSecurityGroupId": f"sg-{subject.mark}",
        "defaultNetworkAclId": f"acl-{subject.mark}",
        "ownerId": ACCOUNT,
    }


def _instance(subject: Subject, identity: str) -> Outputs:
    """A database, and the secret that RDS makes for it."""
    host = f"{identity}.{subject.mark}.{subject.region}.rds.amazonaws.com"
    secret = subject.arn("secretsmanager", f"secret:rds!db-{subject.mark}")
    return {
        "address": host,
        "endpoint": f"{host}:{subject.inputs.get('port')}",
        "masterUserSecrets": [{"secretArn": secret, "secretStatus": "active"}],
    }


def _replication_group(subject: Subject, identity: str) -> Outputs:
    return {"primaryEndpointAddress": f"master.{identity}.{subject.mark}.{subject.region}.cache.amazonaws.com"}


def _certificate(subject: Subject, _identity: str) -> Outputs:
    """A certificate of ACM: a wildcard is proved by the record of the name that it stands below."""
    others = subject.inputs.get("subjectAlternativeNames")
    names = [subject.text("domainName"), *(others if isinstance(others, list) else [])]
    return {
        "domainValidationOptions": [
            {
                "domainName": str(name),
                "resourceRecordName": f"_{subject.mark}.{str(name).removeprefix('*.')}.",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": f"_{subject.mark}.acm-validations.aws.",
            }
            for name in names
        ]
    }


def _cluster_member(key: str) -> Callable[[Subject], str]:
    """Return the rule of ids such as `cluster:node-group`."""
    return lambda subject: f"{subject.text('clusterName')}:{subject.text(key) or f'{subject.name}-{subject.mark}'}"


_IDENTITIES: dict[str, Callable[[Subject], str]] = {
    "aws:kms/key:Key": lambda subject: f"{MARK}-{subject.digest}",
    "aws:eks/nodeGroup:NodeGroup": _cluster_member("nodeGroupName"),
    "aws:eks/addon:Addon": _cluster_member("addonName"),
    "aws:eks/accessEntry:AccessEntry": _cluster_member("principalArn"),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": lambda subject: f"a-{subject.mark}",
    "aws:iam/policy:Policy": lambda subject: subject.arn("iam", f"policy/{subject.physical_name}", region=False),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": lambda subject: _oidc_arn(subject, ""),
    "aws:elasticache/replicationGroup:ReplicationGroup": lambda subject: (
        subject.text("replicationGroupId") or subject.physical_name
    ),
    "aws:rds/instance:Instance": lambda subject: subject.text("identifier") or subject.physical_name,
    "aws:secretsmanager/secret:Secret": lambda subject: subject.arn(
        "secretsmanager", f"secret:{subject.physical_name}"
    ),
    "aws:route53/zone:Zone": lambda subject: f"Z0{subject.mark.upper()}",
}


def _oidc_arn(subject: Subject, _identity: str) -> str:
    url = subject.text("url") or f"https://oidc.eks.{subject.region}.amazonaws.com/id/{subject.mark}"
    return subject.arn("iam", f"oidc-provider/{url.removeprefix('https://')}", region=False)


_ARNS: dict[str, Callable[[Subject, str], str]] = {
    "aws:iam/role:Role": lambda subject, identity: subject.arn("iam", f"role/{identity}", region=False),
    "aws:iam/policy:Policy": lambda _subject, identity: identity,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _oidc_arn,
    "aws:iam/instanceProfile:InstanceProfile": lambda subject, identity: subject.arn(
        "iam", f"instance-profile/{identity}", region=False
    ),
    "aws:cloudwatch/logGroup:LogGroup": lambda subject, identity: subject.arn("logs", f"log-group:{identity}"),
    "aws:eks/nodeGroup:NodeGroup": lambda subject, identity: subject.arn(
        "eks", f"nodegroup/{identity.replace(':', '/')}/{subject.mark}"
    ),
    "aws:secretsmanager/secret:Secret": lambda _subject, identity: identity,
    "aws:s3/bucket:Bucket": lambda _subject, identity: f"arn:aws:s3:::{identity}",
    "aws:s3/bucketV2:BucketV2": lambda _subject, identity: f"arn:aws:s3:::{identity}",
}

_OUTPUTS: dict[str, Callable[[Subject, str], Outputs]] = {
    "aws:acm/certificate:Certificate": _certificate,
    "aws:ec2/vpc:Vpc": _vpc,
    "aws:ec2/eip:Eip": lambda subject, identity: {"allocationId": identity, "publicDns": f"{subject.mark}.example.com"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": lambda subject, _identity: {"prefixListId": f"pl-{subject.mark}"},
    "aws:eks/cluster:Cluster": _cluster,
    "aws:eks/nodeGroup:NodeGroup": _node_group,
    "aws:eks/addon:Addon": lambda _subject, _identity: {"addonVersion": f"v0.0.0-eksbuild.{MARK}"},
    "aws:elasticache/replicationGroup:ReplicationGroup": _replication_group,
    "aws:rds/instance:Instance": _instance,
    "aws:kms/key:Key": lambda _subject, identity: {"keyId": identity},
    "aws:route53/record:Record": lambda subject, _identity: {"fqdn": (subject.text("name") or "").rstrip(".")},
    "aws:route53/zone:Zone": lambda _subject, identity: {"zoneId": identity},
}
