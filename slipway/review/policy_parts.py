"""The policies in a comment: what is violated, what is advised, and what is let pass with which reason."""

from collections.abc import Iterator, Sequence

from policy.model import Report, Violation
from slipway.review.escape import code, text
from slipway.review.fit import Item, Section


def policy_words(report: Report | None) -> str:
    """Return how many policies were checked, and how many violations there are of each sort."""
    if report is None:
        return "not checked"
    exempted = sum(1 for each in report.violations if each.exemption is not None)
    told = (
        (len(report.failures), "mandatory violated"),
        (len(_advisory(report)), "advisory"),
        (exempted, "exempted"),
    )
    return ", ".join([*(f"{count:,} {word}" for count, word in told if count), f"{len(report.checked):,} checked"])


def failures(report: Report | None) -> Iterator[Section]:
    """Yield what ends the preview, unfolded."""
    if report is not None and report.failures:
        yield _section("Policies violated", report.failures, unfolded=True)


def others(report: Report | None) -> Iterator[Section]:
    """Yield what does not: advice, and exemptions."""
    if report is None:
        return
    if advisory := _advisory(report):
        yield _section("Advisory", advisory)
    if exempted := [each for each in report.violations if each.exemption is not None]:
        yield _section("Exempted", exempted)


def _advisory(report: Report) -> list[Violation]:
    return [each for each in report.violations if each.severity == "advisory" and each.exemption is None]


def _section(title: str, found: Sequence[Violation], *, unfolded: bool = False) -> Section:
    return Section(f"{title} ({len(found):,})", tuple(_item(each) for each in found), unfolded=unfolded)


def _item(violation: Violation) -> Item:
    where = "" if violation.urn is None else f" {code(violation.urn.rpartition('::')[2])}"
    brief = f"- {code(violation.rule)}{where}"
    reason = f"\n  - let pass: {text(violation.exemption)}" if violation.exemption is not None else ""
    return Item(brief, lambda: f"{brief}: {text(violation.text)}{reason}")
