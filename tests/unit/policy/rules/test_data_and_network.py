"""encryption-at-rest, no-public-endpoint, no-public-bucket and imdsv2."""

from dataclasses import replace
from typing import Any

import pytest

from policy.rules.networks import is_everyone
from slipway.recording.resource import Resource
from slipway.recording.wire import UNKNOWN
from tests.unit.policy.rules.building import aws, found, kube

KEY = "arn:aws:kms:us-west-2:123456789012:key/1"
TEMPLATE = "ec2/launchTemplate:LaunchTemplate"
DISK = {"deviceName": "/dev/xvda", "ebs": {"encrypted": "true"}}
SAFE = {"httpTokens": "required", "httpPutResponseHopLimit": 1}


def cluster(**config: Any) -> Resource:
    return aws("eks/cluster:Cluster", version="1.35", vpcConfig=config)


def storage_class(**parameters: Any) -> Resource:
    body = {"provisioner": "ebs.csi.aws.com", "parameters": parameters}
    return kube("storage.k8s.io/v1", "StorageClass", namespace=None, **body)


@pytest.mark.parametrize(
    "resource",
    [
        aws("eks/cluster:Cluster", encryptionConfig={"provider": {"keyArn": UNKNOWN}, "resources": ["secrets"]}),
        aws(TEMPLATE, blockDeviceMappings=[DISK, {"deviceName": "/dev/xvdb", "noDevice": "true"}]),
        aws("eks/nodeGroup:NodeGroup", launchTemplate={"id": UNKNOWN}),
        aws("rds/instance:Instance", storageEncrypted=UNKNOWN),
        aws("elasticache/replicationGroup:ReplicationGroup", atRestEncryptionEnabled=True),
        aws("secretsmanager/secret:Secret"),
        storage_class(encrypted="true"),
        kube("storage.k8s.io/v1", "StorageClass", namespace=None, provisioner="efs.csi.aws.com"),
        replace(aws("rds/instance:Instance"), read=True, id="db-1"),
    ],
)
def test_what_encrypts_or_does_not_say_yet_is_let_pass(resource: Resource) -> None:
    assert found("encryption-at-rest", resource) == []


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (aws("eks/cluster:Cluster"), "Secrets lie in etcd without a KMS key"),
        (aws(TEMPLATE), "says nothing of its volumes"),
        (
            aws(TEMPLATE, blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {}}]),
            "/dev/xvda: encrypted is not set",
        ),
        (aws("eks/nodeGroup:NodeGroup"), "has no launch template"),
        (aws("rds/instance:Instance", storageEncrypted=False), "storageEncrypted is false, and must be true"),
        (aws("elasticache/replicationGroup:ReplicationGroup"), "atRestEncryptionEnabled is not set"),
        (aws("efs/fileSystem:FileSystem", encrypted=False), "encrypted is false"),
        (storage_class(encrypted="false"), "StorageClass it: its volumes: encrypted is false"),
    ],
)
def test_what_does_not_encrypt_is_found(resource: Resource, said: str) -> None:
    (text,) = found("encryption-at-rest", resource)
    assert said in text


@pytest.mark.parametrize(
    ("without", "with_key"),
    [
        (aws("rds/instance:Instance", storageEncrypted=True), {"storageEncrypted": True, "kmsKeyId": KEY}),
        (aws("secretsmanager/secret:Secret"), {"kmsKeyId": UNKNOWN}),
        (
            aws(TEMPLATE, blockDeviceMappings=[DISK]),
            {"blockDeviceMappings": [{"ebs": {"encrypted": "true", "kmsKeyId": KEY}}]},
        ),
        (
            aws(
                "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
                rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
            ),
            {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY}}]},
        ),
    ],
)
def test_a_stack_may_ask_for_keys_of_its_own(without: Resource, with_key: dict[str, Any]) -> None:
    assert found("encryption-at-rest", without) == []
    (text,) = found("encryption-at-rest", without, customerKeys=True)
    assert "which customerKeys asks for" in text
    assert found("encryption-at-rest", replace(without, inputs=with_key), customerKeys=True) == []


