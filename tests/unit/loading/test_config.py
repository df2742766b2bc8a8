"""The engine's configuration map: what its text means, and the keys that were meant to be Slipway's."""

import json
from collections.abc import Iterator

import pulumi.runtime
import pytest

from slipway.loading.config import engine_config, rooms_of, strays

ROOMS = ["cluster", "environment", "mesh", "network"]


@pytest.fixture(autouse=True)
def _no_configuration_left() -> Iterator[None]:
    yield
    pulumi.runtime.set_all_config({}, [])


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": [1, true, null]}', {"a": [1, True, None]}),
        ("[]", []),
        ("null", None),
        ("", None),
        ("istio", "istio"),
        ("5", "5"),
        ("true", "true"),
        ('"quoted"', '"quoted"'),
        ("{not json", "{not json"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_maps_and_lists_arrive_as_json_and_all_else_is_text(text: str, data: object) -> None:
    assert rooms_of({"slipway:mesh": text}) == {"mesh": data}


@pytest.mark.parametrize("text", ["staging", "null", "", "5", "[]"])
def test_the_environment_is_text_whatever_it_looks_like(text: str) -> None:
    assert rooms_of({"slipway:environment": text, "aws:region": "x"}) == {"environment": text}


@pytest.mark.parametrize("key", ["aws:region", "kubernetes:cluster", "scaleway:network", "datadog:apiKey", "gcp:mesh"])
def test_the_keys_of_other_packages_pass(key: str) -> None:
    assert strays({key: "x", "slipway:network": "{}"}, ROOMS) == []


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("slipwy:network", "slipway:network"),
        ("Slipway:netwrk", "slipway:network"),
        ("slip-way:mesh", "slipway:mesh"),
        ("slipways:unheard-of", None),
        ("network", "slipway:network"),
        ("nework", "slipway:network"),
        ("aws:network", "slipway:network"),
        ("kubernetes:mesh", "slipway:mesh"),
    ],
)
def test_a_key_under_a_wrong_namespace_is_a_problem(key: str, nearest: str | None) -> None:
    [problem] = strays({key: "x"}, ROOMS)
    assert (problem.path, problem.found, problem.nearest) == ((key,), key, nearest)
    assert "slipway:cluster, slipway:environment" in problem.allowed


def test_the_running_program_sees_what_was_set() -> None:
    pulumi.runtime.set_all_config({"slipway:mesh": "{}", "slipway:environment": "local", "aws:region": "x"}, [])
    assert engine_config(ROOMS) == {"slipway:mesh": "{}", "slipway:environment": "local"}


def test_the_engine_also_shows_keys_that_no_room_has(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"slipway:mesh": "{}", "slipway:mehs": "{}", "aws:region": "us-west-2"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(given))
    pulumi.runtime.set_all_config(given, [])
    assert engine_config(ROOMS) == given
