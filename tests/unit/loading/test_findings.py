"""Every kind of mistake in a value is said in the words of its author, with the nearest thing that would do."""

from typing import Any

import pytest

from tests.unit.loading.models import found

QUANTITY = (
    "a Kubernetes quantity: a number followed by nothing, m, k, M, G, T, Ki, Mi, Gi or Ti, such as 250m, 1.5 or 512Mi"
)
DNS_LABEL = "a DNS label: lower-case letters, digits and '-', starting and ending with a letter or digit"


@pytest.mark.parametrize(
    ("data", "key", "message", "shown", "allowed", "nearest"),
    [
        ({"tire": 1}, "tire", "no such key", "tire", None, "tier"),
        (
            {"pools": {"a": {"zone": "x"}}},
            "pools.a.zone",
            "no such key",
            "zone",
            "capacity, maxSize, scaling, size, zones",
            "zones",
        ),
        ({"pools": {"a": {"max_size": 1}}}, "pools.a.max_size", "no such key", "max_size", None, "maxSize"),
        ({"pools": {"a": {"size": "3 nodes"}}}, "pools.a.size", "wrong type", '"3 nodes"', None, "3"),
        (
            {"pools": {"a": {"size": -1}}},
            "pools.a.size",
            "too small",
            "-1",
            "a whole number, at least 0, at most 450",
            "0",
        ),
        ({"pools": {"a": {"size": 451}}}, "pools.a.size", "too large", "451", None, "450"),
        ({"pools": {"a": {"size": 1.5}}}, "pools.a.size", "wrong type", "1.5", None, "2"),
        ({"pools": {"a": {"capacity": "Spott"}}}, "pools.a.capacity", None, '"Spott"', "on-demand, spot", "spot"),
        ({"pools": {"a": {"zones": "x"}}}, "pools.a.zones", "wrong type", '"x"', "a list of text", '["x"]'),
        ({"pools": {"a": {"zones": ["x", 5]}}}, "pools.a.zones.1", "wrong type", "5", "text", '"5"'),
        ({"pools": {"a": None}}, "pools.a", "wrong type", "nothing", None, "{}"),
        (
            {"pools": {"a": 5}},
            "pools.a",
            "wrong type",
            "5",
            "a map with the keys capacity, maxSize, scaling, size, zones",
            '{"size": 5}',
        ),
        ({"pools": {"My_Pool": {}}}, "pools.My_Pool", "not a name that can be used", "My_Pool", DNS_LABEL, "my-pool"),
        ({"pools": []}, "pools", "wrong type", "an empty list", "a map", None),
        ({"version": 1.35}, "version", "wrong type", "1.35", "text, matching ^1\\.\\d\\d$, such as 1.35", '"1.35"'),
        ({"version": "v1.35"}, "version", "not accepted", '"v1.35"', None, None),
        ({"cidr": "10.0.0.0/166"}, "cidr", "not accepted", '"10.0.0.0/166"', None, "10.0.0.0/16"),
        ({"cpu": "500mm"}, "cpu", "not accepted", '"500mm"', QUANTITY, "500m"),
        ({"memory": "512 MiB"}, "memory", "not accepted", '"512 MiB"', QUANTITY, "512Mi"),
        ({"tier": "T1"}, "tier", "not one of the allowed values", '"T1"', "1, 2, 3", "1"),
        ({"enabled": "maybe"}, "enabled", "wrong type", '"maybe"', "true or false", None),
        ({"enabled": []}, "enabled", "wrong type", "an empty list", "true or false", None),
        ({"share": 1.5}, "share", "too large", "1.5", "a number, more than 0, less than 1", None),
        (
            {"zones": ["a"]},
            "zones",
            "too short",
            "a list",
            "a list of text, at least 2 of them, at most 3 of them",
            None,
        ),
        ({"zones": ["a", "b", "c", "d"]}, "zones", "too long", "a list", None, None),
        ({"inner": "x" * 200}, "inner", "wrong type", '"' + "x" * 79 + "…", None, None),
        ({"token": "short"}, "token", "too short", "a secret value", "text, at least 8 long", None),
    ],
)
def test_a_mistake_is_said_in_full(
    data: dict[str, Any], key: str, message: str | None, shown: str, allowed: str | None, nearest: str | None
) -> None:
    [problem] = found(data)
    assert ".".join(str(step) for step in problem.path) == key
    assert (problem.found, problem.nearest) == (shown, nearest)
    assert problem.message == (message or "not one of the allowed values")
    assert allowed is None or problem.allowed == allowed


