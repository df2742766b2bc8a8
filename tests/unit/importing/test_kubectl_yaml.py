"""Plain words mean to an import what they mean to kubectl (sigs.k8s.io/yaml)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.importing.kubectl_yaml import load_all

WORDS: dict[str, Any] = {
    "0400": 256,
    "0o755": 493,
    "0x1F": 31,
    "0b101": 5,
    "-010": -8,
    "1_000": 1000,
    "08": 8,
    "12": 12,
    "+1": 1,
    "1e3": 1000,
    "1.50": 1.5,
    "2.0": 2,
    ".5": 0.5,
    "1:20": "1:20",
    "22:22": "22:22",
    "2026-12-01": "2026-12-01",
    "2026-12-01T10:00:00Z": "2026-12-01T10:00:00Z",
    "1.2.3": "1.2.3",
    "12ab": "12ab",
    "500m": "500m",
    "yes": True,
    "On": True,
    "y": True,
    "NO": False,
    "off": False,
    "n": False,
    "yEs": "yEs",
    "~": None,
    "Null": None,
    "": None,
    "=": "=",
}


@pytest.mark.parametrize("word", WORDS, ids=str)
def test_a_plain_word(word: str) -> None:
    (found,) = load_all(f"a: {word}\n")
    assert found == {"a": WORDS[word]}
    assert type(found["a"]) is type(WORDS[word])


@pytest.mark.parametrize("word", [each for each in WORDS if each], ids=str)
def test_a_word_in_quotes_is_text(word: str) -> None:
    assert load_all(f"a: '{word}'\n---\n'b'") == [{"a": word}, "b"]


@given(st.integers(0, 0o7777))
def test_a_number_that_begins_with_nought_is_octal(number: int) -> None:
    assert load_all(f"[0{number:o}, {number}, 0x{number:x}]") == [[number] * 3]


def test_what_else_yaml_has_is_read() -> None:
    (found,) = load_all("one: &a {x: 1, y: 2}\ntwo: {<<: *a, 'y': 3}\nlong: |\n  yes\n")
    assert found["two"] == {"x": 1, True: 2, "y": 3}
    assert found["long"] == "yes\n"
