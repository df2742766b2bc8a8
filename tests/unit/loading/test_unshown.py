"""A mistake next to a secret says what is wrong and where, and never what is written there."""

from pathlib import Path

import pytest

from components.problem import NOT_SHOWN, unknown_secret
from slipway.loading import SettingsError, load_stack
from slipway.loading.stack_file import read_stack_file
from tests.unit.loading.project import APP, STACK, write

CANARY = "Canary4711x"
NUMBER = "047114711471147"
LONG = "4711471147114711471147114711"


def refusal(root: Path, *, stack: str = "", app: str = "") -> str:
    write(root, stack=STACK + stack, app=APP + app)
    with pytest.raises(SettingsError) as caught:
        load_stack(root, "staging")
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (f"*{CANARY}", "undefined alias"),
        (f"!{CANARY}", "a YAML tag"),
        (f"!{CANARY}!x y", "undefined tag handle"),
        (f"!<{CANARY}>", "a YAML tag"),
        (f"[{CANARY}]", "wrong type"),
        (f"{{secret: {CANARY}}}", "wrong type"),
        (NUMBER, "a number with a leading zero"),
        (LONG, "not a number that fits"),
        ("4711-11-21", "a date, which no setting is"),
        ("47114711", "wrong type"),
    ],
)
def test_a_secret_that_is_not_text(tmp_path: Path, written: str, said: str) -> None:
    refused = refusal(tmp_path, stack=f"  slipway:secrets:\n    token: {written}\n")
    assert said in refused
    assert "Pulumi.staging.yaml:15" in refused
    assert CANARY not in refused
    assert "4711" not in refused


@pytest.mark.parametrize("secrets", [f"{{TOKEN={CANARY}}}", f"{{'TOKEN: {CANARY}': x}}", f"{{'TOKEN {CANARY}': x}}"])
def test_a_value_within_the_name(tmp_path: Path, secrets: str) -> None:
    refused = refusal(tmp_path, stack=f"  slipway:secrets: {secrets}\n")
    assert "slipway:secrets.TOKEN…: not a name that can be used" in refused
    assert CANARY.lower() not in refused.lower()


@pytest.mark.parametrize(
    "secrets", [CANARY, f"[{CANARY}]", f"{{a: {{b: {CANARY}}}}}", f"{{a: {{secure: [{CANARY}]}}}}"]
)
def test_secrets_in_another_shape(tmp_path: Path, secrets: str) -> None:
    assert CANARY not in refusal(tmp_path, stack=f"  slipway:secrets: {secrets}\n")


@pytest.mark.parametrize("key", ["slipway:secret", "slipway:secretz", "datadog:apiKey", "datadog:cluster"])
def test_a_key_that_slipway_does_not_know(tmp_path: Path, key: str) -> None:
    refused = refusal(tmp_path, stack=f"  {key}: {{token: {NUMBER}}}\n")
    assert "a number with a leading zero" in refused
    assert NUMBER not in refused


def test_what_is_no_secret_is_shown(tmp_path: Path) -> None:
    refused = refusal(tmp_path, stack="  slipway:storage: {default: 007}\n")
    assert "found:   007" in refused
    assert 'nearest: "007"' in refused


@pytest.mark.parametrize("text", [CANARY, CANARY.lower(), NUMBER, f"!{CANARY} x"])
@pytest.mark.parametrize(
    "where",
    [
        "secrets: {{values: {{TOKEN: {}}}}}",
        "secrets: {{sealed: {{token: {{encryptedData: {{TOKEN: {}}}}}}}}}",
        "env: {{TOKEN: {}}}",
        "dependencies: {{db: {{engine: postgresql, version: '16', password: {}}}}}",
    ],
)
def test_a_value_in_the_place_of_its_name(tmp_path: Path, where: str, text: str) -> None:
    refused = refusal(tmp_path, app=where.format(text) + "\n")
    assert CANARY.lower() not in refused.lower()
    assert NUMBER not in refused


def test_a_name_that_is_nearly_right_is_shown() -> None:
    path, declared = ("secrets", "values", "TOKEN"), {"session-key": 1, "db-password": 2}
    near = unknown_secret(path, "secret", "session-kye", declared, "web")
    assert (near.found, near.nearest, near.app) == ("session-kye", "session-key", "web")
    far = unknown_secret(path, "secret", "correct-horse", declared, "web")
    assert (far.found, far.nearest) == (NOT_SHOWN, None)
    assert far.allowed == "db-password, session-key"
    assert unknown_secret(path, "secret", "correct-horse", {}).found == NOT_SHOWN


def test_a_plain_secret_is_a_secret_of_the_stack(tmp_path: Path) -> None:
    """The engine would not say so: it marks what is encrypted. The recorder hides both."""
    write(tmp_path, stack=STACK + f"  slipway:secrets: {{token: {CANARY}}}\n")
    assert load_stack(tmp_path, "staging").secret_keys == ["slipway:secrets"]
    assert read_stack_file(tmp_path, "staging").secret_keys == []
    write(tmp_path, stack=STACK)
    assert load_stack(tmp_path, "staging").secret_keys == []
