"""encryption-at-rest: whatever keeps data encrypts it."""

from collections.abc import Iterator, Mapping
from typing import Any

from policy.model import Rule, Stack
from policy.rules.reading import Teller, by_type, flag, is_true, not_true, open_value, place, refers
from slipway.recording.objects import dig, items, text
from slipway.recording.resource import Resource

EBS_DRIVER = "ebs.csi.aws.com"
_BUCKET_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"


def _cluster(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    config = resource.inputs.get("encryptionConfig")
    if not open_value(config) and "secrets" not in items(config, "resources"):
        yield "the cluster's Secrets lie in etcd without a KMS key of the account's own: set encryptionConfig"


def _template(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    devices = resource.inputs.get("blockDeviceMappings")
    if not devices:
        yield "the launch template says nothing of its volumes: the image decides whether nodes' disks are encrypted"
    for device in items(devices):
        ebs = dig(device, "ebs")
        if isinstance(ebs, dict):
            yield from _volume(ebs, f"the volume {text(device, 'deviceName')}", parameters)


def _group(resource: Resource, _stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[str]:
    if not resource.inputs.get("launchTemplate"):
        yield "the node group has no launch template, so nothing says that its nodes' disks are encrypted"


def _class(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    if text(resource.inputs, "provisioner") == EBS_DRIVER:
        values = dig(resource.inputs, "parameters") or {}
        yield from _volume(values, f"{place(resource)}: its volumes", parameters)


def _volume(ebs: Any, what: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    if not_true(dig(ebs, "encrypted")):
        yield f"{what}: encrypted is {_said(dig(ebs, 'encrypted'))}, and must be true"
    elif parameters["customerKeys"] and not dig(ebs, "kmsKeyId"):
        yield f"{what}: kmsKeyId names no key of the account's own, which customerKeys asks for"


def _store(encrypted: str, key: str) -> Teller:
    """Return the teller of a service that has one input for whether, and one for by which key."""

    def tell(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
        if not_true(resource.inputs.get(encrypted)):
            yield f"{encrypted} is {_said(resource.inputs.get(encrypted))}, and must be true"
        elif parameters["customerKeys"] and not resource.inputs.get(key):
            yield f"{key} names no key of the account's own, which customerKeys asks for"

    return tell


def _keyed(key: str) -> Teller:
    """Return the teller of a service that always encrypts: only whose key it is can be wrong."""

    def tell(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
        if parameters["customerKeys"] and not resource.inputs.get(key):
            yield f"{key} names no key of the account's own, which customerKeys asks for"

    return tell


def _bucket_default(resource: Resource, stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    told = any(refers(each, "bucket", resource, "bucket") for each in stack.recording.of_type(_BUCKET_ENCRYPTION))
    if parameters["customerKeys"] and not told:
        yield "no BucketServerSideEncryptionConfiguration names a key of the account's own, which customerKeys asks for"


def _bucket(resource: Resource, _stack: Stack, parameters: Mapping[str, Any]) -> Iterator[str]:
    for rule in items(resource.inputs, "rules"):
        default = dig(rule, "applyServerSideEncryptionByDefault")
        key = dig(default, "kmsMasterKeyId")
        if parameters["customerKeys"] and not (str(dig(default, "sseAlgorithm")).startswith("aws:kms") and key):
            yield "kmsMasterKeyId names no key of the account's own, which customerKeys asks for"


def _said(value: Any) -> str:
    return "not set" if value is None else "true" if is_true(value) else str(value).lower()


RULE = Rule(
    id="encryption-at-rest",
    title="Whatever keeps data encrypts it",
    description="The cluster's Secrets, the disks of nodes, volumes, databases, caches and file systems.",
    severity="mandatory",
    parameters=(
        flag(
            "customerKeys",
            default=False,
            description="Whether disks, volumes, databases, caches, buckets and secrets must name a KMS key of the"
            " account's own, and AWS's default key is not enough.",
        ),
    ),
    check=by_type(
        {
            "aws:ebs/volume:Volume": _store("encrypted", "kmsKeyId"),
            "aws:ec2/launchTemplate:LaunchTemplate": _template,
            "aws:efs/fileSystem:FileSystem": _store("encrypted", "kmsKeyId"),
            "aws:eks/cluster:Cluster": _cluster,
            "aws:eks/nodeGroup:NodeGroup": _group,
            "aws:elasticache/replicationGroup:ReplicationGroup": _store("atRestEncryptionEnabled", "kmsKeyId"),
            "aws:rds/cluster:Cluster": _store("storageEncrypted", "kmsKeyId"),
            "aws:rds/instance:Instance": _store("storageEncrypted", "kmsKeyId"),
            "aws:s3/bucket:Bucket": _bucket_default,
            _BUCKET_ENCRYPTION: _bucket,
            "aws:secretsmanager/secret:Secret": _keyed("kmsKeyId"),
            "kubernetes:storage.k8s.io/v1:StorageClass": _class,
        }
    ),
)
