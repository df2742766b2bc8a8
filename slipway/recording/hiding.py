"""Hiding the secrets of the configuration where no mark of Pulumi's is on them.

A mark is lost where a program takes a value out of its Output, encodes it by itself, raises or logs it. What the
recorder sees is then an open text like any other; but the configuration says what its secrets are.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from typing import Any

from slipway.recording.fingerprints import digest, pointer, secret_values
from slipway.recording.needles import distinctive, needles, tellable
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, Json


class Hidden:
    """The secret values of one configuration."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = frozenset(filter(tellable, values))

    @classmethod
    def of_config(cls, config: Mapping[str, str], secret_keys: Iterable[str]) -> "Hidden":
        """Return those below the secret keys of a configuration, which has full keys and JSON for objects."""
        found = (value for _, value in secret_values(config, secret_keys))
        return cls(
            str(value) for value in found if isinstance(value, (str, int, float)) and not isinstance(value, bool)
        )

    def text(self, said: str) -> str:
        """Return a message in which SECRET stands for each of them."""
        return self._in_text.sub(SECRET, said) if self._values else said

    def recording(self, recording: Recording, key: bytes | None = None) -> Recording:
        """Return a recording without them, the same one where there are none in it.

        A property with one in it is a secret as a whole, as if it were marked; with a `key` it gets its fingerprint.
        What identifies a resource keeps the rest of its text. Only values that are no common words are looked for:
        taking `web` for a secret would hide the names of things.
        """
        if not self._distinctive:
            return recording
        texts = "\0".join(set(_texts(recording)))
        present = [each for each in self._distinctive if each in texts]
        return _without(recording, _pattern(present), key) if present else recording

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        return _pattern(each for value in self._values for each in needles(value))

    @cached_property
    def _distinctive(self) -> tuple[str, ...]:
        return tuple(sorted({each for value in self._values if distinctive(value) for each in needles(value)}))


def _pattern(texts: Iterable[str]) -> re.Pattern[str]:
    """Return what matches any of the texts, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(set(texts), key=lambda each: (-len(each), each)))))


def _texts(value: Any) -> Iterator[str]:
    """Yield every text and number in a recording, names of properties included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def _without(recording: Recording, found: re.Pattern[str], key: bytes | None) -> Recording:
    resources = (_resource(each, found, key) for each in recording.resources)
    return replace(
        recording,
        resources=tuple(sorted(resources, key=lambda each: each.urn)),
        outputs=_masked(recording.outputs, found),
        invocations=_cut(recording.invocations, found),
        messages=_cut(recording.messages, found),
    )


def _resource(resource: Resource, found: re.Pattern[str], key: bytes | None) -> Resource:
    kept = {"inputs", "outputs", "fingerprints"}
    named = {each.name: _cut(getattr(resource, each.name), found) for each in fields(resource) if each.name not in kept}
    digests: dict[str, str] = {} if key is None else {place: digest(was, key) for place, was in _hits(resource, found)}
    return replace(
        resource,
        **named,
        inputs=_masked(resource.inputs, found),
        outputs=_masked(resource.outputs, found),
        fingerprints={**resource.fingerprints, **digests},
    )


def _hits(resource: Resource, found: re.Pattern[str]) -> Iterator[tuple[str, Json]]:
    """Yield the inputs with a secret in them: the JSON pointer that each has afterwards, and its value."""

    def below(value: Json, path: tuple[str | int, ...]) -> Iterator[tuple[str, Json]]:
        if isinstance(value, dict):
            for name, each in value.items():
                yield from below(each, (*path, found.sub(SECRET, name)))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from below(each, (*path, index))
        elif _gives_away(value, found):
            yield pointer(path), value

    yield from below(resource.inputs, ())


def _gives_away(leaf: Json, found: re.Pattern[str]) -> bool:
    return not isinstance(leaf, bool) and leaf is not None and found.search(str(leaf)) is not None


def _masked(value: Any, found: re.Pattern[str]) -> Any:
    """Return properties with SECRET for each leaf that has a secret in it."""
    if isinstance(value, dict):
        return {found.sub(SECRET, name): _masked(each, found) for name, each in value.items()}
    if isinstance(value, list):
        return [_masked(each, found) for each in value]
    return SECRET if _gives_away(value, found) else value


def _cut(value: Any, found: re.Pattern[str]) -> Any:
    """Return a value with SECRET for the secrets in its texts, and the rest of them kept."""
    if isinstance(value, str):
        return found.sub(SECRET, value)
    if isinstance(value, dict):
        return {_cut(name, found): _cut(each, found) for name, each in value.items()}
    if isinstance(value, tuple):
        return tuple(_cut(each, found) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _cut(getattr(value, each.name), found) for each in fields(value)})
    return value
