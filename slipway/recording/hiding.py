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
    """The secret values of one configuration, in the order of their paths."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values = tuple(dict.fromkeys(filter(tellable, values)))

    @classmethod
    def of_config(cls, config: Mapping[str, str], secret_keys: Iterable[str]) -> "Hidden":
        """Return those below the secret keys of a configuration, which has full keys and JSON for objects."""
        found = (value for _, value in secret_values(config, secret_keys))
        return cls(str(value) for value in found if isinstance(value, (str, int, float)))

    def text(self, said: str) -> str:
        """Return a message in which SECRET stands for each of them."""
        return self._in_text.sub(SECRET, said) if self._values else said

    def recording(self, recording: Recording, key: bytes | None = None) -> Recording:
        """Return a recording without them, the same one where there are none in it.

        A property with one in it is a secret as a whole, as if it were marked; with a `key` it gets its fingerprint.
        What identifies a resource keeps the rest of its text. Only values that are no common words are looked for:
        taking `web` for a secret would hide the names of things.
        """
        if not self._named:
            return recording
        texts = "\0".join(set(_texts(recording)))
        present = {each: name for each, name in self._named.items() if each in texts}
        return _Cover(present).recording(recording, key) if present else recording

    @cached_property
    def _in_text(self) -> re.Pattern[str]:
        return _pattern(each for value in self._values for each in needles(value))

    @cached_property
    def _named(self) -> dict[str, str]:
        """What gives a value away, with what stands for it in a name: two values must not make one URN of two."""
        values = [value for value in self._values if distinctive(value)]
        return {
            each: SECRET if number == 1 else f"{SECRET[:-1]} {number}]"
            for number, value in enumerate(values, start=1)
            for each in sorted(needles(value))
        }


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


class _Cover:
    """Covers what is known to be in a recording: `names` has what stands for it in a name, by its text."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._pattern = _pattern(names)

    def recording(self, recording: Recording, key: bytes | None) -> Recording:
        resources = (self._resource(each, key) for each in recording.resources)
        return replace(
            recording,
            resources=tuple(sorted(resources, key=lambda each: each.urn)),
            outputs=self._masked(recording.outputs),
            invocations=self._cut(recording.invocations),
            messages=self._cut(recording.messages),
        )

    def _resource(self, resource: Resource, key: bytes | None) -> Resource:
        properties = {"inputs", "outputs", "fingerprints"}
        names = [each.name for each in fields(resource) if each.name not in properties]
        digests = dict(self._digests(resource.inputs, (), key)) if key is not None else {}
        return replace(
            resource,
            **{name: self._cut(getattr(resource, name)) for name in names},
            inputs=self._masked(resource.inputs),
            outputs=self._masked(resource.outputs),
            fingerprints={**resource.fingerprints, **digests},
        )

    def _digests(self, value: Json, path: tuple[str | int, ...], key: bytes) -> Iterator[tuple[str, str]]:
        """Yield the JSON pointer that each covered property has afterwards, with its fingerprint."""
        if isinstance(value, dict):
            for name, each in value.items():
                yield from self._digests(each, (*path, self._cut(name)), key)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                yield from self._digests(each, (*path, index), key)
        elif self._gives_away(value):
            yield pointer(path), digest(value, key)

    def _masked(self, value: Any) -> Any:
        """Return properties with SECRET for each leaf that has a secret in it."""
        if isinstance(value, dict):
            return {self._cut(name): self._masked(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._masked(each) for each in value]
        return SECRET if self._gives_away(value) else value

    def _gives_away(self, leaf: Json) -> bool:
        return not isinstance(leaf, bool) and leaf is not None and self._pattern.search(str(leaf)) is not None

    def _cut(self, value: Any) -> Any:
        """Return a value with the secrets taken out of its texts, and the rest of them kept."""
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self._names[found[0]], value)
        if isinstance(value, dict):
            return {self._cut(name): self._cut(each) for name, each in value.items()}
        if isinstance(value, tuple):
            return tuple(self._cut(each) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{each.name: self._cut(getattr(value, each.name)) for each in fields(value)})
        return value
