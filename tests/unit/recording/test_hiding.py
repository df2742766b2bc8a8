"""What the configuration says is secret is hidden, also where the program has taken Pulumi's mark off it."""

import base64
import hashlib
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.recording.failure import ProgramFailedError
from slipway.recording.hiding import Hidden
from slipway.recording.needles import needles
from slipway.recording.recording import Recording
from slipway.recording.resource import Message, Resource
from slipway.recording.wire import SECRET, Json
from tests.unit.recording.programs import Run

VALUE = 's3cr3t/+"é& value'
CONFIG = {"test:password": VALUE, "test:other": json.dumps({"pin": 47114711, "word": "postgres", "flag": True})}
KEY = b"k" * 32


def hidden(config: dict[str, str] | None = None) -> Hidden:
    found = CONFIG if config is None else config
    return Hidden.of_config(found, list(found))


def recorded(inputs: dict[str, Json], name: str = "it") -> Recording:
    return Recording("p", "s", (Resource(f"urn:pulumi:s::p::t:t:T::{name}", "t:t:T", name, None, True, inputs),))


def inputs_of(recording: Recording) -> dict[str, Json]:
    (only,) = recording.resources
    return only.inputs


ENCODED = {
    "as it is": VALUE,
    "within": f"postgres://app:{VALUE}@db/app",
    "JSON": json.dumps({"deep": [VALUE]}),
    "JSON in JSON": json.dumps({"deep": json.dumps([VALUE])}),
    "base64": base64.b64encode(VALUE.encode()).decode(),
    "of a shell": base64.b64encode(f"{VALUE}\n".encode()).decode(),
    "basic": "Basic " + base64.b64encode(f"a:{VALUE}".encode()).decode(),
    "basic, later": "Basic " + base64.b64encode(f"ab:{VALUE}:more".encode()).decode(),
    "urlsafe": base64.urlsafe_b64encode(VALUE.encode()).decode(),
    "URL": f"https://example.com/?q={quote(VALUE, safe='')}",
    "hexadecimal": VALUE.encode().hex(),
    "sha256": hashlib.sha256(VALUE.encode()).hexdigest(),
    "md5 of a shell": hashlib.md5(f"{VALUE}\n".encode()).hexdigest(),  # noqa: S324 (what programs do)
}


@pytest.mark.parametrize("text", ENCODED.values(), ids=ENCODED)
def test_a_property_with_a_secret_in_it_is_one_as_a_whole(text: str) -> None:
    assert inputs_of(hidden().recording(recorded({"a": {"b": [text, "open"]}}))) == {"a": {"b": [SECRET, "open"]}}
    assert SECRET in hidden().text(f"cannot use {text}")


@given(st.text(min_size=8, max_size=40).filter(lambda each: not each.isalpha()), st.binary(max_size=5), st.binary())
def test_it_is_found_in_base64_wherever_it_begins(value: str, before: bytes, after: bytes) -> None:
    encoded = base64.b64encode(before + value.encode("utf-8", "surrogatepass") + after).decode()
    assert any(each in encoded for each in needles(value))


def test_a_key_in_several_lines_is_known_by_each_of_them() -> None:
    line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    value = f"-----BEGIN PRIVATE KEY-----\n{line}\n-----END PRIVATE KEY-----\n"
    found = hidden({"test:key": value}).recording(
        recorded({"a": f"x: |\n  {line}", "b": "-----BEGIN PRIVATE KEY-----"})
    )
    assert inputs_of(found) == {"a": SECRET, "b": "-----BEGIN PRIVATE KEY-----"}


def test_names_keep_the_rest_of_their_text_and_stay_apart() -> None:
    other = "another-value-0815"
    config = {"test:a": VALUE, "test:b": other}
    resources = tuple(recorded({other: 1}, f"x-{value}").resources[0] for value in (VALUE, other))
    found = hidden(config).recording(Recording("p", "s", resources, messages=(Message("warning", VALUE),)))
    assert [each.name for each in found.resources] == ["x-[secret 2]", f"x-{SECRET}"]
    assert len(found.by_urn) == 2
    assert found.resources[0].inputs == {"[secret 2]": 1}
    assert found.messages == (Message("warning", SECRET),)


def test_a_common_word_is_hidden_in_messages_only() -> None:
    """`postgres` is somebody's password; it is also an image, an app and a label."""
    inputs: dict[str, Json] = {"image": "postgres:14", "flag": True, "word": "postgres", "count": 3}
    found = recorded(inputs)
    assert hidden().recording(found) is found
    assert hidden().text("no user postgres") == f"no user {SECRET}"
    assert hidden().text("it is True, a or b") == "it is True, a or b"


def test_a_number_is_found_as_a_number() -> None:
    assert inputs_of(hidden().recording(recorded({"pin": 47114711, "port": 4711}))) == {"pin": SECRET, "port": 4711}


def test_what_is_hidden_can_be_compared() -> None:
    pairs = [
        hidden({"test:a": value}).recording(recorded({"a/b": [f"x{value}"]}), KEY).resources[0].fingerprints
        for value in (VALUE, VALUE, "another-value-0815")
    ]
    assert list(pairs[0]) == ["/a~1b/0"]
    assert pairs[0] == pairs[1]
    assert pairs[0] != pairs[2]
    assert hidden().recording(recorded({"a": VALUE})).resources[0].fingerprints == {}


def test_nothing_is_hidden_without_secrets() -> None:
    found = recorded({"a": VALUE})
    assert Hidden([]).recording(found) is found
    assert Hidden([]).text(VALUE) == VALUE


PROGRAM = """
import sys
password = pulumi.Config().require("password")
print("to nobody", password)
print("to the log", password, file=sys.stderr)
sys.stderr.writelines([password])
pulumi.log.warn(f"logged {password}")
pulumi.export("open", f"x{password}")
Vpc("one", cidr_block="10.0.0.0/16", tags={"by-mistake": password})
"""


def test_a_program_that_takes_the_mark_off(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    recording = run(PROGRAM, config=CONFIG, secret_keys=list(CONFIG))
    assert recording.outputs == {"open": SECRET}
    assert recording.resources[0].inputs["tags"] == {"by-mistake": SECRET}
    assert recording.messages == (Message("warning", f"logged {SECRET}"),)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"to nobody {SECRET}\nto the log {SECRET}\n{SECRET}"


def test_a_failure_does_not_say_the_secret(run: Run) -> None:
    program = 'raise ValueError("cannot log in with " + pulumi.Config().require("password"))'
    with pytest.raises(ProgramFailedError) as caught:
        run(program, config=CONFIG, secret_keys=list(CONFIG))
    assert caught.value.message == f"ValueError: cannot log in with {SECRET}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_line_of_the_program_is_not_shown_with_the_secret_in_it(run: Run) -> None:
    value = "written-twice-0815"
    with pytest.raises(ProgramFailedError) as caught:
        run(f'raise ValueError("not " + "{value}")', config={"test:password": value}, secret_keys=["test:password"])
    (line,) = caught.value.where
    assert line.endswith(f'raise ValueError("not " + "{SECRET}")')
