"""Pulumi's wire format read as plain JSON types: secrets masked, unknown values named.

Properties travel as a protobuf Struct. What JSON cannot say (a secret, an asset, a reference to a resource) is an
object with a signature under one well-known key. The constants are documented in the Pulumi Developer Documentation
under "Property values", and are the same in every SDK.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]
from pulumi.runtime.rpc import UNKNOWN as UNKNOWN_VALUE

__all__ = ["Empty", "Json", "Struct", "Value"]

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a constant of the format)
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"

SECRET = "[secret]"  # noqa: S105 (what stands in the place of one)
UNKNOWN = "[unknown until deployment]"


def plain(value: Value) -> Json:
    """Return a protobuf Value in JSON types: whole numbers as int, secrets as SECRET, unknown values as UNKNOWN."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _object(value.struct_value)
    if kind == "list_value":
        return [plain(each) for each in value.list_value.values]
    if kind in (None, "null_value"):
        return None
    content: bool | float | str = getattr(value, kind)
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return UNKNOWN if content == UNKNOWN_VALUE else content


def properties(struct: Struct) -> dict[str, Json]:
    """Return the properties in a Struct, in the order of their names."""
    return {key: plain(struct.fields[key]) for key in sorted(struct.fields)}


def leaves(value: Json) -> Iterator[Json]:
    """Yield every scalar within a value, keys excepted."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def mask(value: Json) -> Json:
    """Return a value of the same shape in which SECRET stands for every scalar."""
    if isinstance(value, dict):
        return {key: mask(each) for key, each in value.items()}
    if isinstance(value, list):
        return [mask(each) for each in value]
    return SECRET


def is_marked(value: Value) -> bool:
    """Return whether a Value is marked as a secret."""
    fields = value.struct_value.fields if value.WhichOneof("kind") == "struct_value" else {}
    return SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET_SIGNATURE


def marked(value: Value) -> Value:
    """Return the Value that marks `value` as a secret; one that is marked already is returned as it is."""
    if is_marked(value):
        return value
    secret = Value()
    secret.struct_value.fields[SIGNATURE].string_value = SECRET_SIGNATURE
    secret.struct_value.fields["value"].CopyFrom(value)
    return secret


def unmarked(value: Value) -> Value:
    """Return what a mark of secrecy is on. Its reader must mask it."""
    return value.struct_value.fields["value"] if is_marked(value) else value


def bare(value: Value) -> Value:
    """Return what all marks are off of: of secrecy, and of an output as such. Its reader must mask it."""
    while True:
        fields = value.struct_value.fields if value.WhichOneof("kind") == "struct_value" else {}
        signature = fields[SIGNATURE].string_value if SIGNATURE in fields else ""
        if signature not in (SECRET_SIGNATURE, OUTPUT_SIGNATURE):
            return value
        value = fields["value"] if "value" in fields else Value(string_value=UNKNOWN_VALUE)


def revealed(value: Value) -> Json:
    """Return a protobuf Value in JSON types with the secrets in it in clear: for digests alone, never to be kept."""
    value = bare(value)
    kind = value.WhichOneof("kind")
    if kind == "list_value":
        return [revealed(each) for each in value.list_value.values]
    if kind == "struct_value" and SIGNATURE not in value.struct_value.fields:
        return {key: revealed(each) for key, each in sorted(value.struct_value.fields.items())}
    return plain(value)


def _output(content: Mapping[str, Value]) -> Json:
    if "secret" in content and content["secret"].bool_value:
        return SECRET
    return plain(content["value"]) if "value" in content else UNKNOWN


def _named(kind: str) -> Callable[[Mapping[str, Value]], Json]:
    return lambda content: {kind: {key: plain(content[key]) for key in sorted(content) if key != SIGNATURE}}


_SPECIAL: dict[str, Callable[[Mapping[str, Value]], Json]] = {
    SECRET_SIGNATURE: lambda _: SECRET,
    RESOURCE_SIGNATURE: lambda content: plain(content["urn"]),
    OUTPUT_SIGNATURE: _output,
    ASSET_SIGNATURE: _named("asset"),
    ARCHIVE_SIGNATURE: _named("archive"),
}


def _object(struct: Struct) -> Json:
    content: Any = struct.fields
    if SIGNATURE not in content:
        return properties(struct)
    signature = content[SIGNATURE].string_value
    if signature not in _SPECIAL:
        raise ValueError(f"the SDK sent a value with the signature {signature}, which this version cannot read")
    return _SPECIAL[signature](content)
