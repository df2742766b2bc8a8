"""Whole stacks whose app has a database and a cache in the cluster: who waits for whom, what is kept, what it costs."""

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from slipway.cost.estimate import estimate
from slipway.cost.prices import read_prices
from slipway.loading import load_stack
from slipway.preview.purposes import of_component, of_type
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.run import record
from tests.support.shipped import ROOT

COMMON = """\
  slipway:namespaces: {web: {}}
  slipway:secretStores: {externalSecrets: {}}
  slipway:secrets: {database: correct-horse-battery}
"""
STACKS = {
    "owned": """\
config:
  slipway:environment: staging
  slipway:aws: {region: us-west-2, accountId: "123456789012"}
  slipway:network: {cidr: 10.30.0.0/16}
  slipway:cluster:
    version: "1.35"
    endpoint: {privateAccessCidrs: [10.30.0.0/16]}
    admins: [arn:aws:iam::123456789012:role/platform-admin]
    protect: true
  slipway:nodePools: {general: {}}
""",
    "existing": """\
config:
  slipway:environment: staging
  slipway:cluster: {existing: {context: kind-test}}
""",
}
APP = """\
name: web
namespace: web
image: registry.example.com/web:1.0.0
ports: {http: 8080}
dependencies:
  database: {engine: postgresql, password: database}
  cache: {engine: redis}
"""


@cache
def recorded(stack: str, *, known: bool = True) -> Recording:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / file, folder)
        (folder / f"Pulumi.{stack}.yaml").write_text(STACKS[stack] + COMMON)
        (folder / "apps" / "staging").mkdir(parents=True)
        (folder / "apps" / "staging" / "web.yaml").write_text(APP)
        facts = load_stack(folder, stack)
        return record(
            folder / "__main__.py",
            project=facts.project,
            stack=stack,
            config=facts.config,
            secret_keys=facts.secret_keys,
            known=known,
        )


def one(recording: Recording, kind: str, name: str) -> Resource:
    (found,) = (each for each in recording.resources if each.kind == kind and each.name == name)
    return found


@pytest.mark.parametrize("stack", list(STACKS))
def test_the_app_waits_for_its_database_and_the_database_for_its_password(stack: str) -> None:
    recording = recorded(stack)
    database = one(recording, "StatefulSet", "web-database-statefulset")
    cache_ = one(recording, "StatefulSet", "web-cache-statefulset")
    assert {database.urn, cache_.urn} <= set(one(recording, "Deployment", "web-deployment").dependencies)
    password = one(recording, "ExternalSecret", "web-cache-external-secret-password")
    assert password.urn in cache_.dependencies
    assert one(recording, "Password", "web-cache-password-generator").urn in password.dependencies
    assert one(recording, "Secret", "web-database-secrets").urn in database.dependencies


def test_the_bucket_is_the_stacks_and_protected_with_it() -> None:
    recording = recorded("owned")
    bucket = one(recording, "Bucket", "backups")
    assert bucket.protect
    assert bucket.deleted_with is None
    assert one(recording, "StatefulSet", "web-database-statefulset").protect
    assert one(recording, "PodIdentityAssociation", "web-database-backup-aws-association").urn in (
        one(recording, "CronJob", "web-database-backup-cronjob").dependencies
    )
    assert "Bucket" not in {each.kind for each in recorded("existing").resources}


def test_a_claim_with_backups_stays() -> None:
    claim = one(recorded("existing"), "PersistentVolumeClaim", "web-database-backup-claim")
    assert claim.retain_on_delete
    assert claim.deleted_with is None


def test_the_password_is_in_secrets_only() -> None:
    recording = recorded("owned")
    holders = [each.name for each in recording.resources if "correct-horse-battery" in str(each.inputs)]
    assert holders == []  # masked as secret wherever it is


@pytest.mark.slow
def test_nothing_depends_on_what_only_a_deployment_knows() -> None:
    for stack in STACKS:
        known, unknown = (sorted(each.urn for each in recorded(stack, known=k).resources) for k in (True, False))
        assert known == unknown


def test_everything_is_explained_and_priced() -> None:
    recording = recorded("owned")
    purposes = {
        each.type: of_component(each.type) if each.is_component else of_type(each.type) for each in recording.resources
    }
    assert [token for token, purpose in purposes.items() if not purpose] == []
    cost = estimate(recording, read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert cost is not None
    assert cost.gaps == ()
