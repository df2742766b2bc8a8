"""The wire format: the constants here are compared with what the SDK sends."""

import asyncio
import contextvars
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc, set_mocks

from slipway.recording import wire
from slipway.recording.monitor import Recorder, Unasked


def sent(value: Any, *, output_values: bool = False) -> Any:
    """Return the protobuf Struct that the SDK makes of {"it": value}."""

    async def serialise() -> Any:
        recorder = Recorder(project="p", stack="s", region=None, known=True, on_resource=lambda _: None)
        set_mocks(Unasked(), project="p", stack="s", preview=True, monitor=recorder)
        made = value() if callable(value) else value
        return await rpc.serialize_properties({"it": made}, {}, keep_output_values=output_values)

    with asyncio.Runner() as runner:
        return runner.run(serialise(), context=contextvars.Context())


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (lambda: pulumi.Output.secret("hidden"), wire.SECRET),
        (lambda: {"deep": [pulumi.Output.secret({"a": 1})]}, {"deep": [wire.SECRET]}),
        (lambda: pulumi.Output.from_input(rpc.UNKNOWN), wire.UNKNOWN),
        (lambda: pulumi.StringAsset("text"), {"asset": {"text": "text"}}),
        (lambda: pulumi.FileAsset("file"), {"asset": {"path": "file"}}),
        (
            lambda: pulumi.AssetArchive({"a": pulumi.StringAsset("t")}),
            {"archive": {"assets": {"a": {"asset": {"text": "t"}}}}},
        ),
        (lambda: pulumi.ComponentResource("test:it:It", "one"), "urn:pulumi:s::p::test:it:It::one"),
        (1.0, 1),
        (2.5, 2.5),
        (True, True),
        ("text", "text"),
        ([], []),
        ({}, {}),
    ],
)
def test_what_the_sdk_sends_is_read(value: Any, plain: wire.Json) -> None:
    assert wire.properties(sent(value)) == {"it": plain}


def test_the_constants_are_those_of_the_sdk() -> None:
    secret = sent(lambda: pulumi.Output.secret("hidden")).fields["it"].struct_value.fields
    assert secret[wire.SIGNATURE].string_value == wire.SECRET_SIGNATURE
    asset = sent(lambda: pulumi.StringAsset("text")).fields["it"].struct_value.fields
    assert asset[wire.SIGNATURE].string_value == wire.ASSET_SIGNATURE
    archive = sent(lambda: pulumi.FileArchive("folder")).fields["it"].struct_value.fields
    assert archive[wire.SIGNATURE].string_value == wire.ARCHIVE_SIGNATURE
    resource = sent(lambda: pulumi.ComponentResource("test:it:It", "one")).fields["it"].struct_value.fields
    assert resource[wire.SIGNATURE].string_value == wire.RESOURCE_SIGNATURE


def output_value(**content: Any) -> Any:
    struct = wire.Struct()
    struct.update({"it": {wire.SIGNATURE: wire.OUTPUT_SIGNATURE, **content}})
    return wire.properties(struct)["it"]


def test_output_values() -> None:
    assert output_value(value="known", dependencies=[]) == "known"
    assert output_value() == wire.UNKNOWN
    assert output_value(value="hidden", secret=True) == wire.SECRET
    assert output_value(value="open", secret=False) == "open"
    assert rpc.deserialize_property({wire.SIGNATURE: wire.SECRET_SIGNATURE, "value": 1}) is not None


def test_an_unknown_signature_is_refused() -> None:
    struct = wire.Struct()
    struct.update({"it": {wire.SIGNATURE: "of the future"}})
    with pytest.raises(ValueError, match="signature of the future"):
        wire.properties(struct)


def test_marking_twice_is_marking_once() -> None:
    struct = wire.Struct()
    struct.update({"it": "hidden"})
    once = wire.marked(struct.fields["it"])
    assert wire.is_marked(once)
    assert not wire.is_marked(struct.fields["it"])
    assert wire.marked(once) == once
    assert wire.unmarked(once) == struct.fields["it"]
    assert wire.unmarked(struct.fields["it"]) == struct.fields["it"]


def test_keys_are_sorted_and_masks_keep_the_shape() -> None:
    struct = wire.Struct()
    struct.update({"b": {"d": 1, "c": 2}, "a": []})
    assert list(wire.properties(struct)) == ["a", "b"]
    assert list(wire.properties(struct)["b"]) == ["c", "d"]  # type: ignore[arg-type]
    assert wire.mask({"a": [1, {"b": None}]}) == {"a": [wire.SECRET, {"b": wire.SECRET}]}
    assert list(wire.leaves({"a": [1, {"b": None}], "c": "x"})) == [1, None, "x"]
