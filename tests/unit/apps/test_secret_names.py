"""Secrets that further containers ask for, and whom they are made by."""

from typing import Any

from pydantic import SecretStr

from components.apps import advice
from components.apps.context import AppContext
from components.apps.manifests import render
from components.apps.secret_names import asked_secrets, made_secrets
from tests.support.stacks import Judge, stack
from tests.support.stacks import app as document
from tests.unit.apps.meshes import app

IMAGE = {"image": "registry.example.com/x:1"}
DATABASE = {"store": "aws-secrets-manager", "key": "staging/api/database"}
SECRETS = {"values": {"TOKEN": "token"}, "external": {"database": DATABASE}}
CONTEXT = AppContext(environment="staging", secrets={"token": SecretStr("t")})


def test_containers_get_the_secrets_that_they_ask_for_and_no_others() -> None:
    own = app(
        secrets=SECRETS,
        sidecars={"proxy": {**IMAGE, "secrets": ["values"]}},
        initContainers={"migrate": {**IMAGE, "secrets": ["database", "given"]}},
        containers={"plain": IMAGE},
    )
    spec = render(own, CONTEXT)["deployment"]["spec"]["template"]["spec"]
    found = {
        each["name"]: [source["secretRef"]["name"] for source in each.get("envFrom", [])]
        for each in (*spec["initContainers"], *spec["containers"])
    }
    assert found == {
        "proxy": ["api-secrets"],
        "migrate": ["api-database", "given"],
        "api": ["api-secrets", "api-database"],
        "plain": [],
    }


def test_a_secret_of_the_namespace_is_known_by_its_own_name() -> None:
    assert asked_secrets(app(), ["values", "database"]) == ("values", "database")
    assert asked_secrets(app(secrets=SECRETS), ["api-database", "database"]) == ("api-database",)


def test_what_the_app_makes_itself_is_nobody_elses_to_make() -> None:
    raw = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "raw"}}
    own = app(secrets=SECRETS, objects={"own": raw, "extra": {"apiVersion": "v1", "kind": "Secret"}})
    assert made_secrets(own) == {"api-secrets", "api-database", "raw", "api-extra"}


def test_who_has_to_make_the_others_is_told_where_they_are_asked_for() -> None:
    def keyed(name: str) -> dict[str, Any]:
        return {"env": {"X": {"secretKeyRef": {"name": name, "key": "x"}}}}

    fields = {
        "secrets": {"external": {"database": DATABASE}},
        **keyed("web-database"),
        "sidecars": {"proxy": {**IMAGE, "secrets": ["given", "database"]}},
        "containers": {"plain": {**IMAGE, **keyed("other")}},
        "presets": {
            "authProxy": {"issuer": "https://login.example.com", "upstreamPort": 9999, "secret": "login"},
        },
    }
    said = Judge(advice).advice(stack(namespaces={"web": {}}, apps=[document(**fields)]))
    missing = {each.path: each.text for each in said if "does not make" in each.text}
    assert list(missing) == [
        ("sidecars", "proxy", "secrets"),
        ("presets", "authProxy", "secret"),
        ("containers", "plain", "secrets"),
    ]
    assert "the Secret given" in missing["sidecars", "proxy", "secrets"]
