"""Values of parameters are judged as JSON Schema judges them, and exemptions never let more pass than they say."""

from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from policy.run import run_rules
from policy.values import misfits
from tests.unit.policy.sample import RULES, TODAY, exemption, sample, settings

LEAVES = st.one_of(
    st.sampled_from(
        [
            {"type": "boolean"},
            {"type": "string"},
            {"type": "string", "minLength": 2},
            {"type": "string", "pattern": "^a"},
            {"enum": ["a", 1, True]},
            {"enum": [1, 0]},
            {},
        ]
    ),
    st.builds(
        lambda kind, low, high: {"type": kind, "minimum": low, "maximum": high},
        st.sampled_from(["integer", "number"]),
        st.integers(-3, 1),
        st.integers(0, 3),
    ),
    st.just({"type": "number", "exclusiveMinimum": 0}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(
            lambda items, unique, least: {"type": "array", "items": items, "uniqueItems": unique, "minItems": least},
            inner,
            st.booleans(),
            st.integers(0, 2),
        ),
        st.builds(lambda values: {"type": "object", "additionalProperties": values}, inner),
    ),
    max_leaves=3,
)
SCALARS = st.one_of(
    st.booleans(), st.integers(-4, 4), st.sampled_from([0.5, -1.5]), st.sampled_from(["", "a", "ab", "b"])
)
VALUES = st.recursive(
    SCALARS | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["k", "l"]), inner, max_size=2),
    max_leaves=5,
)


@given(SCHEMAS, VALUES)
@example({"enum": [1, 0]}, True)
@example({"type": "array", "uniqueItems": True}, [1, True])
def test_a_value_is_taken_exactly_where_json_schema_takes_it(schema: dict[str, Any], value: Any) -> None:
    assert (list(misfits(value, schema)) == []) == Draft202012Validator(schema).is_valid(value)


NAMES = st.lists(st.text("ab", min_size=3, max_size=7), min_size=1, max_size=6, unique=True)
PATTERNS = st.text("ab*", min_size=1, max_size=4).filter(lambda text: text.strip("*"))


@given(NAMES, PATTERNS, st.integers(-5, 5))
def test_an_exemption_lets_pass_what_it_names_until_its_day_and_hides_nothing(
    names: list[str], pattern: str, days: int
) -> None:
    until: date = TODAY + timedelta(days)
    stack = sample(*names)
    bare = run_rules(stack, settings(), RULES)
    one = exemption("short-names", until.isoformat(), resource=pattern)
    report = run_rules(stack, settings(exemptions=[one]), RULES)
    place = [(each.rule, each.urn, each.text) for each in bare.violations]
    assert [(each.rule, each.urn, each.text) for each in report.violations] == place
    passed = {each.urn for each in report.violations if each.exemption}
    known = {each.urn: ((each.urn or "").rpartition("::")[2], each.urn or "") for each in bare.failures}
    meant = {urn for urn, words in known.items() if any(fnmatchcase(word, pattern) for word in words)}
    assert passed == (meant if days >= 0 else set())
    assert bool(report.notes) == (not meant or days < 0)
