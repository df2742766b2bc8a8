"""What is refused, and what is pointed out, about where secrets come from."""

from typing import Any

import pytest

from components.operations import secret_checks
from tests.support.operations import operations_stack
from tests.support.stacks import Judge

JUDGE = Judge(secret_checks)
EXTERNAL = ("secretStores", "externalSecrets")
MANAGER = {"prefixes": ["production/"]}
PARAMETERS = {"prefixes": ["/production"]}
VAULT = {"server": "https://vault.example.com:8200", "role": "external-secrets"}
KEY = "arn:aws:kms:{region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def stack(external: dict[str, Any] | None = None, *, sealed: bool = False, **rooms: Any) -> Any:
    stores: dict[str, Any] = {"sealedSecrets": {}} if sealed else {}
    if external is not None:
        stores["externalSecrets"] = external
    return operations_stack(**{"secretStores": stores, "namespaces": {"web": {}}, **rooms})


def test_nothing_is_said_without_the_room_or_of_each_store_alone() -> None:
    for settings in (
        operations_stack(),
        stack(),
        stack(sealed=True),
        stack({"secretsManager": MANAGER}),
        stack({"parameterStore": PARAMETERS, "kmsKeyArns": [KEY.format(region="us-west-2")]}),
        stack({"vault": VAULT}),
        stack({"vault": VAULT}, existing=True),
    ):
        assert JUDGE.problems(settings) == []
        assert JUDGE.advice(settings) == []


def test_a_store_is_named_and_the_line_is_told() -> None:
    problem = JUDGE.only(stack({}))
    assert problem.path == EXTERNAL
    assert "secretsManager: {prefixes: [test/]}" in problem.allowed
    assert "vault: {server:" in problem.allowed
    existing = JUDGE.only(stack({}, existing=True))
    assert "vault: {server:" in existing.allowed
    assert "secretsManager" not in existing.allowed


@pytest.mark.parametrize(("key", "store"), [("secretsManager", MANAGER), ("parameterStore", PARAMETERS)])
def test_aws_admits_nobody_without_an_identity(key: str, store: dict[str, Any]) -> None:
    problem = JUDGE.only(stack({key: store, "vault": VAULT}, existing=True))
    assert problem.path == (*EXTERNAL, key)
    assert "AWS identity" in problem.message


def test_the_namespaces_of_a_store_are_there() -> None:
    problem = JUDGE.only(stack({"vault": {**VAULT, "namespaces": ["web", "wbe"]}}))
    assert (problem.path, problem.nearest) == ((*EXTERNAL, "vault", "namespaces", 1), "web")


def test_a_store_for_nobody_is_pointed_out() -> None:
    for settings in (
        stack({"vault": VAULT}, namespaces={}),
        stack({"vault": {**VAULT, "namespaces": []}}),
    ):
        (advice,) = JUDGE.advice(settings)
        assert advice.path == (*EXTERNAL, "vault")


def test_keys_that_encrypt_nothing_are_pointed_out() -> None:
    (unused,) = JUDGE.advice(stack({"vault": VAULT, "kmsKeyArns": [KEY.format(region="us-west-2")]}))
    assert unused.path == (*EXTERNAL, "kmsKeyArns")
    (distant,) = JUDGE.advice(stack({"secretsManager": MANAGER, "kmsKeyArns": [KEY.format(region="eu-west-1")]}))
    assert (distant.path, "eu-west-1" in distant.text) == ((*EXTERNAL, "kmsKeyArns", 0), True)


def test_two_ways_are_pointed_out() -> None:
    (advice,) = JUDGE.advice(stack({"vault": VAULT}, sealed=True))
    assert advice.path == ("secretStores", "sealedSecrets")


def test_an_existing_cluster_may_have_a_controller() -> None:
    (advice,) = JUDGE.advice(stack(sealed=True, existing=True))
    assert "one controller serves a whole cluster" in advice.text
