"""The results of the policies as data: the findings by rule, the rules that found nothing, and the exemptions."""

from typing import Any

from policy.model import Report, Violation
from slipway.page.data import PageData
from slipway.recording.resource import Resource


def policies(data: PageData) -> dict[str, Any] | None:
    """Return the rules with their findings, in the report's order; None where no policy was asked."""
    if data.report is None:
        return None
    by_rule = _by_rule(data.report)
    broken = {rule for rule, _ in by_rule}
    resources = data.recording.by_urn
    return {
        "rules": [
            {
                "id": rule,
                "title": data.rules.get(rule, ""),
                "severity": severity,
                "findings": [
                    {
                        "urn": each.urn,
                        "name": _name(resources.get(each.urn or ""), each.urn),
                        "text": each.text,
                        "exemption": each.exemption,
                    }
                    for each in found
                ],
            }
            for (rule, severity), found in by_rule.items()
        ],
        "passed": [
            {"id": rule, "title": data.rules.get(rule, "")} for rule in data.report.checked if rule not in broken
        ],
        "notes": list(data.report.notes),
    }


def _by_rule(report: Report) -> dict[tuple[str, str], list[Violation]]:
    found: dict[tuple[str, str], list[Violation]] = {}
    for each in report.violations:
        found.setdefault((each.rule, each.severity), []).append(each)
    return found


def _name(resource: Resource | None, urn: str | None) -> str:
    return f"{resource.kind} {resource.name}" if resource else urn or "the stack as a whole"
