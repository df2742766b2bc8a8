from datetime import date

import pytest

from policy.run import run_rules
from tests.unit.policy.sample import RULES, URN, exemption, sample, settings


@pytest.mark.parametrize("resource", ["abcdef", URN + "abcdef", "abc*", "*f", "*:Bucket::abcdef"])
def test_a_resource_is_meant_by_its_name_or_urn(resource: str) -> None:
    report = run_rules(sample("abcdef"), settings(exemptions=[exemption("short-names", resource=resource)]), RULES)
    (violation,) = report.violations
    assert violation.exemption == "it is replaced next week"
    assert (report.failures, report.notes) == ((), ())


@pytest.mark.parametrize(
    "given",
    [
        exemption("short-names", resource="abcde"),
        exemption("short-names", resource="ABCDEF"),
        exemption("few-buckets", resource="abcdef"),
        exemption("short-names"),
    ],
)
def test_what_is_not_meant_still_counts_and_a_note_says_that_nothing_is_let_pass(given: dict[str, str]) -> None:
    report = run_rules(sample("abcdef"), settings(exemptions=[given]), RULES)
    assert len(report.failures) == 1
    (note,) = report.notes
    assert note.startswith(f"slipway:policy.exemptions[0] ({given['rule']}, ")
    assert "lets nothing pass: no violation is like it" in note


def test_without_a_resource_it_is_about_the_stack_as_a_whole() -> None:
    report = run_rules(sample("abcdef", "b"), settings(exemptions=[exemption("few-buckets")]), RULES)
    assert [(each.rule, each.exemption is not None) for each in report.violations] == [
        ("short-names", False),
        ("few-buckets", True),
    ]
    assert report.notes == ()


@pytest.mark.parametrize(("until", "counts"), [("2026-11-20", True), ("2026-11-21", False), ("2026-11-22", False)])
def test_it_counts_through_its_last_day(until: str, *, counts: bool) -> None:
    given = settings(exemptions=[exemption("short-names", until, resource="abcdef")])
    report = run_rules(sample("abcdef"), given, RULES)
    assert bool(report.failures) is counts
    said = "slipway:policy.exemptions[0] (short-names, abcdef) ended on 2026-11-20: its violations count again."
    assert report.notes == ((f"{said} It said: it is replaced next week",) if counts else ())


def test_one_that_ended_does_not_hide_one_in_force() -> None:
    ended = exemption("short-names", "2026-11-01", resource="abcdef")
    in_force = exemption("short-names", resource="abc*") | {"reason": "the new one is in force"}
    report = run_rules(sample("abcdef"), settings(exemptions=[ended, in_force]), RULES)
    assert [each.exemption for each in report.violations] == ["the new one is in force"]
    assert ["ended on" in each for each in report.notes] == [True]


def test_the_first_in_force_gives_the_reason() -> None:
    first = exemption("short-names", resource="abc*") | {"reason": "the first one is shown"}
    given = settings(exemptions=[first, exemption("short-names", resource="abcdef")])
    report = run_rules(sample("abcdef"), given, RULES)
    assert ([each.exemption for each in report.violations], report.notes) == (["the first one is shown"], ())


def test_one_of_a_disabled_rule_is_of_no_use() -> None:
    given = settings(rules={"few-buckets": "disabled"}, exemptions=[exemption("few-buckets")])
    (note,) = run_rules(sample("a", "b"), given, RULES).notes
    assert note.endswith("lets nothing pass: the rule is disabled. Remove it.")


def test_the_day_is_the_stacks_not_the_clocks() -> None:
    given = settings(exemptions=[exemption("short-names", "2020-02-02", resource="abcdef")])
    stack = sample("abcdef")
    earlier = type(stack)(stack.recording, stack.environment, date(2020, 2, 2))
    assert run_rules(earlier, given, RULES).failures == ()