def test_a_bucket_names_its_key_by_a_configuration_of_its_own() -> None:
    token = "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

    def configuration(**default: str) -> Resource:
        rules = [{"applyServerSideEncryptionByDefault": default}]
        return aws(token, "encryption", bucket="files-123", rules=rules)

    kept = configuration(sseAlgorithm="aws:kms", kmsMasterKeyId=KEY)
    assert found("encryption-at-rest", BUCKET, kept, customerKeys=True) == []
    assert found("encryption-at-rest", BUCKET) == []
    assert "no BucketServerSideEncryptionConfiguration" in found("encryption-at-rest", BUCKET, customerKeys=True)[0]
    awss_own = configuration(sseAlgorithm="aws:kms")
    assert "kmsMasterKeyId names no key" in found("encryption-at-rest", BUCKET, awss_own, customerKeys=True)[0]


@pytest.mark.parametrize(
    ("cidr", "everyone"),
    [
        ("0.0.0.0/0", True),
        ("0.0.0.0/1", True),
        ("128.0.0.0/1", True),
        ("::/0", True),
        ("203.0.113.0/24", False),
        ("10.0.0.0/8", False),
        ("fc00::/7", False),
        (UNKNOWN, False),
        (None, False),
    ],
)
def test_who_is_everyone(cidr: object, everyone: bool) -> None:
    assert is_everyone(cidr, 8) is everyone


