"""Whatever changes: what replaces a resource does so however the change is told, and nothing else does."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from slipway.plan.replacement import forced, refused
from slipway.plan.replacement.knowledge import Knowledge, Rule, by_hand

PLAIN = [
    (token, rule.path)
    for provider in ("aws", "kubernetes")
    for token, knowledge in by_hand("aws" if provider == "aws" else "kubernetes").types.items()
    for rule in knowledge.forces
    if rule == Rule(path=rule.path, why=rule.why, source=rule.source) and not token.endswith("*")
]
TOKENS = sorted({token for token, _ in PLAIN})
rules = st.sampled_from(PLAIN)
names = st.text("abcxyz", min_size=1, max_size=5)
values = st.one_of(names, st.integers(0, 9), st.booleans(), st.lists(names, min_size=1, max_size=2))


def nested(dotted: str, value: Any) -> Any:
    for part in reversed(dotted.split(".")):
        value = {part: value}
    return value


@given(rules, values, values, names)
def test_a_property_that_differs_forces_at_every_height(rule: tuple[str, str], old: Any, new: Any, below: str) -> None:
    token, dotted = rule
    path = tuple(dotted.split("."))
    before, after = nested(dotted, old), nested(dotted, new)
    why = forced(token, path, before, after)
    assert why is not None
    assert forced(token, (*path, below), before, after) == why
    assert (forced(token, path[:1], before, after) is not None) is (old != new or len(path) == 1)


@given(st.sampled_from(TOKENS), names, values, values)
def test_a_property_that_nobody_names_forces_nothing(token: str, name: str, old: Any, new: Any) -> None:
    path = (f"not-{name}",)
    assert forced(token, path, {path[0]: old}, {path[0]: new}) is None
    assert refused(token, path, {path[0]: old}, {path[0]: new}) is None


@given(st.sampled_from(TOKENS), st.dictionaries(names, values, max_size=3))
def test_equal_inputs_force_nothing_from_above(token: str, inputs: dict[str, Any]) -> None:
    knowledge: Knowledge = by_hand("aws" if token.startswith("aws:") else "kubernetes").types[token]
    for rule in knowledge.forces:
        inputs = {**inputs, **nested(rule.path.replace("*", "0"), "set")}
    assert forced(token, (), inputs, inputs) is None
