"""Backups: a dump that is whole, where it goes, with which rights, and how long it stays."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from components.apps.aws_permissions import statements
from components.dependencies.backup_bucket import BackupBucket
from components.dependencies.backup_store import bucket_name, bucket_needed, lifecycle_rules
from components.settings import StackSettings
from tests.support.in_cluster_dependencies import AWS, BUCKET, depending, objects, pod
from tests.support.recorded import Recording
from tests.support.recording import record

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DATABASE: dict[str, Any] = {"database": {"engine": "postgresql", "storage": "20Gi"}}


def rights(settings: StackSettings, name: str) -> list[dict[str, Any]]:
    (app,) = (each for each in settings.apps if each.name == name)
    assert app.aws is not None
    return statements(app.aws)


def test_it_dumps_then_uploads_to_its_place_in_the_bucket() -> None:
    settings = depending(DATABASE)
    found = objects(settings, "web-database-backup")
    (container,) = pod(found)["containers"]
    target = f"s3://{BUCKET}/web/web/database/"
    assert container["args"] == ["s3", "cp", "/backup/out", target, "--recursive", "--only-show-errors"]
    assert found["config"]["data"] == {"AWS_REGION": "us-west-2", "HOME": "/tmp"}  # noqa: S108 (in the container)
    (dump,) = pod(found)["initContainers"]
    assert {each["name"]: each["value"] for each in dump["env"] if "value" in each} == {
        "PGHOST": "web-database-service.web.svc.cluster.local",
        "PGPORT": "5432",
        "PGDATABASE": "web",
        "PGUSER": "web",
        "PGCONNECT_TIMEOUT": "30",
    }
    (space,) = (each for each in pod(found)["volumes"] if each["name"] == "backup")
    claim = space["ephemeral"]["volumeClaimTemplate"]["spec"]
    assert claim["resources"]["requests"]["storage"] == "20Gi"


def test_the_schedule_is_the_apps() -> None:
    needs = {"cache": {"engine": "redis", "backup": {"schedule": "0 4 * * 0", "timeZone": "Europe/Berlin"}}}
    spec = objects(depending(needs), "web-cache-backup")["cronjob"]["spec"]
    assert (spec["schedule"], spec["timeZone"], spec["concurrencyPolicy"]) == ("0 4 * * 0", "Europe/Berlin", "Forbid")
    job = spec["jobTemplate"]["spec"]
    assert (job["backoffLimit"], job["activeDeadlineSeconds"]) == (2, 21600)


def test_it_may_add_and_nothing_else() -> None:
    allowed = {
        "Effect": "Allow",
        "Action": ["s3:AbortMultipartUpload", "s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{BUCKET}/web/web/database/*"],
    }
    assert rights(depending(DATABASE), "web-database-backup") == [allowed]
    keyed = depending(DATABASE, dependencies={"backups": {"kmsKeyArn": KEY}})
    assert rights(keyed, "web-database-backup") == [
        allowed,
        {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": [KEY]},
    ]


@pytest.mark.parametrize(
    ("mesh", "peer"),
    [
        ("none", {"cidr": "0.0.0.0/0"}),
        ("linkerd", {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16", "10.0.0.0/16"]}),
    ],
)
def test_the_way_out_is_open_to_https_and_by_name_where_a_mesh_reads_it(mesh: str, peer: dict[str, Any]) -> None:
    settings = depending(DATABASE, mesh=mesh)
    found = objects(settings, "web-database-backup")
    (rule,) = found["allow-networks"]["spec"]["egress"]
    assert rule["to"] == [{"ipBlock": peer}]
    assert rule["ports"] == [{"port": 443, "protocol": "TCP"}]
    (app,) = (each for each in settings.apps if each.name == "web-database-backup")
    assert app.egress[0].hosts == (() if mesh == "none" else (f"{BUCKET}.s3.us-west-2.amazonaws.com",))


def test_on_an_existing_cluster_dumps_are_on_a_claim_that_goes_last() -> None:
    settings = depending(
        {"database": {"engine": "postgresql", "storage": "20Gi", "storageClass": "fast"}}, existing=True
    )
    found = objects(settings, "web-database-backup")
    assert found["claim"]["metadata"]["name"] == "web-database-backup"
    assert found["claim"]["spec"] == {
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": "fast",
        "resources": {"requests": {"storage": "40Gi"}},
    }
    assert "initContainers" not in pod(found)
    assert not bucket_needed(settings)
    own = depending({"cache": {"engine": "redis", "backup": {"size": "5Gi"}}}, existing=True)
    assert objects(own, "web-cache-backup")["claim"]["spec"]["resources"]["requests"]["storage"] == "5Gi"
    assert "claim" not in objects(depending(DATABASE), "web-database-backup")


def run(script: str, place: Path, *, fails: str = "") -> int:
    """Run a backup's script with programs that write what they are asked for; `fails` is one that does not."""
    programs = place / "bin"
    programs.mkdir(exist_ok=True)
    for name in ("pg_dump", "pg_restore"):
        program = programs / name
        program.write_text(
            "#!/bin/sh\nfor each; do case $each in --file=*) echo data >${each#--file=};; esac; done\n"
            f"exit {int(name == fails)}\n"
        )
        program.chmod(0o755)
    env = {"PATH": f"{programs}:{os.defpath}"}
    return subprocess.run(["/bin/sh", "-c", script.replace("/backup", str(place))], env=env, check=False).returncode


