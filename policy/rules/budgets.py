"""disruption-budgets and blocking-budget: what a drain may take away, and whether it ever ends."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.apps.disruption import percent_of
from policy.model import Finding, Rule, Stack
from policy.rules.pods import LASTING, Pods, app_pods
from policy.rules.reading import open_value, parameter, place
from policy.rules.selectors import matches
from slipway.recording.objects import dig, mapping, namespace, objects
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

_PERCENT_UP = True


Budgets = Mapping[str, Sequence[Resource]]
"""The budgets of each namespace."""


def _budgets(recording: Recording) -> Budgets:
    """Return the budgets by namespace, found once: a stack may have thousands of both."""
    found: dict[str, list[Resource]] = {}
    for each in objects(recording, "PodDisruptionBudget"):
        found.setdefault(namespace(each) or "default", []).append(each)
    return found


def _selecting(budgets: Budgets, pods: Pods) -> list[Resource]:
    """Return the budgets that select these pods."""
    here = budgets.get(pods.namespace, ())
    return [each for each in here if matches(mapping(each.inputs, "spec", "selector"), pods.labels)]


def _check(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    lasting = [each for each in app_pods(stack.recording) if each.kind in LASTING]
    budgets = _budgets(stack.recording)
    for pods in lasting:
        found = _selecting(budgets, pods)
        if len(found) > 1:
            names = ", ".join(sorted(place(each) for each in found))
            yield Finding(
                pods.resource.urn,
                f"{pods.said} has {len(found)} budgets ({names}): of a pod with two none is evicted, so no drain ends",
            )
        elif not found and pods.tier in parameters["tiers"] and pods.least > 1:
            yield Finding(
                pods.resource.urn,
                f"{pods.said} of tier {pods.tier} has {pods.least} pods and no PodDisruptionBudget: a drain may take"
                " all of them at once",
            )
    for budget in objects(stack.recording, "PodDisruptionBudget"):
        yield from (Finding(budget.urn, f"{place(budget)} {fault}") for fault in _faults(budget))


def _faults(budget: Resource) -> Iterator[str]:
    least, most = (dig(budget.inputs, "spec", key) for key in ("minAvailable", "maxUnavailable"))
    if least is not None and most is not None:
        yield "has minAvailable and maxUnavailable: the API server takes one of them"
    if not mapping(budget.inputs, "spec", "selector") and not open_value(dig(budget.inputs, "spec", "selector")):
        yield "selects every pod of its namespace: name the app's labels"


def _blocking(stack: Stack, parameters: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the budgets that let no pod go when their app is at its fewest."""
    by_budget: dict[str, list[Pods]] = {}
    budgets = _budgets(stack.recording)
    for pods in app_pods(stack.recording):
        if pods.kind in LASTING:
            for budget in _selecting(budgets, pods):
                by_budget.setdefault(budget.urn, []).append(pods)
    for urn, selected in by_budget.items():
        budget, total = stack.recording.by_urn[urn], sum(each.least for each in selected)
        tiers = {each.tier for each in selected}
        if total and _spare(budget, total) == 0 and tiers <= {None, *parameters["tiers"]}:
            yield Finding(
                urn,
                f"{place(budget)} lets no pod go of {total}: no node under one can be drained, so node upgrades and"
                " scale-down stop there. Where a person moves the pods, that is meant; otherwise set disruption:"
                " {maxUnavailable: 1}" + ("" if total > 1 else " and run more than one pod"),
            )


def _spare(budget: Resource, pods: int) -> int | None:
    """Return how many of `pods` may go; None for what is not known."""
    most, least = (dig(budget.inputs, "spec", key) for key in ("maxUnavailable", "minAvailable"))
    allowed, kept = _count(most, pods), _count(least, pods)
    if allowed is not None:
        return min(allowed, pods)
    return None if kept is None else max(pods - kept, 0)


def _count(value: Json, pods: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, str)) or open_value(value):
        return None
    return percent_of(value, pods, up=_PERCENT_UP)


RULES = (
    Rule(
        id="blocking-budget",
        title="A budget lets at least one pod go",
        description="A budget of 0 blocks every drain. It is the default of tier 1, where a person decides.",
        severity="advisory",
        parameters=(
            parameter(
                "tiers",
                [1, 2, 3],
                "The tiers that are warned of.",
                type="array",
                items={"enum": [1, 2, 3]},
                uniqueItems=True,
            ),
        ),
        check=_blocking,
    ),
    Rule(
        id="disruption-budgets",
        title="Apps that must stay up have one disruption budget",
        description="Pods of tiers 1 and 2 have exactly one budget, and every budget is one that works.",
        severity="mandatory",
        parameters=(
            parameter(
                "tiers",
                [1, 2],
                "The tiers that need a budget once they have more than one pod.",
                type="array",
                items={"enum": [1, 2, 3]},
                uniqueItems=True,
            ),
        ),
        check=_check,
    ),
)
