from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components import names
from components.problem import nearest, unknown_word


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (names.Name, "api-gateway"),
        (names.Hostname, "api.example.com"),
        (names.Hostname, "*.example.com"),
        (names.Cidr, "10.0.0.0/16"),
        (names.LabelKey, "slipway.dev/pool"),
        (names.LabelKey, "app"),
        (names.LabelValue, "v2.1.0"),
        (names.LabelValue, ""),
        (names.Port, 65535),
        (names.Text, "a\tb\r\n\x1b[0m\x85ü\U0001f600"),
    ],
)
def test_good_values_pass_unchanged(kind: Any, value: object) -> None:
    assert TypeAdapter(kind).validate_python(value) == value


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        (names.Name, "Api_Gateway", "lower-case letters, digits and '-'"),
        (names.Name, "a" * 64, "at most 63"),
        (names.Hostname, "api..example.com", "not a host name"),
        (names.Hostname, "a.*.example.com", "not a host name"),
        (names.Cidr, "10.0.0.1/16", "host bits set"),
        (names.Cidr, "10.0.0.0/40", "CIDR notation"),
        (names.LabelKey, "/pool", "not a label key"),
        (names.LabelValue, "a b", "not a label value"),
        (names.Port, 0, "greater than or equal to 1"),
        (names.Text, "a\0", r"U\+0000, which no manifest can hold"),
        (names.Text, "a\x7f", r"U\+007F"),
        (names.Text, "\x80", r"U\+0080"),
        (names.Text, "\ufffe", r"U\+FFFE"),
    ],
)
def test_bad_values_are_refused_with_the_rule(kind: Any, value: object, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason.replace("*", r"\*")):
        TypeAdapter(kind).validate_python(value)


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("natgateways", ["natGateways", "cidr"]) == "natGateways"
    assert nearest("zzz", ["natGateways", "cidr"]) is None


def test_an_unknown_word_lists_what_is_declared() -> None:
    problem = unknown_word(("pool",), "node pool", "genral", {"general", "spot"}, app="webapp")
    assert (problem.allowed, problem.nearest, problem.app) == ("general, spot", "general", "webapp")
    assert unknown_word(("pool",), "node pool", "x", []).allowed == "none is declared"
