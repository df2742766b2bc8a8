"""What holds of a plan whatever the values are."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from slipway.plan.diff import differences
from slipway.plan.paths import parse, written
from slipway.recording.resource import Alias
from slipway.recording.wire import SECRET, UNKNOWN
from tests.support.effort import examples
from tests.support.plans import CONFIG_MAP, VPC, plan, recording, resource

keys = st.sampled_from(["name", "env", "ports", "containers", "a.b/c", "x"])
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["a", "b", "{}", '{"a": 1}', UNKNOWN, SECRET])
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=12,
)
objects = st.dictionaries(keys, values, max_size=4)


def read(value: Any) -> Any:
    """Return a value as a server sees it: a key with nothing is no key, and JSON in a string is what it says."""
    if isinstance(value, dict):
        return {key: read(value[key]) for key in sorted(value) if value[key] is not None}
    if isinstance(value, str) and value.startswith("{"):
        return value if value == UNKNOWN else read(json.loads(value))
    return [read(each) for each in value] if isinstance(value, list) else value


@examples(60, 5000)
@given(objects)
def test_nothing_differs_from_itself(inputs: dict[str, Any]) -> None:
    assert list(differences(inputs, deepcopy(inputs))) == []


@examples(60, 5000)
@given(objects, objects)
def test_what_differs_is_found_and_the_same_way_round(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = list(differences(old, new)), list(differences(new, old))
    assert bool(there) == bool(back)
    if not there:
        assert repr(read(old)) == repr(read(new))


@examples(40, 2000)
@given(objects, objects)
def test_no_value_beside_a_secret_is_shown_in_its_place(old: dict[str, Any], new: dict[str, Any]) -> None:
    found = list(differences({"data": SECRET, **old}, {"data": {"x": "hunter2"}, **new}))
    assert "hunter2" not in repr(found)


@examples(40, 2000)
@given(st.lists(st.one_of(st.text('ab/."[]* é', min_size=1, max_size=4), st.integers(0, 9)), min_size=1, max_size=4))
def test_a_path_that_is_written_is_read_again(path: list[str | int]) -> None:
    assert parse(written(tuple(path))) == tuple(path)


names = st.lists(st.sampled_from("abcdef"), unique=True, max_size=6)


@examples(40, 2000)
@given(names, names)
def test_every_resource_is_in_exactly_one_step(old: list[str], new: list[str]) -> None:
    before = recording(*(resource(CONFIG_MAP, name, {"data": {"x": name}}) for name in old))
    after = recording(*(resource(CONFIG_MAP, name, {"data": {"x": name}}) for name in new))
    found = plan(before, after)
    assert sorted(step.resource.name for step in found.steps) == sorted({*old, *new})
    assert found.counts["create"] == len({*new} - {*old})
    assert found.counts["delete"] == len({*old} - {*new})


@examples(40, 2000)
@given(names)
def test_an_alias_makes_of_every_rename_nothing(old: list[str]) -> None:
    before = recording(*(resource(VPC, name, {"cidrBlock": name}) for name in old))
    after = recording(*(resource(VPC, f"new-{name}", {"cidrBlock": name}, aliases=(Alias(name=name),)) for name in old))
    assert plan(before, after).changed == ()
