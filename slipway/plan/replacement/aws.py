"""AWS: what the documentation of the SDK says, and what the provider does beyond it."""

from slipway.plan.model import Path
from slipway.plan.replacement.knowledge import Documented, Knowledge, Rule, by_hand, sdk
from slipway.plan.replacement.rules import holds
from slipway.plan.replacement.values import pattern_of, values
from slipway.recording.wire import Json

EVERY = "aws:*"
MADE_UP = frozenset({"bucket", "description", "identifier", "name", "nodeGroupName"})
"""What Pulumi makes up where it is not given (a name with a random end, "Managed by Pulumi"): leaving it out is
another value, not the present one."""


def forced(token: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:
    """Return why a change replaces a resource of AWS, None where it does not."""
    sentences = sdk().types.get(token, Documented()).sentences
    rules = [(rule, knowledge.source) for knowledge in _known(token) for rule in knowledge.forces]
    narrowed = {rule.path for rule, _ in rules}
    rules += [(Rule(path=name), "") for name in sentences if name not in narrowed]
    for rule, source in rules:
        if _replaces(rule, token, path, old_inputs, new_inputs):
            if rule.path in sentences:
                return f"“{sentences[rule.path]}” ({sdk().source}, {token.rpartition(':')[2]}.{rule.path})"
            return f"{rule.why or f'AWS cannot change {rule.path} of what is there'} ({rule.source or source})"
    return None


def refused(token: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:
    """Return why AWS will refuse a change, None where it will not."""
    for knowledge in _known(token):
        for rule in knowledge.refuses:
            if holds(rule, path, old_inputs, new_inputs):
                return f"{rule.why or f'AWS refuses to change {rule.path}'} ({rule.source or knowledge.source})"
    return None


def _known(token: str) -> tuple[Knowledge, ...]:
    types = by_hand("aws").types
    return tuple(types[each] for each in (token, EVERY) if each in types)


def _replaces(rule: Rule, token: str, path: Path, old_inputs: Json, new_inputs: Json) -> bool:
    return holds(rule, path, old_inputs, new_inputs) and not _kept(rule, token, new_inputs)


def _kept(rule: Rule, token: str, new_inputs: Json) -> bool:
    """Whether a property is now unset that AWS then keeps as it is: the provider fills it in."""
    top = rule.path.partition(".")[0]
    unset = not values(new_inputs, pattern_of(rule.path))
    return unset and top not in MADE_UP and top in sdk().types.get(token, Documented()).computed
