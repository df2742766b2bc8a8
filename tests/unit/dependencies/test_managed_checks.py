"""What is refused of dependencies on AWS, and what an app may call because of them."""

from typing import Any

import pytest

from components.apps.expansion import expanded
from components.dependencies import managed_checks
from components.dependencies.managed import any_managed
from components.foundation.endpoints import derived_services
from components.operations.secret_checks import a_store
from components.settings import StackSettings
from tests.support.stacks import Judge, app, stack

JUDGE = Judge(managed_checks)
PLACES: dict[str, Any] = {"postgresql": "rds", "redis": "elasticache"}
STORES: dict[str, Any] = {"externalSecrets": {}}
GOOD = "correct-horse-battery"


def settings(
    dependency: dict[str, Any] | None = None,
    *,
    places: dict[str, Any] | None = None,
    existing: bool = False,
    values: dict[str, str] | None = None,
    stores: dict[str, Any] | None = None,
    **fields: Any,
) -> StackSettings:
    """Return a stack with one app, `web`, that depends on one thing, `data`."""
    rooms: dict[str, Any] = {"namespaces": {"web": {}}, "secretStores": STORES if stores is None else stores}
    return stack(
        existing=existing,
        dependencies=PLACES if places is None else places,
        secrets={"data": GOOD} if values is None else values,
        apps=[app(dependencies={"data": dependency or {"engine": "postgresql"}}, **fields)],
        **rooms,
    )


REDIS = {"engine": "redis", "password": "data"}


@pytest.mark.parametrize("dependency", [{"engine": "postgresql"}, REDIS])
def test_what_needs_nothing_said_is_right(dependency: dict[str, Any]) -> None:
    assert JUDGE.problems(settings(dependency)) == []
    assert JUDGE.advice(settings(dependency)) == []


def test_an_existing_cluster_has_no_vpc_for_them() -> None:
    problems = JUDGE.problems(settings(existing=True))
    assert [(each.path, each.found, each.allowed) for each in problems] == [
        (("dependencies", "postgresql"), "rds with cluster.existing", "inCluster"),
        (("dependencies", "redis"), "elasticache with cluster.existing", "inCluster"),
    ]


def test_passwords_need_external_secrets_and_the_line_is_told() -> None:
    problem = JUDGE.only(settings(stores={}))
    assert (problem.path, problem.allowed) == (("dependencies",), "secretStores: {externalSecrets: {}}")
    assert list(a_store(settings())) == []
    assert [each.path for each in a_store(settings({"engine": "postgresql", "password": "data"}, places={}))] != []


@pytest.mark.parametrize(
    ("dependency", "key", "allowed"),
    [
        ({"engine": "postgresql", "version": "13"}, "version", "14, 15, 16, 17, 18, or postgresql: inCluster"),
        ({**REDIS, "version": "8"}, "version", "7, or redis: inCluster in the stack file"),
        ({"engine": "postgresql", "storage": "40Ti"}, "storage", "another `storage` here"),
        ({"engine": "postgresql", "user": "admin"}, "user", "user: web_app"),
        ({"engine": "postgresql", "user": "rds_me"}, "user", "user: web_app"),
        ({"engine": "postgresql", "database": "order"}, "database", "database: web_app"),
        ({"engine": "postgresql", "database": "_web"}, "database", "database: web_app"),
        ({"engine": "redis"}, "password", "`pulumi config set --secret --path slipway:secrets.web-data`"),
        ({"engine": "redis", "existingSecret": {"name": "x", "key": "y"}}, "password", "password: web-data here"),
        ({"engine": "redis", "password": "other"}, "password", "data"),
    ],
)
def test_what_aws_would_refuse(dependency: dict[str, Any], key: str, allowed: str) -> None:
    problem = JUDGE.only(settings(dependency))
    assert problem.path == ("dependencies", "data", key)
    assert problem.app == "web"
    assert allowed in problem.allowed


def test_the_limit_of_growth_is_above_the_size() -> None:
    places = {"postgresql": {"place": "rds", "maxStorage": "21Gi"}}
    assert JUDGE.only(settings(places=places)).found == "20Gi at first, and 21Gi as the limit"


@pytest.mark.parametrize("value", ["short", "with@an-at-sign-in-it", "x" * 129, "with a space in it"])
def test_a_password_that_elasticache_refuses_is_not_shown(value: str) -> None:
    problem = JUDGE.only(settings(REDIS, values={"data": value}))
    assert "16 to 128" in problem.allowed
    assert value not in repr(problem)


@pytest.mark.parametrize(
    "fields",
    [
        {"config": {"DATA_HOST": "elsewhere"}},
        {"secrets": {"values": {"DATA_PASSWORD": "data"}}},
        {"env": {"DATA_PORT": {"fieldRef": {"fieldPath": "status.podIP"}}}},
    ],
)
def test_a_variable_has_one_source(fields: dict[str, Any]) -> None:
    problem = JUDGE.only(settings(**fields))
    assert "the app's own already" in problem.message
    assert problem.path == ("dependencies", "data")


def test_a_secret_has_one_source() -> None:
    wanted = stack(
        dependencies=PLACES,
        secretStores=STORES,
        namespaces={"web": {}},
        apps=[app(dependencies={"data": {"engine": "postgresql"}}, secrets={"existing": ["web-data-connection"]})],
    )
    assert "web-data-connection" in JUDGE.only(wanted).message


def test_what_is_restored_is_there() -> None:
    places = {"postgresql": {"place": "rds", "restore": {"web-data": "web-data-final", "shop-data": "x"}}}
    problem = JUDGE.only(settings(places=places))
    assert problem.path == ("dependencies", "postgresql", "restore", "shop-data")
    assert problem.allowed == "web-data"


def test_what_has_no_effect_or_one_zone_is_pointed_out() -> None:
    (useless,) = JUDGE.advice(settings({"engine": "postgresql", "password": "data"}))
    assert "has no effect on RDS" in useless.text
    places = {"postgresql": {"place": "rds", "multiAz": False}}
    (alone,) = JUDGE.advice(settings(places=places, tier=1))
    assert "postgresql.multiAz: false" in alone.text


def test_apps_may_call_what_aws_runs_for_them_and_nothing_more() -> None:
    (made,) = expanded(settings()).apps
    assert [(rule.cidrs, rule.ports) for rule in made.egress] == [(("10.0.0.0/16",), (5432,))]
    again = expanded(expanded(settings()))
    assert again.apps == expanded(settings()).apps
    assert not any(
        rule.cidrs for rule in next(each for each in expanded(settings(places={})).apps if each.name == "web").egress
    )


def test_a_private_network_reaches_secrets_manager() -> None:
    assert any_managed(settings())
    assert "secretsmanager" in derived_services(settings())
    assert not any_managed(settings(places={}))
    assert "secretsmanager" not in derived_services(settings(places={}))
