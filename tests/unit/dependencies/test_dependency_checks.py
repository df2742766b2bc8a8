"""What is refused of a dependency, and what is worth knowing: in the words, and at the place, of the app's file."""

from typing import Any

import pytest

from components import checks
from components.dependencies import checks as own
from components.problem import Problem
from components.settings import StackSettings
from tests.support.in_cluster_dependencies import depending
from tests.support.stacks import Judge, app

JUDGE = Judge(own)
DATABASE: dict[str, Any] = {"engine": "postgresql", "password": "database"}


def places(settings: StackSettings) -> list[str]:
    return [".".join(map(str, each.path)) for each in JUDGE.problems(settings)]


def only(settings: StackSettings) -> Problem:
    """The one problem of the whole stack."""
    (problem,) = checks.problems(settings)
    return problem


@pytest.mark.parametrize(
    ("needs", "place"),
    [
        ({"database": {**DATABASE, "version": "9"}}, "dependencies.database.version"),
        ({"cache": {"engine": "redis", "version": "17"}}, "dependencies.cache.version"),
        ({"cache": {"engine": "redis", "user": "web"}}, "dependencies.cache.user"),
        ({"cache": {"engine": "redis", "database": "web"}}, "dependencies.cache.database"),
        ({"database": {**DATABASE, "user": "postgres"}}, "dependencies.database.user"),
        ({"database": {**DATABASE, "database": "template1"}}, "dependencies.database.database"),
        ({"database": {**DATABASE, "user": "pg_me"}}, "dependencies.database.user"),
        ({"database": {**DATABASE, "existingSecret": {"name": "a", "key": "b"}}}, "dependencies.database.password"),
        ({"a" * 42: DATABASE}, f"dependencies.{'a' * 42}"),
        ({"database": DATABASE, "copy": {**DATABASE, "prefix": "DATABASE"}}, "dependencies.copy"),
    ],
)
def test_each_mistake_is_reported_where_it_stands(needs: dict[str, Any], place: str) -> None:
    assert places(depending(needs)) == [place]


def test_what_fits_is_not_reported() -> None:
    needs = {
        "a" * 41: DATABASE,
        "other": {**DATABASE, "version": "18", "user": "pgme"},
        "old": {**DATABASE, "version": "9", "image": "registry.example.com/postgres:9.6"},
    }
    assert places(depending(needs)) == []


def test_without_a_source_of_the_password_the_lines_are_named() -> None:
    problem = only(depending({"database": {"engine": "postgresql"}}, secretStores={}))
    assert problem.path == ("dependencies", "database", "password")
    for line in (
        "password: database",
        "existingSecret: {name: SECRET, key: KEY}",
        "secretStores: {externalSecrets: {}}",
    ):
        assert line in problem.allowed
    assert checks.problems(depending({"database": {"engine": "postgresql"}})) == []


def test_a_bucket_needs_a_name_of_its_own() -> None:
    region = {"region": "us-west-2"}
    problem = only(depending(aws=region))
    assert problem.path == ("dependencies", "backups", "bucket")
    assert "accountId" in problem.allowed
    assert checks.problems(depending(aws=region, dependencies={"backups": {"bucket": "example-backups"}})) == []
    assert checks.problems(depending({"cache": {"engine": "redis", "backup": False}}, aws=region)) == []


def test_a_name_that_another_app_has_is_refused() -> None:
    settings = depending(apps=[app(dependencies={"database": DATABASE}), app("web-database")])
    problem = next(each for each in checks.problems(settings) if each.path == ("dependencies",))
    assert (problem.app, problem.found) == ("web", "web-database")
    twice = depending({"db": DATABASE, "db-backup": {**DATABASE, "prefix": "OTHER"}})
    assert {each.found for each in JUDGE.problems(twice)} == {"web-db-backup"}


@pytest.mark.parametrize(
    "keys",
    [
        {"config": {"DATABASE_HOST": "elsewhere"}},
        {"secrets": {"values": {"DATABASE_PASSWORD": "other"}}},
        {"env": {"DATABASE_USER": {"fieldRef": {"fieldPath": "metadata.name"}}}},
        {"portVariables": {"DATABASE_PORT": "http"}},
    ],
)
def test_a_variable_that_the_app_has_itself_is_refused(keys: dict[str, Any]) -> None:
    settings = depending({"database": DATABASE}, app_keys=keys)
    assert places(settings) == ["dependencies.database"]
    (found,) = JUDGE.problems(settings)
    assert found.found in str(keys)


def test_a_mistake_in_what_was_made_is_said_of_the_app() -> None:
    needs = {"database": {**DATABASE, "storageClass": "fast"}}
    problem, *again = [found for check in checks.CHECKS for found in check(depending(needs))]
    assert again == []  # its backup has the class, too
    assert (problem.app, problem.path) == ("web", ("dependencies", "database", "storageClass"))
    assert problem.message.startswith("web-database")
    above = {"limits": {"cpu": "200m"}, "requests": {"cpu": "300m"}}
    problem = only(depending({"database": {**DATABASE, "resources": above}}))
    assert (problem.app, problem.path) == ("web", ("dependencies", "database", "resources", "requests", "cpu"))


def test_a_secret_that_is_not_there_is_reported_once_at_its_name() -> None:
    problem = only(depending({"database": {**DATABASE, "password": "databse"}}))
    assert (problem.path, problem.nearest) == (("dependencies", "database", "password"), "database")


def test_a_mistake_of_the_app_is_not_repeated_for_what_it_needs() -> None:
    problem = only(depending(app_keys={"labels": {"track": "stable"}}))
    assert problem.path == ("labels", "track")


def test_the_preview_says_what_has_no_copy_and_what_is_one_pod_under_tier_1() -> None:
    needs = {"database": {**DATABASE, "backup": False}, "cache": {"engine": "redis"}}
    found = {each.path: each.text for each in JUDGE.advice(depending(needs, app_keys={"tier": 1}))}
    assert set(found) == {
        ("dependencies", "database", "backup"),
        ("dependencies", "database"),
        ("dependencies", "cache"),
    }
    assert "postgresql: rds" in found["dependencies", "database"]
    assert "redis: elasticache" in found["dependencies", "cache"]
    assert JUDGE.advice(depending()) == []
    beside = JUDGE.advice(depending(existing=True))
    assert [each.path for each in beside] == [
        ("dependencies", "database", "backup"),
        ("dependencies", "cache", "backup"),
    ]


def test_no_advice_is_given_about_apps_that_no_file_declares() -> None:
    settings = depending(environment="production")
    told = checks.advice(settings)
    assert {each.app for each in told} <= {None, "web"}
    assert not [each for each in told if "does not make the Secret" in each.text]
    existing = depending({"database": {"engine": "postgresql", "existingSecret": {"name": "vault", "key": "pw"}}})
    assert len([each for each in checks.advice(existing) if "does not make the Secret vault" in each.text]) == 1


def test_databases_of_one_namespace_have_one_port() -> None:
    apps = [app(name, dependencies={"database": DATABASE}) | {"ports": {}} for name in ("one", "two")]
    own = app("postgres", kind="StatefulSet") | {"ports": {"db": 5432}}
    assert checks.problems(depending(apps=[*apps, own], secretStores={})) == []
