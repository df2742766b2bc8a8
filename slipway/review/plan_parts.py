"""The plan in a comment: what is lost, and each step with its changes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from slipway.plan.acknowledgements import DESTROY, REFUSED
from slipway.plan.model import Plan, Rename, Step
from slipway.review.changes import diff, kind
from slipway.review.escape import block, code, text
from slipway.review.fit import Item, Section

LABEL = f"slipway: {DESTROY}"
"""The label of a pull request, and the words of a comment in a file, that acknowledge what is destructive."""
_MOST_NAMED = 10
"""Destructive steps that are named above the fold; all of them are below it."""
_MORE_BELOW = 40
"""Bytes of the line that says how many are not named."""
_OPERATIONS = (("replace", "Replaced"), ("delete", "Deleted"), ("update", "Updated"), ("create", "Created"))


def counts(plan: Plan) -> str:
    """Return how much of each operation there is: `3 to create, 240 unchanged`; `no changes` where there is none."""
    order = ("create", "update", "replace", "delete")
    told = [f"{plan.counts[each]:,} to {each}" for each in order if plan.counts[each]]
    return ", ".join([*(told or ["no changes"]), f"{plan.counts['unchanged']:,} unchanged"])


def caution(plan: Plan, limit: int) -> str:
    """Return the alert about destructive steps, empty where there is none: as many as `limit` bytes have room for."""
    if not plan.destructive:
        return ""
    open_ = len(plan.unacknowledged)
    state = f"{open_:,} not acknowledged" if open_ else "all acknowledged"
    lines = [f"> [!{'CAUTION' if open_ else 'WARNING'}]", f"> **{_counted(len(plan.destructive))}, {state}**", ">"]
    losses = sorted(_losses(plan), key=lambda each: (each.step.urn in plan.acknowledged, each.step.urn))
    room = limit - sum(len(line.encode()) + 1 for line in lines) - _MORE_BELOW
    for number, loss in enumerate(losses):
        told = _told(loss, acknowledged=loss.step.urn in plan.acknowledged)
        room -= len(told.encode()) + 1
        if number == _MOST_NAMED or room < 0:
            lines.append(f"> - … and {len(losses) - number:,} more below")
            break
        lines.append(told)
    return "\n".join(lines)


def _told(loss: "_Loss", *, acknowledged: bool) -> str:
    first = f"> - {_brief(loss.step)}{_with(loss.inside)}{' (acknowledged)' if acknowledged else ''}"
    return "\n".join((first, *(f">   - {text(_shortened(reason))}" for reason in loss.step.reasons[:3])))


def how_to_acknowledge(plan: Plan) -> Iterator[Section]:
    """Yield the part that has the lines to copy, where somebody has to acknowledge something."""
    if plan.unacknowledged:
        steps = sorted(plan.unacknowledged, key=lambda step: step.urn)
        intro = (
            f"Either put the label {code(LABEL)} on, which is good until the next push, or copy the lines to"
            f" {code(f'Pulumi.{plan.stack}.yaml')} or to the app's file:\n"
        )
        items = tuple(Item(f"- {code(f'# {LABEL} {step.urn}')}") for step in steps)
        yield Section("How to acknowledge", items, intro)
    if plan.stopped:
        intro = (
            "The deployment ends at these steps. Where that is expected, or known to be wrong, copy the lines to"
            f" {code(f'Pulumi.{plan.stack}.yaml')} or to the app's file:\n"
        )
        items = tuple(Item(f"- {code(f'# slipway: {REFUSED} {step.urn}')}") for step in plan.stopped)
        yield Section("How to expect a refusal", items, intro)


def operations(plan: Plan) -> Iterator[Section]:
    """Yield a part for each operation that there is: what is lost first, then what is refused, by URN."""
    for operation, title in _OPERATIONS:
        steps = [step for step in plan.steps if step.operation == operation]
        steps.sort(key=lambda step: (not step.destructive, not step.refused, step.urn))
        if steps:
            yield Section(f"{title} ({len(steps):,})", tuple(_item(step) for step in steps))


def renames(plan: Plan) -> Iterator[Section]:
    """Yield the part about resources that seem to have another name only."""
    if plan.renames:
        found = sorted(plan.renames, key=lambda each: (each.old_urn, each.new_urn))
        intro = "Deleted and created, and they look like the same thing. With the line it keeps what it has:\n"
        yield Section(f"Renamed ({len(found):,})", tuple(_rename(each) for each in found), intro)


def _rename(rename: Rename) -> Item:
    old, new = (urn.rpartition("::")[2] for urn in (rename.old_urn, rename.new_urn))
    brief = f"- {code(old)} to {code(new)}"
    return Item(brief, lambda: f"{brief}\n{_indented(block(rename.line, 'python'))}")


@dataclass(frozen=True, slots=True)
class _Loss:
    """A destructive step, and how many others go because it goes."""

    step: Step
    inside: int


def _losses(plan: Plan) -> Sequence[_Loss]:
    """Return the destructive steps; those that only go with another one are counted there."""
    steps = {step.old.urn if step.old else step.urn: step for step in plan.destructive}
    roots = {urn: _root(urn, steps) for urn in steps}
    inside = Counter(root for urn, root in roots.items() if root != urn)
    return [_Loss(steps[urn], inside[urn]) for urn, root in roots.items() if root == urn]


def _root(urn: str, steps: dict[str, Step]) -> str:
    """Return the outermost destructive step that a step is deleted with, itself where there is none."""
    seen = {urn}
    while True:
        old = steps[urn].old
        around = old.deleted_with if old else None
        if around is None or around not in steps or around in seen:
            return urn
        seen.add(around)
        urn = around


def _item(step: Step) -> Item:
    return Item(f"- {_brief(step)}", partial(_full, step))


def _full(step: Step) -> str:
    lines = [f"- {_brief(step)}", *(f"  - {text(reason)}" for reason in step.reasons)]
    shown = diff(step)
    return "\n".join([*lines, _indented(block(shown, "diff"))] if shown else lines)


def _brief(step: Step) -> str:
    named = f"**{step.operation}** {code(kind(step.resource))} {code(_shortened(step.resource.name))}"
    guard = _guard(step) if step.protected and step.destructive else ""
    lost = text(_shortened(step.loss)) if step.loss and step.destructive else ""
    told = "; ".join(each for each in (lost, guard) if each)
    return f"{named}: {told}" if told else named


def _guard(step: Step) -> str:
    return (
        "it is protected, so the deployment stops there" if step.stopped_by_protection else "it was protected until now"
    )


def _with(inside: int) -> str:
    return f"; {inside:,} more go with it" if inside else ""


def _counted(steps: int) -> str:
    return "1 destructive change" if steps == 1 else f"{steps:,} destructive changes"


def _shortened(words: str) -> str:
    return words if len(words) <= 300 else f"{words[:300]}…"


def _indented(lines: str) -> str:
    return "\n".join(f"  {line}" for line in lines.split("\n"))
