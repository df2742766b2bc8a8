import json

from policy.catalogue import RULES as CATALOGUE
from policy.model import Report, Violation
from policy.run import run_rules
from slipway.preview.policy_text import policy_alarms, policy_document, policy_headline, policy_lines
from tests.unit.policy.sample import RULES, URN, exemption, sample, settings


def test_the_text_has_failures_first_then_advice_then_what_is_exempted() -> None:
    given = settings(exemptions=[exemption("short-names", resource="abcdef"), exemption("short-names", resource="z")])
    assert list(policy_lines(run_rules(sample("abcde", "abcdef"), given, RULES))) == [
        "Policies: 2 rules asked, 1 mandatory violation, 1 advisory, 1 exempted",
        "  mandatory  short-names: short-names (docs/policies/short-names.md)",
        "    abcde: 5 letters, at most 4",
        "  advisory   few-buckets: few-buckets (docs/policies/few-buckets.md)",
        "    the stack: 2 buckets, at most 1",
        "  exempted   short-names: short-names (docs/policies/short-names.md)",
        "    abcdef: 6 letters, at most 4",
        "      because: it is replaced next week",
        (
            "  Note: slipway:policy.exemptions[1] (short-names, z) lets nothing pass: no violation is like it."
            " Remove it, or correct it."
        ),
    ]


def test_a_rule_of_the_catalogue_is_shown_with_its_title() -> None:
    report = Report((Violation("no-latest", "mandatory", URN + "a", "found"),), ("no-latest",))
    title = next(rule.title for rule in CATALOGUE if rule.id == "no-latest")
    assert f"  mandatory  no-latest: {title} (docs/policies/no-latest.md)" in policy_lines(report)


def test_a_clean_stack_says_so_in_one_line() -> None:
    assert list(policy_lines(run_rules(sample("a"), settings(), RULES))) == [
        "Policies: 2 rules asked, no mandatory violation"
    ]


def test_many_violations_of_a_rule_are_counted_not_listed() -> None:
    report = run_rules(sample(*(f"bucket-{number:02}" for number in range(25))), settings(), RULES)
    lines = list(policy_lines(report))
    assert sum(": 9 letters" in line for line in lines) == 10
    assert "    and 15 more; --json FILE has all" in lines
    assert policy_headline(report) == "Policies: 2 rules asked, 25 mandatory violations, 1 advisory"


def test_a_reason_is_given_once_for_what_stands_together() -> None:
    given = settings(exemptions=[exemption("short-names", resource="bucket-*")])
    lines = list(policy_lines(run_rules(sample("bucket-1", "bucket-2"), given, RULES)))
    assert sum("because: it is replaced" in line for line in lines) == 1


def test_the_document_has_every_violation_whole() -> None:
    given = settings(exemptions=[exemption("few-buckets")])
    document = policy_document(run_rules(sample("abcde", "b"), given, RULES))
    assert json.loads(json.dumps(document)) == {
        "checked": ["few-buckets", "short-names"],
        "failed": True,
        "violations": [
            {
                "rule": "short-names",
                "severity": "mandatory",
                "urn": URN + "abcde",
                "text": "5 letters, at most 4",
                "exemption": None,
            },
            {
                "rule": "few-buckets",
                "severity": "advisory",
                "urn": None,
                "text": "2 buckets, at most 1",
                "exemption": "it is replaced next week",
            },
        ],
        "notes": [],
    }


def test_what_fails_the_preview_is_named_where_little_is_said() -> None:
    whole = run_rules(sample("bucket-1", "a"), settings(), RULES)
    said = list(policy_alarms(whole))
    assert said[0] == policy_headline(whole)
    assert any("bucket-1: " in line for line in said[1:])
    assert not [line for line in said if line.startswith(("  advisory", "  exempted", "  Note"))]
    assert list(policy_alarms(run_rules(sample("a"), settings(), RULES))) == [
        "Policies: 2 rules asked, no mandatory violation"
    ]
