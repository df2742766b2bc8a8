"""The walk along a model's annotations, and what is found there in words."""

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, Field, SecretStr

from components.apps.settings import AppSettings
from components.quantity import Bytes
from slipway.loading import shape, wording
from tests.unit.loading.models import ByCommand, ByPath, Listener, Pool, Room


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), Room),
        (("pools", "any"), Pool),
        (("pools", "any", "zones", 7), str),
        (("pair", 0), int),
        (("pair", 1), str),
        (("pair", 2), None),
        (("port", "targetPort"), int),
        (("either", "size"), int),
        (("secrets", "db"), SecretStr),
        (("nowhere",), None),
        (("tier", "deeper"), None),
        (("pools", "any", "max_size"), None),
    ],
)
def test_at_leads_to_what_is_accepted(path: tuple[str | int, ...], expected: Any) -> None:
    annotation = shape.at(Room, path)
    found = [shape.bare(choice) for choice in shape.choices(annotation)]
    assert found == [expected]


def test_the_choices_of_a_union_are_flat_and_without_none() -> None:
    assert shape.choices(Annotated[int | None, Field(ge=1)] | str | None) == [int, str]
    assert shape.choices(Room.model_fields["check"].annotation) == [ByPath, ByCommand]
    assert shape.choices(int) == [int]


def test_keys_and_words_are_those_of_every_choice() -> None:
    assert shape.keys(Pool | Listener | int) == [
        "size",
        "zones",
        "capacity",
        "maxSize",
        "scaling",
        "port",
        "targetPort",
    ]
    assert shape.words(Literal["a", "b"] | Literal[1] | int) == ["a", "b", "1"]
    assert shape.words(int) == []


@pytest.mark.parametrize(
    ("annotation", "secret", "holds"),
    [
        (SecretStr, True, True),
        (SecretStr | None, True, True),
        (Annotated[SecretStr, Field(min_length=1)], True, True),
        (dict[str, SecretStr], False, True),
        (tuple[dict[str, SecretStr], ...], False, True),
        (Room, False, True),
        (Pool, False, False),
        (str, False, False),
    ],
)
def test_secrets_are_known_by_their_type(annotation: Any, secret: bool, holds: bool) -> None:
    assert shape.is_secret(annotation) is secret
    assert shape.holds_secret(annotation) is holds


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (int, "a whole number"),
        (Annotated[int, Field(gt=1, le=5, multiple_of=2)], "a whole number, more than 1, at most 5, a multiple of 2"),
        (Annotated[str, Field(min_length=1, examples=["x", "y"])], "text, at least 1 long, such as x or y"),
        (bool | None, "true or false"),
        (Literal["a", "b"], "a, b"),
        (Literal["a"], "a"),
        (dict[str, int], "a map"),
        (tuple[Literal["x", "y"], ...], "a list of x, y"),
        (list[Any], "a list"),
        (int | str, "a whole number or text"),
        (Listener, "a map with the keys port, targetPort"),
        (Any, "another value"),
    ],
)
def test_types_are_described_in_words(annotation: Any, text: str) -> None:
    assert wording.describe(annotation) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", '"x"'),
        (5, "5"),
        (True, "true"),
        (None, "nothing"),
        ({}, "an empty map"),
        ({"a": 1}, "a map"),
        ([1], "a list"),
        ("é", '"é"'),
    ],
)
def test_values_are_shown_on_one_line(value: object, text: str) -> None:
    assert wording.found(value, secret=False) == text
    shown = wording.found(value, secret=True)
    assert shown == (text if isinstance(value, (dict, list)) or value is None else wording.MASK)


def test_an_image_without_its_last_letters_is_no_repair_of_it() -> None:
    tagged = Annotated[str, AfterValidator(_no_latest)]
    assert wording.repaired("registry.example.com/web:latest", tagged) is None
    assert wording.repaired("500mm", Annotated[str, Field(pattern=r"^\d+m$")]) == "500m"


def _no_latest(value: str) -> str:
    if value.endswith("latest"):
        raise ValueError("another one tomorrow")
    return value


@pytest.mark.parametrize(
    ("key", "written", "close"),
    [
        ("ports", [{"name": "http", "containerPort": 8080}], '{"http": 8080}'),
        ("config", [{"name": "LEVEL", "value": "info"}, {"name": "A", "value": "b"}], '{"LEVEL": "info", "A": "b"}'),
        (
            "hostAliases",
            [{"ip": "203.0.113.10", "hostnames": ["db.example.com"]}],
            '{"203.0.113.10": ["db.example.com"]}',
        ),
        ("volumes", [{"name": "x", "size": "1Gi", "mountPath": "/x"}], '{"x": {"size": "1Gi", "mountPath": "/x"}}'),
        ("config", [{"name": "DB_PASSWORD", "value": "hunter2"}], None),
        ("config", [{"name": "URL", "value": "postgres://web:hunter2@db/web"}], None),
        ("config", [{"name": "LEVEL"}], None),
    ],
)
def test_a_list_by_name_as_kubernetes_has_it_is_the_map_that_was_meant(
    key: str, written: Any, close: str | None
) -> None:
    annotation = shape.annotation_of(shape.fields(AppSettings)[key])
    assert wording.closest(written, annotation) == close


def test_a_quantity_is_described_with_what_it_looks_like() -> None:
    assert wording.describe(Bytes) == "text or a number, such as 512Mi or 20Gi"
    assert wording.describe(int | float) == "a number"
