"""A changed secret is told by a digest, at its place, and its value is nowhere."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_VALUE

from slipway.recording.document import from_document, to_document
from slipway.recording.fingerprints import KEY_BYTES, config_fingerprints, digest, fingerprints, pointer
from slipway.recording.objects import dig
from slipway.recording.recording import Recording
from slipway.recording.wire import (
    ASSET_SIGNATURE,
    OUTPUT_SIGNATURE,
    SECRET,
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    Json,
    Struct,
    mask,
    properties,
    revealed,
)
from tests.unit.recording.programs import runner
from tests.unit.recording.test_secrets import CANARY, CONFIG, CONFIGURED, EVERY_WAY

KEY = b"k" * KEY_BYTES


def masked_pointers(value: Json, path: tuple[str | int, ...] = ()) -> set[str]:
    if value == SECRET:
        return {pointer(path)}
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {place for key, each in pairs for place in masked_pointers(each, (*path, key))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("program")


def record(folder: Path, canary: str = CANARY, key: bytes | None = KEY) -> Recording:
    config = {name: text.replace(CONFIGURED, f"configured-{canary}") for name, text in CONFIG.items()}
    program = EVERY_WAY.replace(CANARY, canary)
    return runner(folder)(program, config=config, secret_keys=[*CONFIG, "test:absent"], key=key)


@pytest.fixture(scope="module")
def one(folder: Path) -> Recording:
    return record(folder)


@pytest.fixture(scope="module")
def other(folder: Path) -> Recording:
    return record(folder, "canary-4712")


def test_everything_masked_has_a_fingerprint_and_nothing_else(one: Recording) -> None:
    found = {each.urn: set(each.fingerprints) for each in one.resources if each.fingerprints}
    assert found == {each.urn: places for each in one.resources if (places := masked_pointers(each.inputs))}
    by_name = {each.name: set(each.fingerprints) for each in one.resources if each.fingerprints}
    assert by_name["plain"] == {"/stringData/password"}
    assert by_name["whole"] == {"/data/key"}
    assert by_name["more"] == {"/value"}
    assert "/tags/hidden" in {place for each in one.of_type("aws:ec2/vpc:Vpc") for place in each.fingerprints}
    assert set(one.secret_config) == {"test:nested.deep[0]", "test:password"}


def test_a_changed_secret_changes_every_fingerprint_of_it(one: Recording, other: Recording) -> None:
    assert [replace(each, fingerprints={}) for each in one.resources] == [
        replace(each, fingerprints={}) for each in other.resources
    ]
    for before, after in zip(one.resources, other.resources, strict=True):
        same = {place for place, value in before.fingerprints.items() if after.fingerprints[place] == value}
        unknown = {"/stringData"} if before.name == "later" else set()  # an output that nobody knows yet
        assert same == unknown, before.urn
    assert not set(one.secret_config.values()) & set(other.secret_config.values())


def test_the_same_secret_has_the_same_fingerprint_and_another_key_another(one: Recording, folder: Path) -> None:
    assert record(folder) == one
    elsewhere = record(folder, key=b"x" * KEY_BYTES)
    before = {value for each in one.resources for value in each.fingerprints.values()}
    assert before
    assert not before & {value for each in elsewhere.resources for value in each.fingerprints.values()}


def test_without_a_key_there_are_none(folder: Path) -> None:
    recording = record(folder, key=None)
    assert not recording.secret_config
    assert not any(each.fingerprints for each in recording.resources)


def test_documents_have_them_only_when_asked(one: Recording) -> None:
    plain = json.loads(json.dumps(to_document(one)))
    assert "ingerprint" not in json.dumps(plain)
    assert "secretConfig" not in plain
    full = json.loads(json.dumps(to_document(one, fingerprints=True)))
    assert from_document(full) == one
    assert CANARY not in json.dumps(full).lower()
    assert "configured-" not in json.dumps(full).lower()


def test_a_secret_name_of_a_read_resource(folder: Path) -> None:
    recording = runner(folder)('Vpc.get("one", "vpc-1", cidr_block=Output.secret("10.0.0.0/16"))', key=KEY)
    (vpc,) = recording.resources
    assert vpc.read
    assert vpc.fingerprints == {"/cidrBlock": digest("10.0.0.0/16", KEY)}


SCALARS = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


def secret(value: Json) -> Json:
    return {SIGNATURE: SECRET_SIGNATURE, "value": value}


def struct_of(value: Json) -> Struct:
    found = Struct()
    found.update({"p": value})
    return found


@given(VALUES, st.sampled_from([secret, lambda value: secret(secret(value)), lambda value: [1, secret(value)]]))
def test_marks_are_no_part_of_what_is_digested(value: Json, wrap: object) -> None:
    struct = struct_of(wrap(value))  # type: ignore[operator]
    found = fingerprints(struct, properties(struct), KEY)
    assert list(found.values()) == [digest(revealed(struct_of(value).fields["p"]), KEY)]
    assert revealed(struct_of(value).fields["p"]) == value


@given(VALUES)
def test_every_leaf_of_a_masked_object_has_its_place(value: Json) -> None:
    struct = struct_of(value)
    masked = {"p": mask(properties(struct)["p"])}
    assert set(fingerprints(struct, masked, KEY)) == masked_pointers(masked)


def test_a_secret_that_is_not_known_yet() -> None:
    struct = struct_of(secret(UNKNOWN_VALUE))
    assert fingerprints(struct, properties(struct), KEY) == fingerprints(struct, {"p": SECRET}, KEY)


def test_the_paths_of_secrets_in_the_configuration() -> None:
    """Pulumi's own spelling, as in `pulumi config set --path`."""
    values = {
        "a:b": '{"x": {"y.z": "1", "": 2, "empty": []}, "list": [{"k": "v"}]}',
        "a:c": "[1",
        "a:d": "12",
        "a:e": "x",
    }
    assert config_fingerprints(values, ["a:d", "a:c", "a:b", "a:absent"], KEY) == {
        'a:b.x["y.z"]': digest("1", KEY),
        'a:b.x[""]': digest(2, KEY),
        "a:b.x.empty": digest([], KEY),
        "a:b.list[0].k": digest("v", KEY),
        "a:c": digest("[1", KEY),
        "a:d": digest("12", KEY),
    }


