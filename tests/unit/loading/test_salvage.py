"""What is right is kept, what is wrong is absent, and nothing stands in for it."""

from typing import Any

import pytest

from components.settings import StackSettings
from slipway.loading.salvage import Wrong, salvage
from tests.unit.loading.models import Pool, Room

POOLS = {"a": {"size": -1, "zones": ["x"]}, "b": {}, "c": 5}


def kept(data: dict[str, Any], wrong: Wrong = Wrong.ABSENT) -> Room:
    return salvage(Room, {"name": "it", **data}, wrong)


@pytest.mark.parametrize("wrong", Wrong)
def test_what_is_right_is_as_if_all_were(wrong: Wrong) -> None:
    data = {"cpu": 2, "pools": {"a": {"size": 3}}, "listeners": {"http": 80}, "secrets": {"db": "x"}, "port": 5}
    whole = Room.model_validate({"name": "it", **data}, by_alias=True, by_name=False)
    assert kept(data, wrong) == whole
    assert kept({**data, "unknown": 1}, wrong) == whole


@pytest.mark.parametrize(
    ("data", "attribute"),
    [
        ({"cpu": "x"}, "cpu"),
        ({"cidr": "10.0.0.1/8"}, "cidr"),
        ({"name": "No Name"}, "name"),
        ({"zones": ["a", 5, "b"]}, "zones"),
        ({"secrets": {"a": "x", "b": 5}}, "secrets"),
        ({"port": "x"}, "port"),
        ({"pools": 5}, "pools"),
        ({"inner": 5}, "inner"),
    ],
)
def test_what_is_wrong_is_absent_although_it_has_a_default(data: dict[str, Any], attribute: str) -> None:
    room = kept(data)
    with pytest.raises(AttributeError):
        getattr(room, attribute)
    assert room.tier == 2


@pytest.mark.parametrize("wrong", Wrong)
def test_what_is_missing_is_absent(wrong: Wrong) -> None:
    room = salvage(Room, {"tier": 1}, wrong)
    assert room.tier == 1
    with pytest.raises(AttributeError):
        _ = room.name


def test_entries_keep_their_names_and_what_is_right_of_them() -> None:
    room = kept({"pools": {**POOLS, "Not A Name": {"size": 2}}})
    assert list(room.pools) == ["a", "b", "c", "Not A Name"]
    assert room.pools["a"].zones == ("x",)
    assert room.pools["b"] == Pool()
    for name in ("a", "c"):
        with pytest.raises(AttributeError):
            _ = room.pools[name].size
    with pytest.raises(AttributeError):
        _ = room.pools["c"].capacity  # nothing of it was said


def test_a_nested_model_keeps_what_is_right() -> None:
    room = kept({"inner": {"size": "x", "capacity": "spot"}})
    assert room.inner is not None
    assert room.inner.capacity == "spot"
    with pytest.raises(AttributeError):
        _ = room.inner.size


def test_keys_count_in_their_yaml_spelling_only() -> None:
    room = kept({"inner": {"max_size": 5, "size": 2}})
    assert room.inner is not None
    assert (room.inner.max_size, room.inner.size) == (None, 2)


def test_wrong_entries_can_be_left_out() -> None:
    assert kept({"pools": POOLS}, Wrong.DROPPED).pools == {"b": Pool()}
    with pytest.raises(AttributeError):
        _ = kept({"cpu": "x"}, Wrong.DROPPED).cpu


def test_wrong_values_can_be_their_defaults() -> None:
    room = kept({"cpu": "x", "pools": POOLS, "inner": 5, "name": 5}, Wrong.DEFAULT)
    assert room.pools == {"a": Pool(zones=("x",)), "b": Pool(), "c": Pool()}
    assert (room.cpu, room.inner) == ("1", None)
    with pytest.raises(AttributeError):
        _ = room.name  # it has none


@pytest.mark.parametrize("wrong", list(Wrong))
def test_a_default_is_not_taken_for_something_that_was_said(wrong: Wrong) -> None:
    """Rules ask `model_fields_set` whether the file has a key."""
    assert salvage(StackSettings, {"stack": "s", "environment": "local", "apps": 3}, wrong).model_fields_set <= {
        "stack",
        "environment",
        "apps",
    }
