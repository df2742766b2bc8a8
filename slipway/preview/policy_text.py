"""The result of the policies as text and as part of the JSON document."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from policy.catalogue import RULES
from policy.model import Report, Violation

LISTED = 10
"""Violations of one rule that are listed; what is wrong with a thousand apps is said once and counted."""
_TITLES = {rule.id: rule.title for rule in RULES}


def policy_headline(report: Report) -> str:
    """Return the result in one line, the same words as in the whole text."""
    exempted = sum(each.exemption is not None for each in report.violations)
    advisory = len(report.violations) - exempted - len(report.failures)
    counts = (
        [f"{_count(len(report.failures), 'mandatory violation')}"] if report.failures else ["no mandatory violation"]
    )
    counts += [f"{advisory} advisory"] * bool(advisory) + [f"{exempted} exempted"] * bool(exempted)
    return f"Policies: {_count(len(report.checked), 'rule')} asked, {', '.join(counts)}"


def policy_lines(report: Report) -> Iterator[str]:
    """Yield the lines: what fails the preview first, then advice, then what is exempted, each by rule; the notes."""
    yield policy_headline(report)
    yield from _by_rule(report.violations)
    yield from (f"  Note: {note}" for note in report.notes)


def policy_alarms(report: Report) -> Iterator[str]:
    """Yield the result in one line, and what of it fails the preview."""
    yield policy_headline(report)
    yield from _by_rule(report.failures)


def _by_rule(violations: Iterable[Violation]) -> Iterator[str]:
    ordered = sorted(violations, key=lambda each: _WORDS.index(_word(each)))
    width = max((len(_word(each)) for each in ordered), default=0)
    for (word, rule), found in groupby(ordered, key=lambda each: (_word(each), each.rule)):
        yield f"  {word:<{width}}  {rule}: {_TITLES.get(rule, rule)} (docs/policies/{rule}.md)"
        yield from _listed(tuple(found))


def policy_document(report: Report) -> dict[str, Any]:
    """Return the result in JSON types: every violation, whole; the format is described in docs/guide/policy.md."""
    return {
        "checked": list(report.checked),
        "failed": bool(report.failures),
        "violations": [
            {
                "rule": each.rule,
                "severity": each.severity,
                "urn": each.urn,
                "text": each.text,
                "exemption": each.exemption,
            }
            for each in report.violations
        ],
        "notes": list(report.notes),
    }


_WORDS = ("mandatory", "advisory", "exempted")


def _word(violation: Violation) -> str:
    return "exempted" if violation.exemption is not None else violation.severity


def _listed(found: tuple[Violation, ...]) -> Iterator[str]:
    reason = None
    for each in found[:LISTED]:
        yield f"    {_where(each)}: {each.text}"
        if each.exemption not in (None, reason):
            yield f"      because: {each.exemption}"
        reason = each.exemption
    if len(found) > LISTED:
        yield f"    and {len(found) - LISTED} more; --json FILE has all"


def _where(violation: Violation) -> str:
    return violation.urn.rpartition("::")[2] if violation.urn else "the stack"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
