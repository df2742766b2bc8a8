"""A cache on ElastiCache: what is asked of AWS, and where its password is."""

import json
from typing import Any

import pytest

from tests.support.on_aws import PASSWORD, SUBNETS, app, context, deploy
from tests.support.recorded import Recorded, Recording, Secret

GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def cache(*, tier: int = 2, protect: bool = False, **place: Any) -> Recording:
    settings = app({"cache": {"engine": "redis", "password": "cache"}}, tier=tier)
    return deploy(settings, context(settings, {"redis": {"place": "elasticache", **place}}, protect=protect))


def group(recording: Recording) -> Recorded:
    return recording.one(GROUP, "api-cache")


def test_it_is_encrypted_private_and_backed_up() -> None:
    recording = cache()
    inputs = group(recording).inputs
    expected = {
        "engine": "redis",
        "engineVersion": "7.1",
        "nodeType": "cache.t4g.small",
        "port": 6379,
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "transitEncryptionMode": "required",
        "authTokenUpdateStrategy": "ROTATE",
        "snapshotRetentionLimit": 14,
        "autoMinorVersionUpgrade": True,
        "subnetGroupName": "api-cache-4d5e6f7",
        "securityGroupIds": ["api-cache-access-id"],
    }
    assert {key: inputs.get(key) for key in expected} == expected
    assert recording.one("aws:elasticache/subnetGroup:SubnetGroup").inputs["subnetIds"] == list(SUBNETS)
    (rule,) = recording.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert (rule.inputs["referencedSecurityGroupId"], rule.inputs["fromPort"], rule.inputs["toPort"]) == (
        "sg-nodes",
        6379,
        6379,
    )


@pytest.mark.parametrize(("tier", "said", "nodes"), [(1, None, 2), (2, None, 2), (3, None, 1), (3, 2, 3), (1, 0, 1)])
def test_what_must_not_stop_has_a_copy_in_another_zone(tier: int, said: int | None, nodes: int) -> None:
    place: dict[str, Any] = {} if said is None else {"replicas": said}
    inputs = group(cache(tier=tier, **place)).inputs
    assert inputs["numCacheClusters"] == nodes
    assert inputs["automaticFailoverEnabled"] is inputs["multiAzEnabled"] is (nodes > 1)


def test_its_password_is_in_secrets_manager_and_nowhere_in_the_open() -> None:
    recording = cache(kmsKeyArn=KEY)
    version = recording.one("aws:secretsmanager/secretVersion:SecretVersion").inputs
    assert isinstance(version["secretString"], Secret)
    assert json.loads(version["secretString"].value) == {"password": PASSWORD}
    assert group(recording).inputs["authToken"] == Secret(PASSWORD)
    holders = {each.type for each in recording.resources if PASSWORD in repr(each.inputs)}
    assert holders == {"aws:secretsmanager/secretVersion:SecretVersion", GROUP}
    assert recording.one("aws:secretsmanager/secret:Secret").inputs["kmsKeyId"] == KEY
    assert group(recording).inputs["kmsKeyId"] == KEY


def test_its_name_fits_and_changes_with_what_replaces_it() -> None:
    plain = group(cache()).inputs
    assert plain["replicationGroupId"].startswith("api-cache-")
    assert plain["finalSnapshotIdentifier"] == f"{plain['replicationGroupId']}-final"
    assert plain["replicationGroupId"] == group(cache(nodeType="cache.r7g.large")).inputs["replicationGroupId"]
    restored = group(cache(restore={"api-cache": "nightly"})).inputs
    assert restored["snapshotName"] == "nightly"
    assert restored["replicationGroupId"] != plain["replicationGroupId"]
    assert "snapshotName" not in plain


def test_it_is_protected_where_the_stack_says_so() -> None:
    assert [each.name for each in cache(protect=True).resources if each.protect] == ["api-cache"]
    assert not any(each.protect for each in cache().resources)