def test_only_a_dump_that_can_be_read_counts_and_old_ones_go(tmp_path: Path) -> None:
    settings = depending({"database": {"engine": "postgresql", "backup": {"keep": 2}}}, existing=True)
    script = pod(objects(settings, "web-database-backup"))["containers"][0]["command"][2]
    out = tmp_path / "out"
    out.mkdir()
    for day in ("01", "02", "03"):
        (out / f"202611{day}T021500Z.dump").touch()
    for program in ("pg_dump", "pg_restore"):
        assert run(script, tmp_path, fails=program) != 0
        assert len(list(out.glob("*.dump"))) == 3
    assert run(script, tmp_path) == 0
    kept = sorted(each.name for each in out.iterdir())
    assert len(kept) == 2
    assert kept[0] == "20261103T021500Z.dump"
    assert (out / kept[1]).read_text() == "data\n"


def bucket(settings: StackSettings, *, known: bool = True) -> Recording:
    return record(lambda: BackupBucket("backups", settings), known=known)


@pytest.mark.parametrize("known", [True, False])
def test_the_bucket_is_closed_encrypted_versioned_and_kept(known: bool) -> None:
    cluster = {"version": "1.35", "admins": ["arn:aws:iam::123456789012:role/admin"], "protect": True}
    recording = bucket(depending(cluster=cluster), known=known)
    made = recording.one("aws:s3/bucket:Bucket")
    assert made.inputs == {"bucket": BUCKET}
    assert made.protect
    closed = recording.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert {key for key, value in closed.items() if value is True} == {
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
    }
    versions = recording.one("aws:s3/bucketVersioning:BucketVersioning").inputs
    assert versions["versioningConfiguration"] == {"status": "Enabled"}
    encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = recording.one(encryption).inputs["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}, "bucketKeyEnabled": False}
    ownership = recording.one("aws:s3/bucketOwnershipControls:BucketOwnershipControls").inputs
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    if known:
        policy = recording.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"]
        assert '"aws:SecureTransport": "false"' in policy
        assert '"Effect": "Deny"' in policy


def test_a_key_of_ones_own_encrypts_it() -> None:
    recording = bucket(depending(dependencies={"backups": {"kmsKeyArn": KEY, "bucket": "example-backups"}}))
    assert recording.one("aws:s3/bucket:Bucket").inputs == {"bucket": "example-backups"}
    encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    assert recording.one(encryption).inputs["rules"] == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": KEY},
            "bucketKeyEnabled": True,
        }
    ]


def test_each_dependencys_backups_go_after_their_days() -> None:
    settings = depending(
        {
            "database": {"engine": "postgresql", "backup": {"keep": 30}},
            "cache": {"engine": "redis"},
            "queue": {"engine": "redis", "backup": False},
        }
    )
    leftovers, *rules = lifecycle_rules(settings)
    assert leftovers["noncurrent_version_expiration"] == {"noncurrent_days": 7}
    assert {each["filter"]["prefix"]: each["expiration"]["days"] for each in rules} == {
        "web/web/database/": 30,
        "web/web/cache/": 14,
    }


def test_the_buckets_name_is_one_that_s3_takes() -> None:
    settings = depending(stack="Team_A.production-of-a-very-long-name-indeed", aws=AWS)
    assert bucket_name(settings) == "slipway-team-a-production-of-a-very-lo-backups-123456789012"
    assert len(bucket_name(settings)) <= 63
