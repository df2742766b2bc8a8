"""The pack without its process: what it takes from the stack's configuration, and makes of the engine's view."""

import contextvars
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from pulumi import StringAsset
from pulumi.runtime import set_all_config
from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy
from pulumi_policy.secret import Secret, secrets_preserving_proxy

from components.policy_settings import PolicySettings
from policy.engine import recording_of
from policy.inputs import Inputs
from policy.model import Finding, Rule, Stack
from policy.pack import BadSettingsError, configured_settings, policies
from policy.run import run_rules
from policy.stack_rules import told
from slipway.recording.resource import STACK_TYPE
from slipway.recording.wire import SECRET, UNKNOWN
from tests.unit.policy.sample import RULES, TODAY, URN, exemption, sample, settings

CANARY = "canary-5c1f"
KUBERNETES_SECRET = "kubernetes:core/v1:Secret"


def with_config(policy: Any, ask: Callable[[], Any]) -> Any:
    """Ask with a configuration of its own, as the engine's environment would give it."""

    def run() -> Any:
        config = {} if policy is None else {"slipway:policy": json.dumps(policy)}
        set_all_config({"slipway:environment": "staging", **config})
        return ask()

    return contextvars.Context().run(run)


def options(*, parent: str | None = None, protect: bool = False, secret: tuple[str, ...] = ()) -> PolicyResourceOptions:
    return PolicyResourceOptions(protect, ["tags"], None, [], PolicyCustomTimeouts(0, 0, 0), list(secret), parent)


def asked(inputs: dict[str, Any], *, kind: str = "aws:s3/bucket:Bucket", marked: bool = True, **opts: Any) -> Any:
    props: Any = secrets_preserving_proxy(inputs) if marked else unknown_checking_proxy(inputs)
    return ResourceValidationArgs(kind, props, URN + "a", "a", options(**opts), None)


def resource(kind: str = "aws:s3/bucket:Bucket", name: str = "a", **more: Any) -> PolicyResource:
    props = unknown_checking_proxy(more.pop("outputs", {}))
    provider = more.pop("provider", None)
    urn = more.pop("urn", URN + name)
    return PolicyResource(kind, props, urn, name, options(**more), provider, None, [], {})


def provider(name: str) -> PolicyProviderResource:
    urn = f"urn:pulumi:test::slipway::pulumi:providers:aws::{name}"
    return PolicyProviderResource("pulumi:providers:aws", {}, urn, name)


@pytest.mark.parametrize("policy", [None, {}, {"rules": {"short-names": "advisory"}}])
def test_the_settings_are_the_stacks(policy: Any) -> None:
    assert with_config(policy, lambda: configured_settings(TODAY, RULES)) == settings(**(policy or {}))


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ([1], "slipway:policy: "),
        ("strict", "slipway:policy: "),
        ({"rules": {"short-names": "strict"}}, "slipway:policy.rules.short-names.severity: "),
        ({"rules": {"short-name": "advisory"}}, "slipway:policy.rules.short-name: no such rule: found short-name"),
        ({"exemptions": [exemption("short-names", "2029-01-01")]}, "slipway:policy.exemptions.0.until: "),
    ],
)
def test_bad_settings_are_refused_by_their_key(policy: Any, said: str) -> None:
    with pytest.raises(BadSettingsError) as raised:
        with_config(policy, lambda: configured_settings(TODAY, RULES))
    assert str(raised.value).startswith(said)


def test_each_rule_is_a_policy_at_the_stacks_severity_with_the_stacks_parameters() -> None:
    rules = {"short-names": {"parameters": {"most": 7}}, "few-buckets": "disabled"}
    made = {
        each.name: each for each in with_config(None, lambda: policies(settings(rules=rules), on=TODAY, rules=RULES))
    }
    assert list(made) == ["inputs", "short-names", "few-buckets", "exemptions"]
    assert {name: each.enforcement_level for name, each in made.items()} == {
        "inputs": EnforcementLevel.REMEDIATE,
        "short-names": EnforcementLevel.MANDATORY,
        "few-buckets": EnforcementLevel.DISABLED,
        "exemptions": EnforcementLevel.ADVISORY,
    }
    assert made["short-names"].config_schema.properties["most"]["default"] == 7
    assert made["few-buckets"].config_schema is None
    assert all(isinstance(made[rule.id], StackValidationPolicy) for rule in RULES)


def said_by(name: str, given: PolicySettings, names: list[str], config: dict[str, Any] | None = None) -> list[Any]:
    """Return what one policy of the pack reports of a stack with buckets of these names."""
    said: list[Any] = []

    def ask() -> None:
        policy = next(each for each in policies(given, on=TODAY, rules=RULES) if each.name == name)
        assert isinstance(policy, StackValidationPolicy)
        resources = [resource(name=each, provider=provider("aws")) for each in names]
        policy.validate(StackValidationArgs(resources, config), lambda text, urn: said.append((text, urn)))

    with_config(None, ask)
    return said


def test_a_policy_reports_what_its_rule_finds_and_no_exemption_covers() -> None:
    given = settings(exemptions=[exemption("short-names", resource="abcdef")])
    assert said_by("short-names", given, ["abcdef", "abcde"]) == [("5 letters, at most 4", URN + "abcde")]
    assert said_by("short-names", given, ["abcde"], {"most": 3.0}) == [("5 letters, at most 3", URN + "abcde")]
    assert [urn for _, urn in said_by("exemptions", given, ["abcdef"])] == [URN + "abcdef"]
    assert said_by("exemptions", settings(), ["abcdef"]) == []


