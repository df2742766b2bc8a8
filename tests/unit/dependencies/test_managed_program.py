"""A whole stack whose app has a database and a cache on AWS, loaded, built and priced like any other."""

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

STACK = """\
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
  slipway:mesh: {kind: istio, egress: declared}
  slipway:namespaces: {web: {}}
  slipway:secretStores: {externalSecrets: {}}
  slipway:dependencies: {postgresql: rds, redis: elasticache}
  slipway:secrets:
    cache: correct-horse-battery
"""
APP = """\
name: web
namespace: web
tier: 1
replicas: 3
image: registry.example.com/web:1.0.0
ports: {http: 8080}
dependencies:
  database: {engine: postgresql, version: "17"}
  cache: {engine: redis, password: cache}
"""


@cache
def recorded(*, known: bool = True) -> Recording:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / file, folder)
        (folder / "Pulumi.test.yaml").write_text(STACK)
        (folder / "apps" / "staging").mkdir(parents=True)
        (folder / "apps" / "staging" / "web.yaml").write_text(APP)
        facts = load_stack(folder, "test")
        return record(
            folder / "__main__.py",
            project=facts.project,
            stack="test",
            config=facts.config,
            secret_keys=facts.secret_keys,
            known=known,
        )


def one(kind: str, name: str) -> Resource:
    (found,) = [each for each in recorded().made if each.kind == kind and each.name == name]
    return found


def reached(resource: Resource) -> set[str]:
    """Return the names of all that a resource comes from, directly or not."""
    seen: set[str] = set()
    ahead = [resource.urn]
    while ahead:
        found = recorded().by_urn.get(ahead.pop())
        if found is not None and found.urn not in seen:
            seen.add(found.urn)
            ahead += [*found.dependencies, *(urn for urns in found.property_dependencies.values() for urn in urns)]
    return {recorded().by_urn[urn].name for urn in seen}


def sources(resource: Resource, key: str) -> set[str]:
    """Return the names of what one input comes from."""
    return {recorded().by_urn[urn].name for urn in resource.property_dependencies[key]}


def test_a_database_is_in_the_private_subnets_and_admits_the_nodes() -> None:
    zones = ("us-west-2a", "us-west-2b", "us-west-2c")
    for name in ("web-database", "web-cache"):
        assert sources(one("SubnetGroup", name), "subnetIds") == {f"network-private-{zone}" for zone in zones}
        rule = one("SecurityGroupIngressRule", f"{name}-access-from-nodes")
        assert sources(rule, "referencedSecurityGroupId") == {"cluster-sg-nodes"}


def test_tier_1_has_a_standby_and_what_holds_data_is_protected() -> None:
    assert one("Instance", "web-database").inputs["multiAz"] is True
    assert one("ReplicationGroup", "web-cache").inputs["numCacheClusters"] == 2
    assert one("Instance", "web-database").protect
    assert one("ReplicationGroup", "web-cache").protect


def test_the_rotation_is_forgotten_and_not_switched_off_when_its_database_goes() -> None:
    assert {each.name for each in recorded().made if each.retain_on_delete and "web-" in each.name} == {
        "web-database-password"
    }


def test_pods_come_after_the_database_and_the_network_outlives_it() -> None:
    assert {"web-database", "web-cache", "web-database-connection", "external-secrets-release"} <= reached(
        one("Deployment", "web-deployment")
    )
    assert "network" in reached(one("Instance", "web-database"))


def test_external_secrets_has_an_identity_that_the_apps_role_trusts_and_no_right_of_its_own() -> None:
    assert one("PodIdentityAssociation", "external-secrets-identity-association")
    assert not [each for each in recorded().made if each.name == "external-secrets-identity-policy"]
    assert "external-secrets-identity-role" in reached(one("Role", "web-dependencies-secrets"))


def test_pods_may_call_them_through_network_policy_and_mesh() -> None:
    spec = one("NetworkPolicy", "web-allow-networks").inputs["spec"]
    assert isinstance(spec, dict)
    assert spec["egress"] == [
        {"to": [{"ipBlock": {"cidr": "10.30.0.0/16"}}], "ports": [{"port": port, "protocol": "TCP"}]}
        for port in (5432, 6379)
    ]
    entries = [each.inputs["spec"] for each in recorded().made if each.kind == "ServiceEntry" and "web" in each.name]
    assert "5432" in repr(entries)
    assert "6379" in repr(entries)


def test_no_password_is_anywhere_in_the_recording() -> None:
    assert "correct-horse-battery" not in repr(recorded())


def test_the_set_of_resources_does_not_depend_on_outputs() -> None:
    assert sorted(recorded(known=False).by_urn) == sorted(recorded().by_urn)


def test_everything_has_a_purpose() -> None:
    mine = [each for each in recorded().resources if "slipway:dependencies:" in each.urn]
    told = {each.type: (of_component if each.type.startswith("slipway:") else of_type)(each.type) for each in mine}
    assert len(told) > 15
    assert [kind for kind, text in told.items() if not text] == []


@pytest.mark.parametrize(
    ("what", "monthly"),
    [
        ("RDS db.t4g.medium, multi-AZ", "94.90"),  # 2 x 0.065 x 730
        ("RDS storage gp3 20 GiB, multi-AZ", "4.60"),  # 2 x 20 x 0.115
        ("ElastiCache cache.t4g.small", "46.72"),  # 2 x 0.032 x 730
        ("secret", "0.80"),  # RDS's own, and the cache's
    ],
)
def test_what_they_cost(what: str, monthly: str) -> None:
    found = estimate(recorded(), read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert found is not None
    assert f"{sum(line.monthly for line in found.lines if line.what == what):.2f}" == monthly
    assert [gap for gap in found.gaps if "web-" in gap.urn] == []
    assert found.by_use["backups of databases beyond their size"] == 1
