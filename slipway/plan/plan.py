"""`make_plan`: what happens to each resource of a stack between two recordings of it."""

from collections.abc import Iterable, Sequence

from slipway.plan.acknowledgements import DESTROY, REFUSED
from slipway.plan.clusters import judged
from slipway.plan.drafts import Draft, draft
from slipway.plan.former import renamings
from slipway.plan.match import match
from slipway.plan.model import Plan, Step
from slipway.plan.namespaces import with_namespaces
from slipway.plan.notes import notes
from slipway.plan.propagate import propagate
from slipway.plan.renames import renames
from slipway.plan.steps import created, deleted, kept
from slipway.recording.recording import Recording


def make_plan(
    old: Recording | None, new: Recording, *, base: str, acknowledged: Iterable[str] = (), expected: Iterable[str] = ()
) -> Plan:
    """Return the plan from one recording to the other; all is created where there is no old one.

    `base` says what the old one is of. `acknowledged` are URNs of steps that may be destructive, `expected` of those
    that may be refused. What a program only reads is in no step. Both recordings want the same key where secrets are
    to be compared.
    """
    before = old or Recording(new.project, new.stack, ())
    matched = match(before, new)
    known = renamings(matched, before, new)
    drafts: list[Draft] = [draft(was, now, known) for was, now in matched.pairs if not now.read]
    propagate(drafts, new)
    found = renames(matched, drafts, before, new)
    steps = [kept(each, before) for each in drafts]
    steps += [created(each) for each in matched.created if not each.read]
    steps += [deleted(each, before) for each in matched.deleted if not each.read]
    steps = judged(with_namespaces(steps, before), before, new)
    steps.sort(key=lambda step: step.urn)
    allowed, stale = _allowed([step for step in steps if step.destructive], acknowledged)
    known_refusals, more_stale = _allowed([step for step in steps if step.refused], expected)
    return Plan(
        stack=new.stack,
        base=base,
        steps=tuple(steps),
        renames=found.renames,
        acknowledged=allowed,
        expected=known_refusals,
        stale=(*(f"{DESTROY} {urn}" for urn in stale), *(f"{REFUSED} {urn}" for urn in more_stale)),
        notes=(*matched.conflicts, *found.notes, *notes(steps, before, new)),
    )


def _allowed(steps: Sequence[Step], urns: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the URNs of those of the steps that are allowed, and the URNs given that are of none.

    A step whose resource has another name now is known by either URN.
    """
    names = {urn: step.urn for step in steps for urn in (step.urn, (step.old or step.resource).urn)}
    given = tuple(dict.fromkeys(urns))
    return frozenset(names[urn] for urn in given if urn in names), tuple(urn for urn in given if urn not in names)
