"""The data behind the knowledge of replacements: current, complete, and in agreement with others' accounts."""

import re
from functools import cache

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from slipway.plan.replacement import sdk_docs
from slipway.plan.replacement.knowledge import SDK, Rule, by_hand, sdk
from tests.support import cloudformation
from tests.support.shipped import ROOT, recorded

AWS_CLASS = re.compile(r"^from pulumi_aws\.(\w+)\.(\w+) import (\w+)(?: as \w+)?$", re.MULTILINE)
KUBERNETES_CLASS = re.compile(r"^from pulumi_kubernetes\.([\w.]+)\.(\w+)\.(\w+) import \3$", re.MULTILINE)
GROUPS = {
    "admissionregistration": "admissionregistration.k8s.io",
    "networking": "networking.k8s.io",
    "rbac": "rbac.authorization.k8s.io",
    "scheduling": "scheduling.k8s.io",
    "storage": "storage.k8s.io",
}


@cache
def components() -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / "components").rglob("*.py")))


@cache
def inputs(token: str) -> frozenset[str]:
    return frozenset(sdk_docs.inputs(token))


def test_the_generated_file_is_what_the_installed_sdk_says() -> None:
    committed = YAML(typ="safe", pure=True).load(SDK.read_text())
    assert committed == sdk_docs.read(), "run `python -m slipway.plan.replacement.sdk_docs` and look at the difference"


def test_the_sdk_is_read_into_its_lists_and_objects() -> None:
    said = sdk_docs.documented("aws:ec2/instance:Instance")["sentences"]
    assert isinstance(said, dict)
    assert said["secondaryNetworkInterfaces.*.networkCardIndex"] == "Forces replacement."


def test_every_type_of_aws_that_is_imported_has_an_entry() -> None:
    known = set(by_hand("aws").types)
    wanted = {
        f"aws:{room}/{name[0].lower()}{name[1:]}:{name}"
        for room, module, name in AWS_CLASS.findall(components())
        if module != "outputs" and name[0].isupper()
    }
    assert len(wanted) > 40
    assert wanted - known == set()


def test_every_kind_that_is_imported_has_an_entry() -> None:
    known = set(by_hand("kubernetes").types)
    wanted = {
        f"kubernetes:{GROUPS.get(group, group)}/{version}:{kind}"
        for group, version, kind in KUBERNETES_CLASS.findall(components())
        if not group.startswith("helm") and not kind.endswith("Patch")
    }
    assert len(wanted) > 20
    assert wanted - known == set()


def test_every_type_of_aws_that_is_registered_has_an_entry() -> None:
    registered = {each.type for each in recorded("production").made if each.package == "aws"}
    assert len(registered) > 20
    assert registered - set(by_hand("aws").types) == set()


def test_every_property_exists_in_the_sdk() -> None:
    wrong = [
        f"{token}: {path}"
        for token, knowledge in by_hand("aws").types.items()
        if token != "aws:*"
        for rule in (*knowledge.forces, *knowledge.refuses)
        for path in (rule.path, *rule.given, *rule.formerly, *rule.below)
        if path.partition(".")[0] not in inputs(token)
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", sorted(cloudformation.create_only()))
def test_cloudformation_gives_the_same_account(kind: str) -> None:
    token = cloudformation.TOKENS[kind]
    known = {rule.path for rule in by_hand("aws").types[token].forces} | set(sdk().types[token].sentences)
    excepted = cloudformation.EXCEPTIONS.get(kind, {})
    unknown = {
        path
        for path in cloudformation.create_only()[kind]
        if path not in excepted and cloudformation.provider_path(kind, path) not in known
    }
    assert unknown == set()
    stale = {path for path in excepted if cloudformation.provider_path(kind, path) in known}
    assert stale == set(), "these exceptions except nothing"


def test_all_of_cloudformations_types_are_compared() -> None:
    assert set(cloudformation.create_only()) == set(cloudformation.TOKENS)
    assert set(cloudformation.TOKENS.values()) <= set(by_hand("aws").types)


@pytest.mark.parametrize("provider", ["aws", "kubernetes"])
def test_every_rule_names_a_source(provider: str) -> None:
    entries = by_hand("aws" if provider == "aws" else "kubernetes").types
    assert all(each.source.strip() for each in entries.values())
    assert [token for token in entries if not token.startswith(f"{provider}:")] == []


def test_config_maps_and_secrets_are_mutable_as_the_data_assumes() -> None:
    providers = recorded("production").of_type("pulumi:providers:kubernetes")
    assert providers
    for provider in providers:
        assert str(provider.inputs["enableConfigMapMutable"]).lower() == "true"
        assert str(provider.inputs["enableSecretMutable"]).lower() == "true"


def test_a_condition_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="'bigger' is no condition: changed once set, lower version"):
        Rule(path="a", when="bigger")
