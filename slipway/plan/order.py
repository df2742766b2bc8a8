"""The order in which a plan is told: that of a deployment, what is deleted last."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from slipway.plan.model import Plan, Step
from slipway.preview.order import natural


@dataclass(frozen=True, slots=True)
class Shown:
    """`steps` are told one by one. `gone_with` are those that are deleted with another, counted by its name."""

    steps: tuple[Step, ...]
    gone_with: Mapping[str, int] = field(default_factory=dict)


def in_order(plan: Plan) -> Shown:
    """Return the steps that do something, in order; deleted ones from the last made to the first."""
    made = [step for step in plan.changed if step.operation != "delete"]
    gone = [step for step in plan.changed if step.operation == "delete"]
    going = {step.urn for step in plan.steps if step.operation == "delete"}
    apart, with_others = [], Counter[str]()
    for step in gone:
        owner = step.resource.deleted_with
        if owner in going and not step.protected:
            with_others[_name(owner)] += 1
        else:
            apart.append(step)
    return Shown((*_sorted(made), *reversed(_sorted(apart))), dict(sorted(with_others.items())))


def _sorted(steps: list[Step]) -> list[Step]:
    """Sort by what must be there before, then by name."""
    here = {step.urn: step for step in steps}
    needs = {
        urn: [
            each for each in (*step.resource.dependencies, step.resource.provider, step.resource.parent) if each in here
        ]
        for urn, step in here.items()
    }
    depth: dict[str, int] = {}
    try:
        for urn in TopologicalSorter(needs).static_order():
            depth[urn] = 1 + max((depth[each] for each in needs[urn] if each), default=-1)
    except CycleError:  # no program registers one; a recording from a file might
        depth = dict.fromkeys(here, 0)
    return sorted(steps, key=lambda step: (depth[step.urn], step.resource.kind, natural(step.resource.name), step.urn))


def _name(urn: str) -> str:
    _, _, types, name = urn.split("::", 3)
    return f"{types.rpartition(':')[2]} {name}"
