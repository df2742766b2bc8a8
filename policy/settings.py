"""What is wrong with a stack's `policy` settings: rules and parameters that do not exist, exemptions without bounds."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from components.policy_settings import ExemptionSettings, PolicySettings
from components.problem import KeyPath, Problem, nearest, unknown_word
from policy.catalogue import RULES
from policy.model import Rule
from policy.values import misfits

if TYPE_CHECKING:
    from components.settings import StackSettings


def check(settings: "StackSettings") -> Iterator[Problem]:
    """Refuse what `problems` finds, as of today: a check like those of the rooms, which know no rules."""
    yield from problems(settings.policy, on=datetime.now(UTC).date())


def problems(settings: PolicySettings, *, on: date, rules: Sequence[Rule] = RULES) -> Iterator[Problem]:
    """Yield every problem of the settings on a day. An exemption that has ended is none: see `policy.exemptions`."""
    known = {rule.id: rule for rule in rules}
    for name, given in settings.rules.items():
        if name not in known:
            yield unknown_word(("policy", "rules", name), "rule", name, known)
        else:
            yield from _parameters(known[name], given.parameters)
    for index, exemption in enumerate(settings.exemptions):
        yield from _exemption(exemption, ("policy", "exemptions", index), on, known)


def _parameters(rule: Rule, given: Mapping[str, Any]) -> Iterator[Problem]:
    path: KeyPath = ("policy", "rules", rule.id, "parameters")
    schemas = {each.name: each.schema for each in rule.parameters}
    for name, value in given.items():
        if name not in schemas:
            yield unknown_word((*path, name), f"parameter of {rule.id}", name, schemas)
            continue
        for place, found, accepted in misfits(value, schemas[name]):
            words = [str(each) for each in schemas[name].get("enum", ())]
            yield Problem(
                path=(*path, name, *place),
                message=f"not a value for this parameter of {rule.id} (docs/policies/{rule.id}.md)",
                found=json.dumps(found, ensure_ascii=False),
                allowed=accepted,
                nearest=nearest(found, words),
            )


def _exemption(exemption: ExemptionSettings, path: KeyPath, on: date, known: Mapping[str, Rule]) -> Iterator[Problem]:
    if exemption.rule not in known:
        yield unknown_word((*path, "rule"), "rule", exemption.rule, known)
    if exemption.resource is not None and not exemption.resource.strip("*?"):
        yield Problem(
            path=(*path, "resource"),
            message="an exemption of everything hides what comes later, too",
            found=exemption.resource,
            allowed=f"a name or URN; to leave the rule out, policy.rules: {{{exemption.rule}: disabled}}",
        )
    last = _a_year_after(on)
    if exemption.until > last:
        yield Problem(
            path=(*path, "until"),
            message="an exemption is for a time: somebody looks at it again within a year",
            found=exemption.until.isoformat(),
            allowed=f"a day up to {last.isoformat()}",
            nearest=last.isoformat(),
        )


def _a_year_after(day: date) -> date:
    """Return the same day of the next year; the last of February has no twin in most."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
