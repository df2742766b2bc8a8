from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from policy.catalogue import RULES as CATALOGUE
from policy.model import Finding, Rule, Stack, Violation
from policy.run import RuleFailedError, parameters_of, run_rules, severity_of, with_parameters
from policy.values import KEYWORDS, misfits
from slipway.recording.recording import Recording
from slipway.recording.resource import Alias, Message, Timeouts
from tests.unit.policy.sample import FEW, RULES, SMALL, TODAY, URN, bucket, sample, settings


def test_what_rules_find_is_sorted_by_severity_rule_and_place() -> None:
    report = run_rules(sample("b", "abcdef", "abcde"), settings(), RULES)
    assert report.violations == (
        Violation("short-names", "mandatory", URN + "abcde", "5 letters, at most 4"),
        Violation("short-names", "mandatory", URN + "abcdef", "6 letters, at most 4"),
        Violation("few-buckets", "advisory", None, "3 buckets, at most 1"),
    )
    assert report.failures == report.violations[:2]
    assert (report.checked, report.notes) == (("few-buckets", "short-names"), ())


def test_the_stack_sets_severity_and_parameters() -> None:
    given = settings(
        rules={"short-names": {"severity": "advisory", "parameters": {"most": 5}}, "few-buckets": "disabled"}
    )
    report = run_rules(sample("abcdef", "abcde"), given, RULES)
    assert report.violations == (Violation("short-names", "advisory", URN + "abcdef", "6 letters, at most 5"),)
    assert (report.failures, report.checked) == ((), ("short-names",))


def test_a_parameter_alone_leaves_the_severity_and_a_severity_alone_the_parameters() -> None:
    parameter = settings(rules={"short-names": {"parameters": {"most": 9}}})
    assert (severity_of(SMALL, parameter), parameters_of(SMALL, parameter)) == ("mandatory", {"most": 9})
    severity = settings(rules={"short-names": "advisory"})
    assert (severity_of(SMALL, severity), parameters_of(SMALL, severity)) == ("advisory", {"most": 4})


def test_what_a_rule_says_twice_counts_once() -> None:
    twice = Rule("twice", "t", "d", "advisory", lambda stack, given: iter([*FEW.check(stack, given)] * 2))
    assert len(run_rules(sample("a", "b"), settings(), (twice,)).violations) == 1


def test_the_defect_of_a_rule_names_it_and_the_way_out() -> None:
    broken = Rule("broken", "t", "d", "advisory", lambda stack, given: iter([given["absent"]]))
    with pytest.raises(
        RuleFailedError, match=r"the rule broken failed: KeyError: 'absent'.*\{broken: disabled\}"
    ) as raised:
        run_rules(sample("a"), settings(), (broken,))
    assert raised.value.rule == "broken"
    assert run_rules(sample("a"), settings(rules={"broken": "disabled"}), (broken,)).violations == ()


def test_rules_see_what_the_engine_tells_and_nothing_else() -> None:
    told = bucket("a", provider="p", protect=True, dependencies=("d",), ignore_changes=("tags",), read=True)
    untold = {"deleted_with": "c", "read": True, "id": "i", "outputs": {"o": 1}, "aliases": (Alias(name="b"),)}
    more = {"retain_on_delete": True, "timeouts": Timeouts("1m"), "replace_on_changes": ("x",), "version": "7.0.0"}
    whole = bucket("a", provider="p", protect=True, dependencies=("d",), ignore_changes=("tags",), **untold, **more)
    group = bucket("g", provider="p")
    group = type(group)(
        group.urn, "slipway:x:Group", "g", None, custom=False, inputs={}, provider="p", outputs={"o": 1}
    )
    remote = bucket("r", provider="p", remote=True, dependencies=("d",), property_dependencies={"v": ("d",)})
    given = Recording("slipway", "test", (whole, group, remote), {"out": 1}, (), (Message("warning", "w"),))
    seen: list[Stack] = []

    def look(stack: Stack, _parameters: Mapping[str, Any]) -> Iterator[Finding]:
        seen.append(stack)
        yield from ()

    run_rules(Stack(given, "staging", TODAY), settings(), (Rule("looks", "t", "d", "advisory", look),))
    (stack,) = seen
    assert (stack.environment, stack.on) == ("staging", TODAY)
    assert stack.recording.resources[0] == told
    assert stack.recording.resources[1].provider is None
    assert stack.recording.resources[1].is_component
    assert stack.recording.resources[2] == replace(bucket("r", dependencies=("d",)), custom=False, inputs={})
    assert (stack.recording.outputs, stack.recording.messages) == ({}, ())


def test_parameters_from_outside_go_before_the_stacks_and_wake_a_rule() -> None:
    given = settings(rules={"short-names": {"severity": "disabled", "parameters": {"most": 5}}})
    woken = with_parameters(SMALL, given, {"most": 2.0})
    assert (severity_of(SMALL, woken), parameters_of(SMALL, woken)) == ("advisory", {"most": 2.0})
    assert parameters_of(SMALL, with_parameters(SMALL, given, {})) == {"most": 5}


def test_the_catalogue_can_be_configured_and_published() -> None:
    """Names that the pack or the engine has taken, and schemas that `policy.values` does not read."""
    ids = [rule.id for rule in CATALOGUE]
    assert ids == sorted(set(ids))
    assert not {"all", "inputs", "exemptions"} & set(ids)
    for rule in CATALOGUE:
        for each in rule.parameters:
            schema, inner = each.schema, each.schema.get("items", {})
            assert {*schema, *inner} <= KEYWORDS, (rule.id, each.name)
            assert schema["description"]
            assert each.name != "enforcementLevel"
            assert list(misfits(each.default, schema)) == [], (rule.id, each.name)