def test_the_order_of_keys_is_no_difference() -> None:
    assert digest({"a": 1, "b": 2}, KEY) == digest({"b": 2, "a": 1}, KEY) != digest({"a": 2, "b": 1}, KEY)


@pytest.mark.parametrize(("known", "value"), [({"value": "x"}, "x"), ({}, UNKNOWN)])
def test_the_mark_of_an_output_is_none_of_its_value(known: dict[str, str], value: str) -> None:
    struct = struct_of({SIGNATURE: OUTPUT_SIGNATURE, "secret": True, **known})
    assert fingerprints(struct, properties(struct), KEY) == {"/p": digest(value, KEY)}


def test_what_is_hidden_in_an_open_output_has_its_place() -> None:
    struct = struct_of({SIGNATURE: OUTPUT_SIGNATURE, "value": {"open": 1, "hidden": secret("x")}})
    assert fingerprints(struct, properties(struct), KEY) == {"/p/hidden": digest("x", KEY)}


def test_an_asset_is_taken_as_it_is() -> None:
    asset: Json = {SIGNATURE: ASSET_SIGNATURE, "text": "x"}
    assert fingerprints(struct_of(asset), properties(struct_of(asset)), KEY) == {}
    found = fingerprints(struct_of(secret(asset)), properties(struct_of(secret(asset))), KEY)
    assert found == {"/p": digest({"asset": {"text": "x"}}, KEY)}


def test_pointers_are_as_the_rfc_has_them() -> None:
    assert pointer(("a/b", "m~n", 0, "")) == "/a~1b/m~0n/0/"
    assert dig({"a/b": 1}, "a/b") == 1