def test_a_rule_is_told_the_stacks_environment_and_the_day() -> None:
    told_of: list[tuple[str, object]] = []

    def look(stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[Finding]:
        told_of.append((stack.environment, stack.on))
        yield from ()

    rule = Rule("looks", "t", "d", "advisory", look)

    def ask() -> None:
        policy = policies(settings(), on=TODAY, rules=(rule,))[1]
        assert isinstance(policy, StackValidationPolicy)
        policy.validate(StackValidationArgs([]), lambda *_: None)

    with_config(None, ask)
    assert told_of == [("staging", TODAY)]


def test_inputs_are_remembered_with_marks_and_without() -> None:
    remembering = with_config(None, lambda: policies(settings(), on=TODAY, rules=RULES))[0]
    assert (remembering.has_remediation(), remembering.has_validation()) == (True, True)


def test_inputs_are_masked_by_their_marks_and_unknown_values_named() -> None:
    inputs = Inputs()
    content = {
        "a": Secret(CANARY),
        "b": [1.0, 0.5, True, None, {"c": UNKNOWN_STRING_VALUE}],
        "d": {"e": Secret({"f": 1})},
    }
    inputs.remember_marked(asked(content))
    found = inputs.of(resource(outputs={"other": 1}))
    assert repr(found) == repr({"a": SECRET, "b": [1, 0.5, True, None, {"c": UNKNOWN}], "d": {"e": SECRET}})


@pytest.mark.parametrize("marked", [True, False])
def test_the_data_of_a_secret_is_masked_and_its_keys_are_not(*, marked: bool) -> None:
    inputs = Inputs()
    data: Any = {"password": CANARY}
    content = {"stringData": Secret(data) if marked else data, "data": {"token": CANARY}, "kind": "Secret"}
    args = asked(content, kind=KUBERNETES_SECRET, marked=marked)
    inputs.remember_marked(args) if marked else inputs.remember_bare(args, lambda *_: None)
    expected = {"stringData": {"password": SECRET}, "data": {"token": SECRET}, "kind": "Secret"}
    assert inputs.of(resource(KUBERNETES_SECRET)) == expected


def test_what_a_secret_output_has_the_name_of_is_masked() -> None:
    inputs = Inputs()
    inputs.remember_marked(asked({"password": {"a": CANARY}, "user": "app"}, secret=("password",)))
    assert inputs.of(resource()) == {"password": {"a": SECRET}, "user": "app"}


def test_marked_inputs_go_before_bare_ones_and_these_before_outputs() -> None:
    inputs = Inputs()
    of_engine = resource(outputs={"from": "outputs", "id": UNKNOWN_BOOLEAN_VALUE})
    assert inputs.of(of_engine) == {"from": "outputs", "id": UNKNOWN}
    inputs.remember_bare(asked({"from": "validation"}, marked=False), lambda *_: None)
    assert inputs.of(of_engine) == {"from": "validation"}
    inputs.remember_marked(asked({"from": "remediation"}))
    inputs.remember_bare(asked({"from": "validation"}, marked=False), lambda *_: None)
    assert inputs.of(of_engine) == {"from": "remediation"}


def test_an_asset_is_shown_as_the_recorder_shows_it() -> None:
    inputs = Inputs()
    for marked in (False, True):
        args = asked({"source": StringAsset("text")}, marked=marked)
        inputs.remember_marked(args) if marked else inputs.remember_bare(args, lambda *_: None)
        assert inputs.of(resource()) == {"source": {"asset": {"text": "text"}}}


def test_the_stack_and_default_providers_are_the_engines_own() -> None:
    urn = "urn:pulumi:test::slipway::"
    stack = resource(STACK_TYPE, "slipway-test", urn=f"{urn}{STACK_TYPE}::slipway-test")
    default = resource("pulumi:providers:aws", "default_7_51_1", urn=f"{urn}pulumi:providers:aws::default_7_51_1")
    named = resource("pulumi:providers:aws", "aws", urn=f"{urn}pulumi:providers:aws::aws")
    group = resource("slipway:x:Group", "g", urn=f"{urn}slipway:x:Group::g", parent=stack.urn)
    ours = resource(name="a", provider=provider("aws"), protect=True, parent=group.urn)
    theirs = resource(name="b", provider=provider("default_7_51_1"))
    ours.dependencies, ours.property_dependencies = [theirs, named], {"bucket": [theirs], "acl": []}
    found = recording_of([stack, default, theirs, ours, named, group], Inputs(), project="slipway", stack="test")
    shown = {each.name: each for each in found.resources}
    assert [each.urn for each in found.resources] == sorted([ours.urn, theirs.urn, named.urn, group.urn])
    assert (shown["a"].provider, shown["b"].provider) == (named.urn, None)
    assert (shown["a"].custom, shown["b"].custom, shown["aws"].custom, shown["g"].custom) == (True, True, True, False)
    assert (shown["a"].parent, shown["g"].parent, shown["b"].parent) == (group.urn, stack.urn, None)
    assert (shown["a"].protect, shown["b"].protect, shown["a"].ignore_changes) == (True, False, ("tags",))
    assert shown["a"].dependencies == tuple(sorted([theirs.urn, named.urn]))
    assert shown["a"].property_dependencies == {"bucket": (theirs.urn,)}


def test_exemptions_are_told_with_what_they_let_pass() -> None:
    given = settings(exemptions=[exemption("short-names", resource="abcdef"), exemption("few-buckets")])
    assert list(told(run_rules(sample("abcdef"), given, RULES))) == [
        ("short-names: 6 letters, at most 4 (exempted: it is replaced next week)", URN + "abcdef"),
        (
            (
                "slipway:policy.exemptions[1] (few-buckets, the stack as a whole) lets nothing pass:"
                " no violation is like it. Remove it, or correct it."
            ),
            None,
        ),
    ]
