"""A plan for the terminal. Colour only repeats what the words say."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from slipway.plan.acknowledgements import DESTROY, REFUSED
from slipway.plan.model import Operation, Plan, Rename, Step
from slipway.plan.order import in_order
from slipway.plan.values_text import change_lines

SIGNS: dict[Operation, tuple[str, str]] = {
    "create": ("+ ", "green"),
    "update": ("~ ", "yellow"),
    "replace": ("-+", "magenta"),
    "delete": ("- ", "red"),
    "unchanged": ("  ", ""),
}

MOST_NAMED = 5
"""Resources that are named where a plan is told in a few lines."""


def plan_lines(plan: Plan) -> Iterator[Text]:
    """Yield the whole plan: the steps in the order of a deployment, the likely renames, the notes, and the sum."""
    yield Text(f"PLAN against {plan.base}", "bold")
    yield Text()
    shown = in_order(plan)
    told: set[str] = set()
    for same in _alike(shown.steps):
        yield from _step(same, plan, told)
    for owner, count in shown.gone_with.items():
        yield Text(f"-  delete {count} more, which go with {owner}: its loss is theirs", "red")
    if shown.steps or shown.gone_with:
        yield Text()
    for step in plan.steps:
        if step.operation == "unchanged" and step.options:
            yield Text(f"options of {_name(step)}: {'; '.join(step.options)}", "yellow")
    for rename in plan.renames:
        yield from rename_lines(rename)
    for note in plan.notes:
        yield Text(f"Note: {note}.", "yellow")
    for stale in plan.stale:
        yield Text(f"Note: {stale} fits no step of this plan any more: remove the acknowledgement.", "yellow")
    yield from _open("Destructive, and acknowledged by nobody:", plan.unacknowledged, DESTROY)
    yield from _open("Refused, so that the deployment ends there:", plan.stopped, REFUSED)
    yield Text(plan_summary(plan), "bold")


def plan_summary(plan: Plan) -> str:
    """Return the plan in one line."""
    counts = plan.counts
    if not plan.changed:
        return f"Plan: nothing changes ({counts['unchanged']} unchanged)"
    said = ", ".join(f"{counts[each]} to {each}" for each in ("create", "update", "replace", "delete"))
    return f"Plan: {said}, {counts['unchanged']} unchanged"


def plan_alarms(plan: Plan) -> Iterator[str]:
    """Yield a line each for what ends the preview with exit code 4, and for what ends the deployment (5)."""
    if plan.unacknowledged:
        yield f"Destructive, and acknowledged by nobody: {_first(plan.unacknowledged)}"
    if plan.refused:
        yield f"The deployment will fail, because a server or the engine refuses this: {_first(plan.refused)}"


def rename_lines(rename: Rename) -> Iterator[Text]:
    """Yield the question whether something was renamed, and what to write then."""
    old, new = (urn.split("::", 3) for urn in (rename.old_urn, rename.new_urn))
    kind = new[2].rpartition(":")[2]
    if rename.of == 1:
        kept = ""
    elif rename.kept == rename.of:
        kept = f" (all {rename.of} resources of it would stay)"
    else:
        kept = f" ({rename.kept} of its {rename.of} resources would stay, the others be replaced)"
    yield Text(f"Renamed? {kind} {old[3]} -> {new[3]}{kept}. If so, add to {rename.where}:", "cyan")
    yield Text(f"    {rename.line}")


def _alike(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Yield steps of one kind that follow one another and do the very same, together."""
    for _, same in groupby(steps, key=_deed):
        yield tuple(same)


def _deed(step: Step) -> tuple[object, ...]:
    own = step.urn if step.destructive else ""
    return (step.operation, step.resource.kind, *_body(step), step.reasons, step.deleted_first, step.options, own)


def _body(step: Step) -> tuple[str, ...]:
    return tuple(line for change in step.changes for line in change_lines(change))


def _step(same: Sequence[Step], plan: Plan, told: set[str]) -> Iterator[Text]:
    """Yield the lines of like steps. A reason is given once in a plan: `told` are those that were."""
    step = same[0]
    sign, style = SIGNS[step.operation]
    line = Text.assemble((f"{sign} {step.operation:<7} ", style), (_names(same), "bold"))
    if step.deleted_first:
        line.append(", deleted first")
    if step.protected:
        line.append(
            f"  [{'PROTECTED: the engine refuses' if step.stopped_by_protection else 'IT WAS PROTECTED'}]", "bold red"
        )
    if step.loss is not None:
        line.append("  [STATE IS LOST]", "bold red")
    if step.destructive and step.urn in plan.acknowledged:
        line.append("  [acknowledged]", "green")
    yield line
    for change in step.changes:
        colour = "red" if change.forces or change.refused else ""
        yield from (Text(f"     {each}", colour) for each in change_lines(change))
    yield from (Text(f"     {each}") for each in step.options)
    yield from (Text(f"     why: {each}", "magenta") for each in step.reasons if each not in told)
    told.update(step.reasons)
    if step.loss is not None:
        yield Text(f"     lost: {step.loss}", "bold red")


def _open(title: str, steps: Sequence[Step], word: str) -> Iterator[Text]:
    """Yield what nobody has allowed yet, and how it is allowed; nothing where there is no step."""
    if not steps:
        return
    yield Text(title, "bold red")
    yield from (Text(f"    {step.urn}", "red") for step in steps)
    yield Text("Allow one with a comment in the stack file, or in the file of its app:")
    yield Text(f"    # slipway: {word} URN")
    yield Text()


def _names(same: Sequence[Step]) -> str:
    first = _name(same[0])
    return first if len(same) == 1 else f"{first}, {', '.join(each.resource.name for each in same[1:])}"


def _first(steps: Sequence[Step]) -> str:
    told = ", ".join(map(_name, steps[:MOST_NAMED]))
    return told if len(steps) <= MOST_NAMED else f"{told} and {len(steps) - MOST_NAMED} more"


def _name(step: Step) -> str:
    resource = step.resource
    return f"{resource.kind} {resource.name}{' (component)' if resource.is_component else ''}"
