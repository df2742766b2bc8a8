"""Inputs are compared by structure: keys, merge keys, JSON in strings, fingerprints of secrets."""

from typing import Any

import pytest

from slipway.plan.diff import Difference, differences
from slipway.plan.paths import covers, parse, pointer, written
from slipway.recording.wire import SECRET, UNKNOWN


def diff(old: Any, new: Any, was: Any = None, now: Any = None) -> list[Difference]:
    return list(differences(old, new, was, now))


def told(old: Any, new: Any) -> dict[str, tuple[Any, Any]]:
    return {written(each.path): (each.old, each.new) for each in diff(old, new)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, {"a.c": (2, None)}),
        ({}, {"a": {"b": 1}}, {"a": (None, {"b": 1})}),
        ({"a": None}, {}, {}),
        ({"a": "2"}, {"a": 2}, {"a": ("2", 2)}),
        ({"a": True}, {"a": 1}, {"a": (True, 1)}),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, {}),
        ({"a": "x"}, {"a": UNKNOWN}, {"a": ("x", UNKNOWN)}),
        ({"a": ["x", "y"]}, {"a": ["x"]}, {"a": (["x", "y"], ["x"])}),
        ({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"x": 3}]}, {"a[1].x": (2, 3)}),
        ({"a": [{"x": 1}]}, {"a": []}, {"a[0]": ({"x": 1}, None)}),
        ({"a": {"b/c": 1}}, {"a": {"b/c": 2}}, {'a["b/c"]': (1, 2)}),
    ],
)
def test_by_structure(old: Any, new: Any, expected: dict[str, tuple[Any, Any]]) -> None:
    assert told(old, new) == expected


CONTAINERS = [{"name": "app", "image": "a:1"}, {"name": "log", "image": "l:1"}]


def test_a_container_put_in_front_is_one_addition() -> None:
    added = {"name": "proxy", "image": "p:1"}
    assert told({"containers": CONTAINERS}, {"containers": [added, *CONTAINERS]}) == {"containers[0]": (None, added)}


def test_a_container_that_goes_is_one_removal() -> None:
    assert told({"containers": CONTAINERS}, {"containers": CONTAINERS[1:]}) == {"containers[0]": (CONTAINERS[0], None)}


def test_an_item_with_another_name_in_the_same_place_is_compared() -> None:
    new = [{**CONTAINERS[0], "name": "shop"}, CONTAINERS[1]]
    assert told({"containers": CONTAINERS}, {"containers": new}) == {"containers[0].name": ("app", "shop")}


def test_an_item_that_moved_and_changed_is_found_by_its_name() -> None:
    new = [CONTAINERS[1], {"name": "app", "image": "a:2"}]
    assert told({"containers": CONTAINERS}, {"containers": new}) == {"containers[1].image": ("a:1", "a:2")}


def test_another_order_alone_is_a_change() -> None:
    assert told({"env": CONTAINERS}, {"env": CONTAINERS[::-1]}) == {"env": (["app", "log"], ["log", "app"])}


def test_ports_are_compared_by_their_number_and_mounts_by_their_path() -> None:
    old = {"ports": [{"containerPort": 80}], "volumeMounts": [{"mountPath": "/a", "name": "x"}]}
    new = {
        "ports": [{"containerPort": 81}, {"containerPort": 80}],
        "volumeMounts": [{"mountPath": "/b", "name": "x"}, {"mountPath": "/a", "name": "x"}],
    }
    assert told(old, new) == {
        "ports[0]": (None, {"containerPort": 81}),
        "volumeMounts[0]": (None, {"mountPath": "/b", "name": "x"}),
    }


def test_names_that_are_not_unique_are_no_keys() -> None:
    old = [{"name": "a", "v": 1}, {"name": "a", "v": 2}]
    assert told({"env": old}, {"env": [{"name": "a", "v": 1}, {"name": "a", "v": 3}]}) == {"env[1].v": (2, 3)}


def test_a_policy_in_a_string_is_compared_as_json() -> None:
    spaced, dense = '{"Statement": [{"Action": "s3:Get"}]}', '{"Statement":[{"Action":"s3:Get"}]}'
    assert diff({"policy": spaced}, {"policy": dense}) == []
    (found,) = diff({"policy": spaced}, {"policy": dense.replace("Get", "Put")})
    assert written(found.path) == "policy.Statement[0].Action"
    assert (found.old, found.new, found.at) == ("s3:Get", "s3:Put", ("policy",))


@pytest.mark.parametrize("text", ["{not json", "[1", "{}x"])
def test_a_string_that_is_no_json_is_a_string(text: str) -> None:
    assert told({"a": text}, {"a": "{}"}) == {"a": (text, "{}")}


def test_a_secret_with_another_fingerprint_differs_and_says_no_more() -> None:
    both = {"data": {"key": SECRET}}
    assert diff(both, both) == []
    assert diff(both, both, {"/data/key": "1"}, {"/data/key": "1"}) == []
    (found,) = diff(both, both, {"/data/key": "1"}, {"/data/key": "2"})
    assert (found.path, found.old, found.new, found.secret) == (("data", "key"), SECRET, SECRET, True)
    assert diff(both, both, {"/data/key": "1"}, {}) == []


def test_a_value_that_becomes_a_secret_is_not_shown_nor_one_that_was() -> None:
    (found,) = diff({"a": "hunter2"}, {"a": SECRET})
    assert (found.old, found.new, found.secret) == (SECRET, SECRET, True)
    (found,) = diff({"a": SECRET}, {"a": {"b": "hunter2"}})
    assert "hunter2" not in repr(found)


def test_a_secret_that_moved_in_a_list_has_the_fingerprint_of_its_old_place() -> None:
    old = {"env": [{"name": "a", "value": SECRET}]}
    new = {"env": [{"name": "b", "value": "x"}, {"name": "a", "value": SECRET}]}
    found = diff(old, new, {"/env/0/value": "1"}, {"/env/1/value": "2"})
    assert [(written(each.path), each.secret) for each in found] == [("env[0]", False), ("env[1].value", True)]


def test_secrets_in_a_list_of_values_are_compared_one_by_one() -> None:
    found = diff({"a": [SECRET, "x"]}, {"a": [SECRET, "y"]}, {"/a/0": "1"}, {"/a/0": "2"})
    assert [(each.path, each.secret) for each in found] == [(("a", 0), True), (("a", 1), False)]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("spec.replicas", ("spec", "replicas")),
        ('metadata.annotations["a.b/c"]', ("metadata", "annotations", "a.b/c")),
        ('["a\\"b"]', ('a"b',)),
        ("a[0].b", ("a", 0, "b")),
        ("a[*].b", ("a", "*", "b")),
        ("a.*.b", ("a", "*", "b")),
        ("*", ("*",)),
        ("a[", ("a[",)),
    ],
)
def test_property_paths(text: str, path: tuple[str | int, ...]) -> None:
    assert parse(text) == path


def test_a_pattern_covers_what_is_below_it() -> None:
    assert covers(parse("spec.*.image"), ("spec", 3, "image", "tag"))
    assert covers(parse("*"), ("spec",))
    assert not covers(parse("spec.replicas"), ("spec",))
    assert not covers(parse("spec.replicas"), ("spec", "template"))
    assert pointer(("a/b", 0, "c~d")) == "/a~1b/0/c~0d"