def test_an_api_server_that_everyone_reaches() -> None:
    for config in ({}, {"publicAccessCidrs": ["0.0.0.0/0"]}, {"publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]}):
        (text,) = found("no-public-endpoint", cluster(**config))
        assert "cluster.endpoint.publicAccessCidrs" in text
    office = {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}
    assert found("no-public-endpoint", cluster(**office)) == []
    assert found("no-public-endpoint", cluster(endpointPublicAccess=False)) == []
    assert found("no-public-endpoint", cluster(endpointPublicAccess=UNKNOWN)) == []
    (text,) = found("no-public-endpoint", cluster(**office), clusterEndpoint="private")
    assert "publicAccess: false" in text


def test_ports_that_everyone_reaches() -> None:
    token = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    wide = aws(token, cidrIpv4="0.0.0.0/0", ipProtocol="tcp", fromPort=443, toPort=443)
    assert found("no-public-endpoint", wide) == [
        "the security group admits 0.0.0.0/0 to tcp 443: name the networks that need it"
    ]
    assert found("no-public-endpoint", wide, publicPorts=[443]) == []
    all_ports = aws(token, cidrIpv6="::/0", ipProtocol="-1")
    assert "::/0 to all ports" in found("no-public-endpoint", all_ports, publicPorts=[443])[0]
    assert found("no-public-endpoint", aws(token, cidrIpv4="10.0.0.0/16", ipProtocol="-1")) == []
    rule = {"cidrBlocks": ["0.0.0.0/0"], "protocol": "tcp", "fromPort": 22, "toPort": 23}
    assert "tcp 22 to 23" in found("no-public-endpoint", aws("ec2/securityGroup:SecurityGroup", ingress=[rule]))[0]
    old = "ec2/securityGroupRule:SecurityGroupRule"
    assert len(found("no-public-endpoint", aws(old, type="ingress", **rule))) == 1
    assert found("no-public-endpoint", aws(old, type="egress", **rule)) == []


@pytest.mark.parametrize(
    ("closed", "opened"),
    [
        (aws("ec2/subnet:Subnet", mapPublicIpOnLaunch=False), {"mapPublicIpOnLaunch": True}),
        (aws("rds/instance:Instance", publiclyAccessible=False), {"publiclyAccessible": True}),
        (aws(TEMPLATE), {"networkInterfaces": [{"associatePublicIpAddress": "true"}]}),
    ],
)
def test_addresses_that_are_public(closed: Resource, opened: dict[str, Any]) -> None:
    assert found("no-public-endpoint", closed) == []
    assert len(found("no-public-endpoint", replace(closed, inputs=opened))) == 1


def test_load_balancers_past_the_way_in() -> None:
    note = "service.beta.kubernetes.io/aws-load-balancer-"

    def service(namespace: str = "web", annotations: dict[str, str] | None = None, **spec: Any) -> Resource:
        body = {"type": "LoadBalancer", **spec}
        return kube("v1", "Service", "shop", namespace=namespace, annotations=annotations or {}, spec=body)

    public = [
        service(),
        service(annotations={f"{note}type": "external", f"{note}scheme": "internet-facing"}),
        service(loadBalancerSourceRanges=["0.0.0.0/0"]),
    ]
    for each in public:
        (text,) = found("no-public-endpoint", each)
        assert text.startswith("Service web/shop is a load balancer that the internet reaches")
        assert found("no-public-endpoint", each, publicServices=["web/shop"]) == []
    fine = [
        service(type="ClusterIP"),
        service("istio-ingress"),
        service(annotations={f"{note}internal": "true"}),
        service(annotations={f"{note}scheme": "internal"}),
        service(annotations={f"{note}type": "external"}),
        service(loadBalancerClass="service.k8s.aws/nlb"),
        service(loadBalancerSourceRanges=["203.0.113.0/24"]),
    ]
    assert [text for each in fine for text in found("no-public-endpoint", each)] == []


BUCKET = aws("s3/bucket:Bucket", "files", bucket="files-123")
OPEN = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}


def block(**inputs: Any) -> Resource:
    return aws("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", **{**OPEN, **inputs})


def test_buckets_are_closed_by_a_block_of_their_own() -> None:
    assert found("no-public-bucket", BUCKET, block(bucket="files-123")) == []
    linked = replace(block(bucket=UNKNOWN), property_dependencies={"bucket": (BUCKET.urn,)})
    assert found("no-public-bucket", BUCKET, linked) == []
    assert "no BucketPublicAccessBlock" in found("no-public-bucket", BUCKET)[0]
    assert "no BucketPublicAccessBlock" in found("no-public-bucket", BUCKET, block(bucket="another"))[0]
    nameless = aws("s3/bucket:Bucket", "files")
    assert "no BucketPublicAccessBlock" in found("no-public-bucket", nameless, block(bucket=UNKNOWN))[0]
    half = block(bucket="files-123", blockPublicPolicy=False)
    assert found("no-public-bucket", BUCKET, half)[0].startswith("blockPublicPolicy must be true")


def test_acls_and_policies_for_everyone() -> None:
    assert "public-read" in found("no-public-bucket", aws("s3/bucketAcl:BucketAcl", acl="public-read"))[0]
    assert found("no-public-bucket", aws("s3/bucketAcl:BucketAcl", acl="private")) == []
    allow = '{"Statement": {"Effect": "Allow", "Principal": %s, "Action": "s3:GetObject"%s}}'
    policy = "s3/bucketPolicy:BucketPolicy"
    for everyone in ('"*"', '{"AWS": ["*"]}'):
        assert len(found("no-public-bucket", aws(policy, policy=allow % (everyone, "")))) == 1
        condition = ', "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}'
        assert found("no-public-bucket", aws(policy, policy=allow % (everyone, condition))) == []
    refused = '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*"}]}'
    assert found("no-public-bucket", aws(policy, policy=refused)) == []
    assert found("no-public-bucket", aws(policy, policy=UNKNOWN)) == []


def test_the_metadata_service_asks_for_a_token_and_answers_no_pod() -> None:
    assert found("imdsv2", aws(TEMPLATE, metadataOptions=SAFE)) == []
    assert found("imdsv2", aws(TEMPLATE, metadataOptions={"httpEndpoint": "disabled"})) == []
    assert found("imdsv2", aws("eks/nodeGroup:NodeGroup", launchTemplate={"id": UNKNOWN})) == []
    (text,) = found("imdsv2", aws(TEMPLATE, metadataOptions={**SAFE, "httpTokens": "optional"}))
    assert text.startswith("metadataOptions.httpTokens is optional: required")
    two = aws(TEMPLATE, metadataOptions={**SAFE, "httpPutResponseHopLimit": 2})
    assert "is 2, and may be 1" in found("imdsv2", two)[0]
    assert found("imdsv2", two, hopLimit=2) == []
    assert len(found("imdsv2", aws("ec2/instance:Instance"))) == 2
    assert "no launch template" in found("imdsv2", aws("eks/nodeGroup:NodeGroup"))[0]
