"""How an app's pods learn of what AWS runs for them, and what waits for what."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.manifests import render
from components.dependencies.managed import physical_name
from tests.support.incluster import waits_for
from tests.support.on_aws import CLUSTER, PASSWORD, RDS_SECRET, READER, app, context, deploy
from tests.support.recorded import Recorded, Recording
from tests.support.schemas import recording_problems

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
CONFIG = "kubernetes:core/v1:ConfigMap"
EXTERNAL = "kubernetes:external-secrets.io/v1:ExternalSecret"
STORE = "kubernetes:external-secrets.io/v1:ClusterSecretStore"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CHECKSUM = "slipway.dev/dependencies-checksum"


@pytest.fixture(scope="module")
def both() -> Recording:
    return deploy(app(), context(app()))


def template(recording: Recording) -> dict[str, Any]:
    found: dict[str, Any] = recording.one(DEPLOYMENT).inputs["spec"]["template"]
    return found


def test_the_variables_are_those_that_the_cluster_would_give(both: Recording) -> None:
    data = {each.name: each.inputs["data"] for each in both.all(CONFIG)}
    assert data == {
        "api-database-connection": {
            "DATABASE_HOST": "database.example.com",
            "DATABASE_PORT": "5432",
            "DATABASE_NAME": "api",
            "DATABASE_USER": "api",
            "DATABASE_SSLMODE": "require",
        },
        "api-cache-connection": {"CACHE_HOST": "cache.example.com", "CACHE_PORT": "6379", "CACHE_TLS": "true"},
    }
    passwords = {each.name: each.inputs["spec"]["data"] for each in both.all(EXTERNAL)}
    assert passwords["api-database-connection"] == [
        {"secretKey": "DATABASE_PASSWORD", "remoteRef": {"key": RDS_SECRET, "property": "password"}}
    ]
    assert [each["secretKey"] for each in passwords["api-cache-connection"]] == ["CACHE_PASSWORD"]
    assert template(both)["spec"]["containers"][0]["envFrom"] == [
        {"configMapRef": {"name": "api-database-connection"}},
        {"secretRef": {"name": "api-database-connection"}},
        {"configMapRef": {"name": "api-cache-connection"}},
        {"secretRef": {"name": "api-cache-connection"}},
    ]
    assert recording_problems(both) == []


def test_names_of_ones_own() -> None:
    settings = app({"orders-db": {"engine": "postgresql", "prefix": "PG", "database": "orders", "user": "clerk"}})
    data = deploy(settings, context(settings)).one(CONFIG).inputs["data"]
    assert {key: data[key] for key in ("PG_NAME", "PG_USER")} == {"PG_NAME": "orders", "PG_USER": "clerk"}


def test_pods_wait_for_the_database_and_its_secret_and_so_go_before_them(both: Recording) -> None:
    waited = waits_for(both, both.one(DEPLOYMENT))
    assert {"api-database", "api-cache", "api-database-connection", "api-cache-connection", "namespace"} <= waited
    for secret in both.all(EXTERNAL):
        name = secret.name.removesuffix("-connection")
        assert {"api-dependencies", "api-dependencies-secrets", name, "namespace"} <= waits_for(both, secret)
    cluster = both.one("aws:eks/cluster:Cluster").urn
    inside = [each for each in both.resources if each.type.startswith("kubernetes:")]
    assert {each.deleted_with for each in inside} == {cluster}
    outside = [each for each in both.resources if each.type.startswith(("aws:rds/", "aws:elasticache/"))]
    assert {each.deleted_with for each in outside} == {""}


def test_a_secret_is_asked_for_when_it_has_a_value_and_may_be_read(both: Recording) -> None:
    store = both.one(STORE)
    assert both.one("aws:iam/rolePolicy:RolePolicy").urn in store.dependencies
    secret = both.one(EXTERNAL, "api-cache-connection")
    assert both.one("aws:secretsmanager/secretVersion:SecretVersion").urn in secret.dependencies
    assert store.urn in secret.dependencies


def test_a_database_begins_while_the_cluster_is_still_being_made(both: Recording) -> None:
    for kind, name in (
        ("aws:rds/instance:Instance", "api-database"),
        ("aws:elasticache/replicationGroup:ReplicationGroup", "api-cache"),
    ):
        assert "namespace" not in waits_for(both, both.one(kind, name))


def test_pods_roll_when_an_address_changes(both: Recording) -> None:
    annotation = template(both)["metadata"]["annotations"][CHECKSUM]
    moved = deploy(app(), context(app()), outputs={"aws:rds/instance:Instance": {"address": "other.example.com"}})
    assert template(moved)["metadata"]["annotations"][CHECKSUM] not in ("", annotation)


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "Job", "CronJob"])
def test_every_kind_of_workload_has_them_and_waits(kind: str) -> None:
    fields: dict[str, Any] = {"cron": {"schedule": "0 1 * * *"}} if kind == "CronJob" else {}
    settings = app(kind=kind, **fields)
    recording = deploy(settings, context(settings))
    (workload,) = [each for each in recording.resources if each.inputs.get("kind") == kind]
    assert {"api-database", "api-cache"} <= waits_for(recording, workload)
    assert CHECKSUM in repr(workload.inputs)


def statements(role_policy: Recorded) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(role_policy.inputs["policy"])["Statement"]
    return found


def test_only_the_apps_namespace_sees_its_secrets_and_external_secrets_only_for_it(both: Recording) -> None:
    store = both.one(STORE)
    assert store.inputs["spec"]["conditions"] == [{"namespaces": ["web"]}]
    role = both.one("aws:iam/role:Role")
    assert store.inputs["spec"]["provider"]["aws"] == {
        "service": "SecretsManager",
        "region": "us-west-2",
        "role": "arn:aws:mock:us-west-2:123456789012:role/api-dependencies-secrets",
    }
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"AWS": READER}
    assert trust["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    (reading,) = statements(both.one("aws:iam/rolePolicy:RolePolicy"))
    assert reading["Action"] == ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    assert reading["Resource"] == [RDS_SECRET, "arn:aws:mock:us-west-2:123456789012:secret/api-cache"]
    assert {each.inputs["spec"]["secretStoreRef"]["name"] for each in both.all(EXTERNAL)} == {"api-dependencies"}


def test_keys_of_ones_own_decrypt_for_secrets_manager_only() -> None:
    settings = app({"database": {"engine": "postgresql"}})
    recording = deploy(settings, context(settings, {"postgresql": {"place": "rds", "kmsKeyArn": KEY}}))
    decrypting = statements(recording.one("aws:iam/rolePolicy:RolePolicy"))[1]
    assert (decrypting["Action"], decrypting["Resource"]) == ("kms:Decrypt", [KEY])
    assert decrypting["Condition"] == {"StringEquals": {"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"}}


def test_no_password_is_in_the_cluster_or_in_what_is_shown(both: Recording) -> None:
    assert [
        each.name for each in both.resources if each.type.startswith("kubernetes:") and PASSWORD in repr(each)
    ] == []
    assert both.all("kubernetes:core/v1:Secret") == []


def test_the_set_of_resources_does_not_depend_on_outputs(both: Recording) -> None:
    assert deploy(app(), context(app()), known=False).urns == both.urns


def test_an_app_without_any_and_one_in_the_cluster_have_nothing_of_it() -> None:
    for settings, places in ((app({}), None), (app({"database": {"engine": "postgresql"}}), {})):
        recording = deploy(settings, context(settings, places))
        assert not [each for each in recording.resources if "dependencies" in each.type]
        assert CHECKSUM not in repr(template(recording))
        assert "-connection" not in repr(render(settings, context(settings, places)))


@pytest.mark.parametrize(
    "cluster",
    [
        None,
        replace(CLUSTER, secret_reader_role_arn=None),
        replace(CLUSTER, private_subnet_ids=()),
        replace(CLUSTER, node_security_group_id=None),
    ],
)
def test_a_cluster_that_has_no_place_for_them_is_an_error(cluster: Any) -> None:
    with pytest.raises(ValueError, match="needs an EKS cluster of the stack's own, with External Secrets"):
        deploy(app(), context(app()), aws=cluster)


@given(name=st.from_regex(r"[a-z]([-a-z0-9]{0,60}[a-z0-9])?", fullmatch=True), other=st.text(max_size=4))
def test_a_physical_name_is_one_that_both_services_take(name: str, other: str) -> None:
    made = f"{physical_name(name, other)}-0a1b2c3"
    assert len(made) <= 40
    assert "--" not in made
    assert made[0].isalpha()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert physical_name(name, other) != physical_name(name, other + "x")
