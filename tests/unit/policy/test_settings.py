"""The `policy` key: what is taken, what is refused, and in which words."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from components.problem import Problem
from policy.settings import check, problems
from tests.support.stacks import stack
from tests.unit.policy.sample import RULES, TODAY, exemption, settings


def found(on: date = TODAY, **rooms: Any) -> list[Problem]:
    return list(problems(settings(**rooms), on=on, rules=RULES))


def test_a_word_stands_for_a_severity() -> None:
    assert settings(rules={"no-latest": "disabled"}) == settings(rules={"no-latest": {"severity": "disabled"}})


@pytest.mark.parametrize(
    "rooms",
    [
        {"rules": {"no-latest": "strict"}},
        {"rules": {"No_Latest": "advisory"}},
        {"rules": {"no-latest": {"level": "advisory"}}},
        {"exemptions": [{"rule": "few-buckets", "until": "2026-12-31"}]},
        {"exemptions": [{"rule": "few-buckets", "reason": "it is replaced next week"}]},
        {"exemptions": [exemption("few-buckets") | {"reason": "todo       "}]},
        {"exemptions": [exemption("few-buckets", resource="")]},
        {"exemptions": [exemption("few-buckets", "2026-02-30")]},
        {"exemptions": [exemption("few-buckets", "2026-12-31T00:00:00")]},
        {"exemptions": [exemption("few-buckets") | {"until": 1893456000}]},
    ],
)
def test_what_is_no_setting_is_refused(rooms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(**rooms)


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest() -> None:
    rule, exempted = found(rules={"short-name": "advisory"}, exemptions=[exemption("few-bucket")])
    assert (rule.path, rule.message, rule.nearest) == (("policy", "rules", "short-name"), "no such rule", "short-names")
    assert (exempted.path, exempted.nearest) == (("policy", "exemptions", 0, "rule"), "few-buckets")


@pytest.mark.parametrize("most", [0, "5", 4.5, True, None, [5]])
def test_a_value_that_a_parameter_does_not_take_is_refused(most: Any) -> None:
    (problem,) = found(rules={"short-names": {"parameters": {"most": most}}})
    assert problem.path == ("policy", "rules", "short-names", "parameters", "most")
    assert "docs/policies/short-names.md" in problem.message
    assert problem.allowed == "a whole number, at least 1"


def test_a_parameter_that_does_not_exist_is_refused_with_the_nearest() -> None:
    (problem,) = found(rules={"short-names": {"parameters": {"mostt": 5}}})
    assert (problem.message, problem.nearest) == ("no such parameter of short-names", "most")
    (problem,) = found(rules={"few-buckets": {"parameters": {"most": 5}}})
    assert problem.allowed == "none is declared"


@pytest.mark.parametrize(
    ("until", "on", "last"),
    [
        ("2027-11-22", TODAY, "2027-11-21"),
        ("2029-03-01", date(2028, 2, 29), "2029-02-28"),
    ],
)
def test_an_exemption_ends_within_a_year(until: str, on: date, last: str) -> None:
    (problem,) = found(on, exemptions=[exemption("few-buckets", until)])
    assert (problem.path, problem.nearest) == (("policy", "exemptions", 0, "until"), last)
    assert found(on, exemptions=[exemption("few-buckets", last)]) == []


def test_one_that_has_ended_is_no_mistake_so_that_nothing_breaks_overnight() -> None:
    assert found(exemptions=[exemption("few-buckets", "2026-11-20")]) == []


@pytest.mark.parametrize("resource", ["*", "**", "?*"])
def test_an_exemption_of_everything_is_refused_with_what_to_write(resource: str) -> None:
    (problem,) = found(exemptions=[exemption("few-buckets", resource=resource)])
    assert "policy.rules: {few-buckets: disabled}" in problem.allowed


def test_the_check_of_a_stack_is_about_its_policy_key() -> None:
    (problem,) = check(stack(policy={"rules": {"no-lates": "advisory"}}))
    assert (problem.path, problem.nearest) == (("policy", "rules", "no-lates"), "no-latest")
    assert list(check(stack())) == []