def test_a_missing_key_says_what_it_is_for() -> None:
    [problem] = found({"pools": {"a": {"scaling": {}}}})
    assert problem.path == ("pools", "a", "scaling", "least")
    assert (problem.message, problem.allowed) == ("a required key is missing", "a whole number. The fewest")


def test_a_missing_key_without_a_description_says_its_type() -> None:
    [problem] = [problem for problem in found({"name": None}) if problem.path == ("name",)]
    assert problem.message == "wrong type"
    [problem] = [each for each in found({"either": {}, "check": {"kind": "path"}}) if each.path == ("check", "path")]
    assert (problem.message, problem.found, problem.allowed) == ("a required key is missing", "nothing", "text")


@pytest.mark.parametrize(
    ("value", "places"),
    [
        ({"port": 80, "targetport": 1}, {("port", "targetport"): "no such key"}),
        ({"port": 0}, {("port", "port"): "too small"}),
        ({}, {("port", "port"): "a required key is missing"}),
        ("eighty", {("port",): "wrong type"}),
        ([80], {("port",): "wrong type"}),
    ],
)
def test_of_a_union_the_member_that_was_meant_counts(value: object, places: dict[tuple[str, ...], str]) -> None:
    assert {problem.path: problem.message for problem in found({"port": value})} == places


def test_what_fits_no_member_of_a_union_is_one_problem_that_names_all() -> None:
    [problem] = found({"port": "80 or so"})
    assert problem.allowed == "a whole number or a map with the keys port, targetPort"
    assert problem.nearest == "80"


def test_between_models_the_one_with_fewer_mistakes_counts() -> None:
    assert [problem.path for problem in found({"either": {"size": 1, "zonse": [], "max": 1}})] == [
        ("either", "zonse"),
        ("either", "max"),
    ]
    assert [problem.path for problem in found({"either": {"port": 1, "targetport": 2}})] == [("either", "targetport")]


@pytest.mark.parametrize(
    ("value", "path", "found_text"),
    [
        ({"kind": "command", "command": "ls"}, ("check", "command"), '"ls"'),
        ({"kind": "pathh", "path": "/"}, ("check",), "a map"),
        ({"path": "/"}, ("check",), "a map"),
    ],
)
def test_a_discriminated_union_is_followed(value: object, path: tuple[str, ...], found_text: str) -> None:
    [problem] = found({"check": value})
    assert (problem.path, problem.found) == (path, found_text)


def test_a_short_form_is_reported_as_it_is_written() -> None:
    [problem] = found({"listeners": {"http": 99999}})
    assert (problem.path, problem.found, problem.nearest) == (("listeners", "http"), "99999", "65535")


def test_all_mistakes_come_at_once() -> None:
    pools = {"a": {"size": -1, "zone": 1}, "b": {"size": 999}}
    problems = found({"tire": 1, "cpu": "x", "pools": pools, "zones": [1, 2]})
    assert len(problems) == 7


@pytest.mark.parametrize(
    "value", ["hunter22", 12345678, ["hunter22"], {"db": {"x": "hunter22"}}, {"db": ["hunter22"]}, {"db": 12345678}]
)
def test_a_secret_is_never_shown(value: object) -> None:
    for problem in found({"secrets": value}) + found({"token": "hunter2"}):
        assert "hunter" not in repr(problem)
        assert "12345678" not in repr(problem)


def test_nothing_is_shown_of_a_room_in_which_something_was_decrypted() -> None:
    data = {
        "pools": {"a": {"size": "hunter2", "capacity": "hunter2"}},
        "cidr": "hunter2",
        "cpu": "hunter2",
        "name": "Hunter_2",
    }
    problems = found(data, secret_rooms={"pools", "cidr", "cpu", "name"})
    assert len(problems) == 5
    assert "hunter" not in repr(problems).lower()


def test_keys_that_an_author_does_not_write_are_not_offered() -> None:
    [problem] = found({"tire": 1}, hidden={"tier", "token"})
    assert "tier" not in problem.allowed.split(", ")
    assert problem.nearest != "tier"
    assert "share" in problem.allowed.split(", ")
