"""What the page says first: whether the review may pass, with the exit code of the preview, and why not."""

from dataclasses import dataclass

from slipway import exit_codes
from slipway.page.data import PageData
from slipway.plan.model import Plan
from slipway.preview.outcome import exit_code


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line, and its `tone`: `stop` for what ends the preview with an error, `look` for what deserves a look."""

    tone: str
    text: str
    code: int


def verdict(data: PageData) -> Verdict:
    """Return the verdict. What loses state comes before policies, as in the exit codes."""
    unacknowledged = data.plan.unacknowledged if data.plan else ()
    failures = data.report.failures if data.report else ()
    said = []
    if unacknowledged:
        said.append(
            f"{count(len(unacknowledged), 'step')} {_lose(len(unacknowledged))} state or something protected,"
            " and nobody has acknowledged it"
        )
    if failures:
        said.append(f"{count(len(failures), 'mandatory policy finding')}")
    stops = _stops(data.plan) if data.plan else ""
    said += [f"the deployment will fail: {stops}"] if stops else []
    code = exit_code(data.plan, data.report)
    if code:
        text = "; ".join(said)
        return Verdict("stop", text[:1].upper() + text[1:], code)
    if stops:
        return Verdict("look", f"Expected: the deployment will fail: {stops}", exit_codes.OK)
    if data.plan and data.plan.destructive:
        return Verdict("look", f"Acknowledged: {count(len(data.plan.destructive), 'destructive step')}", exit_codes.OK)
    if data.plan is not None and not data.plan.changed:
        return Verdict("good", "Nothing changes", exit_codes.OK)
    checked = [word for word, done in (("the plan", data.plan), ("the policies", data.report)) if done is not None]
    if not checked:
        return Verdict("look", "Neither compared with another version nor checked against policies", exit_codes.OK)
    return Verdict("good", f"Nothing in {' or '.join(checked)} stands in the way", exit_codes.OK)


def _stops(plan: Plan) -> str:
    """Return what ends the deployment, whoever agrees: what a server refuses, and what is protected still."""
    protected = sum(step.stopped_by_protection for step in plan.refused)
    updates = sum(any(change.refused for change in step.changes) for step in plan.refused)
    said = [f"a server refuses {count(updates, 'update')}"] if updates else []
    said += [f"the engine refuses {count(protected, 'step')}, of what is protected"] if protected else []
    return "; ".join(said)


def count(number: int, what: str) -> str:
    """Return a number with its noun."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _lose(number: int) -> str:
    return "loses" if number == 1 else "lose"
