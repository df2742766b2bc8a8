"""A dependency in the cluster becomes apps of its own, and variables of the app that needs it."""

from typing import Any

import pytest

from components.apps.expansion import expanded
from components.checks import problems
from components.dependencies.names import origin
from components.settings import StackSettings
from tests.support.in_cluster_dependencies import depending, objects, pod
from tests.support.stacks import app, stack


def apps(settings: StackSettings) -> dict[str, Any]:
    return {each.name: each for each in settings.apps}


def variables(settings: StackSettings, name: str = "web") -> dict[str, Any]:
    """What the app's container sees: values, and where others come from."""
    found = objects(settings, name)
    plain = dict(found["config"]["data"]) if "config" in found else {}
    secret = dict.fromkeys(found.get("secrets", {}).get("data", {}), "its own Secret")
    env = {
        each["name"]: "/".join(each["valueFrom"]["secretKeyRef"].values())
        for each in pod(found)["containers"][0].get("env", [])
    }
    return plain | secret | env


def test_each_is_a_stateful_set_and_a_cron_job_and_comes_before_its_app() -> None:
    settings = depending()
    assert [(each.name, each.kind) for each in settings.apps] == [
        ("web-database", "StatefulSet"),
        ("web-database-backup", "CronJob"),
        ("web-cache", "StatefulSet"),
        ("web-cache-backup", "CronJob"),
        ("web", "Deployment"),
    ]
    assert problems(settings) == []


def test_the_app_has_variables_by_the_dependencys_name() -> None:
    assert variables(depending()) == {
        "DATABASE_HOST": "web-database-service.web.svc.cluster.local",
        "DATABASE_PORT": "5432",
        "DATABASE_NAME": "web",
        "DATABASE_USER": "web",
        "DATABASE_PASSWORD": "its own Secret",
        "DATABASE_SSLMODE": "disable",
        "CACHE_HOST": "web-cache-service.web.svc.cluster.local",
        "CACHE_PORT": "6379",
        "CACHE_PASSWORD": "web-cache-password/PASSWORD",
        "CACHE_TLS": "false",
    }
    named = depending(
        {"main-db": {"engine": "postgresql", "prefix": "PG", "database": "shop", "user": "owner"}},
        app_keys={"config": {"LOG_LEVEL": "info"}},
    )
    assert variables(named)["LOG_LEVEL"] == "info"
    assert (variables(named)["PG_NAME"], variables(named)["PG_USER"]) == ("shop", "owner")
    assert "MAIN_DB_HOST" in variables(depending({"main-db": {"engine": "postgresql"}}))


@pytest.mark.parametrize(
    ("fields", "app_reads", "store_reads"),
    [
        ({"password": "database"}, "its own Secret", "web-database-secrets/PASSWORD"),
        ({"existingSecret": {"name": "vault", "key": "pw"}}, "vault/pw", "vault/pw"),
        ({}, "web-database-password/PASSWORD", "web-database-password/PASSWORD"),
    ],
)
def test_app_store_and_backup_read_one_password(fields: dict[str, Any], app_reads: str, store_reads: str) -> None:
    settings = depending({"database": {"engine": "postgresql", **fields}})
    assert variables(settings)["DATABASE_PASSWORD"] == app_reads
    assert variables(settings, "web-database")["POSTGRES_PASSWORD"] == store_reads
    (dump,) = pod(objects(settings, "web-database-backup"))["initContainers"]
    assert {"/".join(each["valueFrom"]["secretKeyRef"].values()) for each in dump["env"] if "valueFrom" in each} == {
        store_reads
    }
    makes = {key for key in objects(settings, "web-database") if "password" in key}
    assert bool(makes) == (not fields)


def test_expanding_again_changes_nothing_and_without_dependencies_nothing_changes() -> None:
    once = depending()
    assert expanded(once) is once
    plain = stack(namespaces={"web": {}}, nodePools={"general": {}}, apps=[app()])
    assert expanded(plain) is plain


def test_on_aws_nothing_is_made_in_the_cluster() -> None:
    settings = depending(dependencies={"postgresql": "rds"})
    assert set(apps(settings)) == {"web", "web-cache", "web-cache-backup"}
    assert "DATABASE_HOST" not in variables(settings)


def test_only_the_app_and_its_backup_reach_it() -> None:
    settings = depending({"database": {"engine": "postgresql"}, "cache": {"engine": "redis", "backup": False}})
    assert apps(settings)["web-database"].allow_from == ("web", "web-database-backup")
    assert apps(settings)["web-cache"].allow_from == ("web",)
    assert "web-cache-backup" not in apps(settings)


def test_data_is_not_on_spot_nodes_and_its_memory_is_promised() -> None:
    limits = {"limits": {"cpu": "1", "memory": "2Gi"}}
    needs = {"database": {"engine": "postgresql", "resources": limits}}
    third = depending(needs, app_keys={"tier": 3}, nodePools={"general": {}, "spot": {}})
    assert pod(objects(third, "web"))["nodeSelector"] == {"slipway.dev/pool": "spot"}
    store = pod(objects(third, "web-database"))
    assert store["nodeSelector"] == {"slipway.dev/pool": "general"}
    assert store["containers"][0]["resources"]["requests"] == {"cpu": "900m", "memory": "2Gi"}
    own = depending(needs, app_keys={"tier": 3, "pool": "memory"}, nodePools={"general": {}, "memory": {}})
    assert pod(objects(own, "web-database"))["nodeSelector"] == {"slipway.dev/pool": "memory"}


def test_an_app_of_tier_1_can_be_drained_of_its_database() -> None:
    settings = depending(app_keys={"tier": 1})
    assert objects(settings, "web-database")["pdb"]["spec"]["maxUnavailable"] == 1


def test_what_stands_for_a_dependency_is_known_by_name() -> None:
    settings = depending()
    found = apps(settings)
    for name, dependency in (("web-database", "database"), ("web-cache-backup", "cache")):
        home = origin(name, found, settings.dependencies)
        assert home is not None
        assert (home[0].name, home[1]) == ("web", dependency)
    assert origin("web", found, settings.dependencies) is None
    assert origin("web-other", found, settings.dependencies) is None


def test_its_labels_and_registrys_secrets_are_the_apps() -> None:
    settings = depending(app_keys={"labels": {"team": "shop"}, "imagePullSecrets": ["registry"]})
    for each in settings.apps:
        found = objects(settings, each.name)
        assert pod(found)["imagePullSecrets"] == [{"name": "registry"}]
        assert found["sa"]["metadata"]["labels"]["team"] == "shop"
