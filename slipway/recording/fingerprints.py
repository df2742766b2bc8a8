"""Digests of what a recording masks: they tell that a secret differs, and nothing else of it."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping

from slipway.recording.wire import SECRET, SIGNATURE, Json, Struct, Value, bare, revealed

KEY_BYTES = 32
"""The length of a key: `secrets.token_bytes(KEY_BYTES)`, a new one for each comparison."""


def pointer(path: Iterable[str | int]) -> str:
    """Return a path of keys and indexes as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def digest(value: Json, key: bytes) -> str:
    """Return the keyed digest of a value: HMAC-SHA256 of its JSON. Equal values have equal digests wherever they are.

    So a list's item is found again at another index, and a renamed resource's secret under another URN.
    """
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(key, written.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def fingerprints(struct: Struct, masked: Mapping[str, Json], key: bytes) -> dict[str, str]:
    """Return the digest of every value for which SECRET stands in `masked`, by its JSON pointer.

    `struct` has the properties as they were sent, `masked` the same ones as they are recorded.
    """
    return {
        place: digest(revealed(value), key)
        for name in sorted(masked)
        for place, value in _hidden(struct.fields[name], masked[name], pointer((name,)))
    }


def config_fingerprints(config: Mapping[str, str], secret_keys: Iterable[str], key: bytes) -> dict[str, str]:
    """Return the digest of every value below the secret keys of a configuration, by Pulumi's path of it.

    `slipway:secrets.session-key` is the path of one value of a key that holds an object, which is JSON in `config`.
    """
    return {path: digest(value, key) for path, value in secret_values(config, secret_keys)}


def secret_values(config: Mapping[str, str], secret_keys: Iterable[str]) -> Iterator[tuple[str, Json]]:
    """Yield every value below the secret keys of a configuration, with its path: in clear, never to be kept."""
    for name in sorted(secret_keys):
        if name in config:
            yield from _below(name, _parsed(config[name]))


def _parsed(text: str) -> Json:
    """Return the object or the list that a text is the JSON of, or the text."""
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, (dict, list)) else text


def _below(path: str, value: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and value:
        for name, each in value.items():
            yield from _below(f'{path}["{name}"]' if "." in name or not name else f"{path}.{name}", each)
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from _below(f"{path}[{index}]", each)
    else:
        yield path, value


def _hidden(value: Value, masked: Json, place: str) -> Iterator[tuple[str, Value]]:
    """Yield what is masked, from the outermost on: a mark within a marked value is a part of it."""
    if masked == SECRET:
        yield place, value
        return
    inner = bare(value)
    if isinstance(masked, dict) and SIGNATURE not in inner.struct_value.fields:
        for name in sorted(masked):
            yield from _hidden(inner.struct_value.fields[name], masked[name], place + pointer((name,)))
    elif isinstance(masked, list):
        for index, each in enumerate(masked):
            yield from _hidden(inner.list_value.values[index], each, place + pointer((index,)))
