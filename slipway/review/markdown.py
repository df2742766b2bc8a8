"""`markdown()`: a stack's part of the comment on a pull request."""

from collections.abc import Iterable

from policy.model import Report
from slipway.cost.breakdown import Breakdown
from slipway.plan.model import Plan
from slipway.review.cost_parts import cost_words, costs
from slipway.review.escape import block, text
from slipway.review.fit import Item, Section, fitted
from slipway.review.plan_parts import caution, counts, how_to_acknowledge, operations, renames
from slipway.review.policy_parts import failures, others, policy_words
from slipway.review.refusals import refusals

LIMIT = 64_000
"""Bytes of all the parts of one comment. GitHub takes 65,536 characters; the rest is for the comment's own lines."""


def markdown(
    stack: str,
    *,
    plan: Plan | None,
    breakdown: Breakdown | None,
    report: Report | None,
    warnings: Iterable[str] = (),
    limit: int = LIMIT,
) -> str:
    """Return the part, in at most `limit` bytes, which ends with a line break: the same bytes for the same preview.

    `plan` is None without something to compare with, `report` without policies, `breakdown` for a cluster that exists
    already. `warnings` are lines, as the preview prints them.
    """
    heading = f"### {text(stack)}: {counts(plan)}" if plan else f"### {text(stack)}"
    words = [f"**Cost** {cost_words(breakdown)}", f"**Policies** {policy_words(report)}"]
    words += [f"**Against** {text(plan.base)}"] if plan else []
    alerts = (refusals(plan, limit // 8), caution(plan, limit // 2)) if plan else ()
    head = "\n\n".join(each for each in (f"{marker(stack)}\n{heading}", *alerts, " · ".join(words)) if each)
    sections = [
        *(how_to_acknowledge(plan) if plan else ()),
        *failures(report),
        *(operations(plan) if plan else ()),
        *(renames(plan) if plan else ()),
        *costs(breakdown),
        *others(report),
        *_notes(plan, report, warnings),
    ]
    body = fitted(sections, limit - len(head.encode()) - 3)
    return "\n\n".join(each for each in (head, body) if each) + "\n"


def failure(stack: str, what: str, message: str, *, limit: int = LIMIT) -> str:
    """Return the part of a stack that cannot be previewed: `what` in a few words, and the message as it is printed."""
    head = f"{marker(stack)}\n### {text(stack)}: {text(what)}\n\n> [!CAUTION]\n> There is no preview.\n\n"
    room = limit - len(head.encode()) - 2 * len(_CUT.encode())
    kept = message.rstrip().encode()[: max(room, 0)].decode(errors="ignore")
    shown = block(kept) if kept == message.rstrip() else f"{block(kept)}\n{_CUT}"
    return f"{head}{shown}\n"


def marker(stack: str) -> str:
    """Return the comment, invisible when rendered, that a stack's part starts with."""
    return f"<!-- slipway:{stack} -->"


_CUT = "… cut here; the rest is in the job's log."


def _notes(plan: Plan | None, report: Report | None, warnings: Iterable[str]) -> Iterable[Section]:
    """Yield the part of all that somebody should know, each once."""
    stale = [f"Nothing in the plan fits `slipway: {stale}` any more: remove it" for stale in plan.stale] if plan else []
    lines = [*stale, *(plan.notes if plan else ()), *(report.notes if report else ()), *warnings]
    found = list(dict.fromkeys(lines))
    if found:
        yield Section(f"Notes ({len(found):,})", tuple(Item(f"- {text(line)}") for line in found))
