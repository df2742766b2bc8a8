"""A database on RDS: what is asked of AWS, who reaches it, and what is left when it goes."""

from typing import Any

import pytest

from components.dependencies.rds import LEAST_GIB, first_gib, most_gib
from tests.support.on_aws import RDS_SECRET, SUBNETS, app, context, deploy
from tests.support.recorded import Recorded, Recording

INSTANCE = "aws:rds/instance:Instance"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def database(
    dependency: dict[str, Any] | None = None, *, tier: int = 2, protect: bool = False, **rds: Any
) -> Recording:
    settings = app({"database": {"engine": "postgresql", **(dependency or {})}}, tier=tier)
    return deploy(settings, context(settings, {"postgresql": {"place": "rds", **rds}}, protect=protect))


def instance(recording: Recording) -> Recorded:
    return recording.one(INSTANCE, "api-database")


def test_it_is_private_encrypted_backed_up_and_watched() -> None:
    recording = database({"version": "16", "storage": "50Gi"})
    inputs = instance(recording).inputs
    expected = {
        "engine": "postgres",
        "engineVersion": "16",
        "instanceClass": "db.t4g.medium",
        "allocatedStorage": 50,
        "maxAllocatedStorage": 100,
        "storageType": "gp3",
        "storageEncrypted": True,
        "publiclyAccessible": False,
        "dbName": "api",
        "username": "api",
        "port": 5432,
        "manageMasterUserPassword": True,
        "backupRetentionPeriod": 14,
        "copyTagsToSnapshot": True,
        "skipFinalSnapshot": False,
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 7,
        "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
        "autoMinorVersionUpgrade": True,
        "allowMajorVersionUpgrade": False,
        "applyImmediately": False,
        "dbSubnetGroupName": "api-database-0a1b2c3",
        "vpcSecurityGroupIds": ["api-database-access-id"],
    }
    assert {key: inputs.get(key) for key in expected} == expected
    assert not {"password", "passwordWo", "kmsKeyId", "snapshotIdentifier"} & inputs.keys()
    assert recording.one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"] == list(SUBNETS)


def test_nobody_connects_without_tls() -> None:
    group = database({"version": "16"}).one("aws:rds/parameterGroup:ParameterGroup")
    assert group.inputs["family"] == "postgres16"
    assert group.inputs["parameters"] == [{"name": "rds.force_ssl", "value": "1"}]


def test_only_the_nodes_reach_it_on_its_port_and_it_reaches_nothing() -> None:
    recording = database()
    (rule,) = recording.all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    expected = {
        "securityGroupId": "api-database-access-id",
        "referencedSecurityGroupId": "sg-nodes",
        "ipProtocol": "tcp",
        "fromPort": 5432,
        "toPort": 5432,
    }
    assert {key: rule.inputs.get(key) for key in expected} == expected
    assert recording.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule") == []
    group = recording.one("aws:ec2/securityGroup:SecurityGroup")
    assert group.inputs["vpcId"] == "vpc-1"
    assert not {"egress", "ingress"} & group.inputs.keys()


@pytest.mark.parametrize(
    ("tier", "said", "expected"),
    [(1, None, True), (2, None, False), (3, None, False), (3, True, True), (1, False, False)],
)
def test_a_mission_critical_app_has_a_standby_unless_the_stack_says_otherwise(
    tier: int, said: bool | None, expected: bool
) -> None:
    rds: dict[str, Any] = {} if said is None else {"multiAz": said}
    assert instance(database(tier=tier, **rds)).inputs["multiAz"] is expected


@pytest.mark.parametrize(
    ("protect", "said", "deletion_protection"), [(False, None, False), (True, None, True), (True, False, False)]
)
def test_it_is_protected_where_the_stack_says_so(protect: bool, said: bool | None, deletion_protection: bool) -> None:
    rds: dict[str, Any] = {} if said is None else {"deletionProtection": said}
    recording = database(protect=protect, **rds)
    assert instance(recording).inputs["deletionProtection"] is deletion_protection
    assert {each.name for each in recording.resources if each.protect} == ({"api-database"} if protect else set())


def test_its_logs_end_and_are_there_before_it_writes_them() -> None:
    recording = database(logRetentionDays=90)
    logs = recording.all("aws:cloudwatch/logGroup:LogGroup")
    identifier = instance(recording).inputs["identifier"]
    assert [each.inputs["name"] for each in logs] == [
        f"/aws/rds/instance/{identifier}/postgresql",
        f"/aws/rds/instance/{identifier}/upgrade",
    ]
    assert {each.inputs["retentionInDays"] for each in logs} == {90}
    assert {each.urn for each in logs} <= set(instance(recording).dependencies)


def test_its_password_is_changed_every_90_days() -> None:
    rotation = database().one("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs == {
        "secretId": RDS_SECRET,
        "rotateImmediately": False,
        "rotationRules": {"automaticallyAfterDays": 90},
    }


def test_a_key_of_ones_own_encrypts_data_password_and_insights() -> None:
    inputs = instance(database(kmsKeyArn=KEY)).inputs
    assert [inputs[key] for key in ("kmsKeyId", "masterUserSecretKmsKeyId", "performanceInsightsKmsKeyId")] == [KEY] * 3


def test_what_replaces_it_gives_it_another_name_and_another_last_snapshot() -> None:
    plain, restored = database(), database(restore={"api-database": "api-database-final"})
    renamed, larger = database({"database": "orders"}), database({"storage": "90Gi"})
    names = [instance(each).inputs["identifier"] for each in (plain, restored, renamed, larger)]
    assert len(set(names)) == 3
    assert names[0] == names[3]
    assert all(name.startswith("api-database-") and name.endswith("-0a1b2c3") for name in names)
    assert instance(plain).inputs["finalSnapshotIdentifier"] == f"{names[0]}-final"


def test_a_restored_one_has_the_snapshots_database_and_user() -> None:
    inputs = instance(database(restore={"api-database": "rds:api-database-2026-11-20", "web-database": "x"})).inputs
    assert inputs["snapshotIdentifier"] == "rds:api-database-2026-11-20"
    assert not {"dbName", "username"} & inputs.keys()
    assert inputs["manageMasterUserPassword"] is True


@pytest.mark.parametrize(
    ("storage", "first", "most"), [("10Gi", 20, 40), ("20Gi", 20, 40), ("21474836481", 21, 42), ("1Ti", 1024, 2048)]
)
def test_storage_is_at_least_what_the_app_asks_for_and_rds_has(storage: str, first: int, most: int) -> None:
    assert (first_gib(storage), most_gib(storage, None), most_gib(storage, "5Ti")) == (first, most, 5120)
    assert first >= LEAST_GIB
