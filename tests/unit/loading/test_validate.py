"""Problems of values and of rules come together, and no rule is broken by what is wrong elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest

from components.problem import Problem
from components.settings import StackSettings
from slipway.loading.validate import Raw, room_keys, validate

ROOMS: dict[str, Any] = {
    "environment": "staging",
    "cluster": {"version": "1.35"},
    "nodePools": {"general": {"size": 2}, "spot": {"size": 3}},
    "namespaces": {"web": {}},
}
APPS = {name: {"name": name, "namespace": "web", "image": "example.com/it:1"} for name in ("api", "web")}


def raw(rooms: dict[str, Any] | None = None, apps: dict[str, Any] | None = None, **options: Any) -> Raw:
    return Raw("staging", {**ROOMS, **(rooms or {})}, {**APPS, **(apps or {})}, **options)


def about(path: tuple[str | int, ...], app: str | None = None, message: str = "said by a check") -> Problem:
    return Problem(path, message, "found", "allowed", app=app)


def pool_sizes(settings: StackSettings) -> Iterator[Problem]:
    """A rule that needs every pool's size."""
    for name, pool in settings.node_pools.items():
        if pool.size is not None and pool.size > 2:
            yield about(("nodePools", name))


def kinds(settings: StackSettings) -> Iterator[Problem]:
    """A rule about apps, that also looks at every pool's size."""
    least = min(pool.size or 0 for pool in settings.node_pools.values())
    for app in settings.apps:
        if app.kind == "StatefulSet":
            yield about(("kind",), app.name)
        if least > 100:
            yield about(("replicas",), app.name)


def places(problems: list[Problem]) -> list[tuple[str | None, tuple[str | int, ...]]]:
    return [(problem.app, problem.path) for problem in problems]


def test_settings_without_a_problem_are_returned() -> None:
    settings, problems = validate(raw(), [])
    assert problems == []
    assert settings is not None
    assert [app.name for app in settings.apps] == ["api", "web"]
    assert (settings.stack, settings.node_pools["spot"].size) == ("staging", 3)


def test_settings_that_break_a_rule_are_not() -> None:
    settings, problems = validate(raw(), [pool_sizes])
    assert settings is None
    assert places(problems) == [(None, ("nodePools", "spot"))]


def test_python_spelling_is_not_accepted() -> None:
    _, problems = validate(raw({"node_pools": {}}), [])
    assert [(problem.found, problem.nearest) for problem in problems] == [("node_pools", "nodePools")]


@pytest.mark.parametrize("key", ["stack", "apps"])
def test_what_does_not_come_from_the_configuration_is_no_room(key: str) -> None:
    settings, problems = validate(raw({key: "x"}), [])
    assert settings is None
    assert [(problem.path, problem.message) for problem in problems] == [((key,), "not set here")]
    assert key not in room_keys()


def test_an_unknown_room_is_told_the_rooms() -> None:
    _, [problem] = validate(raw({"nodePool": {}}), [])
    assert (problem.path, problem.nearest) == (("nodePool",), "nodePools")
    assert problem.allowed.split(", ") == room_keys()


def test_mistakes_in_apps_are_of_their_files() -> None:
    apps = {"web": {**APPS["web"], "replicas": -1}, "job": {"name": "job", "tier": 9}}
    _, problems = validate(raw(apps=apps), [])
    assert places(problems) == [
        ("web", ("replicas",)),
        ("job", ("namespace",)),
        ("job", ("tier",)),
        ("job", ("image",)),
    ]


def test_rules_are_checked_although_values_are_wrong() -> None:
    rooms = {"nodePools": {"general": {"zone": "x"}, "spot": {"size": 3}}}
    _, problems = validate(raw(rooms), [pool_sizes])
    assert places(problems) == [(None, ("nodePools", "general", "zone")), (None, ("nodePools", "spot"))]


def test_a_rule_says_nothing_about_what_is_wrong_already() -> None:
    def everywhere(_: StackSettings) -> Iterator[Problem]:
        yield about(("nodePools", "spot", "size"))
        yield about(("nodePools", "spot", "size", "deeper"))
        yield about(("nodePools", "spot"))
        yield about(("nodePools", "spot", "size"), "web")

    _, problems = validate(raw({"nodePools": {"spot": {"size": -1}}}), [everywhere])
    assert places(problems)[1:] == [(None, ("nodePools", "spot")), ("web", ("nodePools", "spot", "size"))]


def test_a_rule_that_stumbles_over_a_wrong_value_still_finds_what_does_not_depend_on_it() -> None:
    rooms = {"nodePools": {"general": {"size": -1}, "spot": {"size": 3}}}
    _, problems = validate(raw(rooms, {"web": {**APPS["web"], "kind": "StatefulSet"}}), [pool_sizes, kinds])
    assert places(problems) == [
        (None, ("nodePools", "general", "size")),
        (None, ("nodePools", "spot")),
        ("web", ("kind",)),
    ]


def test_no_rule_is_broken_by_a_default_or_by_an_entry_that_is_left_out() -> None:
    def never_met(settings: StackSettings) -> Iterator[Problem]:
        if settings.node_pools["general"].size != 2:
            yield about(("nodePools",))
        if "general" not in settings.node_pools:
            yield about(("nodePools", "general", "size"))

    def names(settings: StackSettings) -> Iterator[Problem]:
        _ = [pool.size for pool in settings.node_pools.values()]
        if "general" not in settings.node_pools:
            yield about(("environment",))

    rooms = {"nodePools": {"general": {"size": "x"}}}
    _, problems = validate(raw(rooms), [never_met, names])
    assert places(problems) == [(None, ("nodePools", "general", "size"))]


def test_an_error_in_a_rule_is_not_hidden_while_the_settings_are_right() -> None:
    def broken(settings: StackSettings) -> Iterator[Problem]:
        yield about((str(settings.no_such_room),))  # type: ignore[attr-defined]

    with pytest.raises(AttributeError):
        validate(raw(), [broken])


def test_places_with_a_mistake_of_the_file_get_no_second_one() -> None:
    rooms = {"nodePools": {"general": {"size": None, "minSize": "x"}, "spot": None}}
    refused = frozenset({(None, ("nodePools", "spot")), ("web", ("name",))})
    _, problems = validate(raw(rooms, {"web": {**APPS["web"], "name": 5}}, refused=refused), [])
    assert places(problems) == [(None, ("nodePools", "general", "minSize"))]


def test_an_encrypted_value_is_only_accepted_as_a_secret() -> None:
    rooms = {
        "secrets": {"db": "ciphertext:v1:x"},
        "nodePools": {"spot": {"size": "ciphertext:v1:y"}},
        "zoo": "ciphertext:",
    }
    ciphertexts = [("secrets", "db"), ("nodePools", "spot", "size"), ("zoo",)]
    _, problems = validate(raw(rooms, ciphertexts=ciphertexts), [])
    assert [(problem.path, problem.message) for problem in problems] == [
        (("nodePools", "spot", "size"), "encrypted, but not a secret: it would not stay one"),
        (("zoo",), "no such key"),
    ]


def test_a_rule_shows_nothing_of_a_room_in_which_something_was_decrypted() -> None:
    def talkative(_: StackSettings) -> Iterator[Problem]:
        yield Problem(("namespaces", "web"), "bad", "hunter2", "another", "hunter3")
        yield Problem(("cluster",), "bad", "1.35", "another", "1.36")

    _, problems = validate(raw(secret_rooms=frozenset({"namespaces"})), [talkative])
    assert "hunter" not in repr(problems)
    assert [problem.found for problem in problems] == ["a secret value", "1.35"]
