"""What a parameter's JSON Schema says of a value, in the few words of JSON Schema that parameters need."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "string": lambda value: isinstance(value, str),
}
_WORDS = {"array": "a list", "boolean": "true or false", "integer": "a whole number", "number": "a number"}
_WORDS |= {"object": "a map", "string": "text"}
_LIMITS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("minimum", "at least {}", lambda value, limit: value >= limit),
    ("exclusiveMinimum", "more than {}", lambda value, limit: value > limit),
    ("maximum", "at most {}", lambda value, limit: value <= limit),
    ("minLength", "at least {} long", lambda value, limit: len(value) >= limit),
    ("minItems", "at least {} of them", lambda value, limit: len(value) >= limit),
    ("pattern", "matching {}", lambda value, limit: re.search(limit, value) is not None),
)

KEYWORDS = frozenset({"type", "enum", "items", "additionalProperties", "uniqueItems", "description", "default"}) | {
    keyword for keyword, _, _ in _LIMITS
}
"""All that a parameter's schema may have. `additionalProperties` is the schema of a map's values."""

Path = tuple[str | int, ...]


def misfits(value: Any, schema: Schema, path: Path = ()) -> Iterator[tuple[Path, Any, str]]:
    """Yield what in a value is not as the schema has it: its path, what was found there, what is allowed in words."""
    kind = schema.get("type")
    if (kind is not None and not _TYPES[kind](value)) or ("enum" in schema and not _among(value, schema["enum"])):
        yield path, value, allowed(schema)
        return
    if any(keyword in schema and not holds(value, schema[keyword]) for keyword, _, holds in _LIMITS):
        yield path, value, allowed(schema)
    if isinstance(value, list):
        if schema.get("uniqueItems") and len({_text(each) for each in value}) < len(value):
            yield path, value, allowed(schema)
        for index, each in enumerate(value):
            yield from misfits(each, schema.get("items", {}), (*path, index))
    if isinstance(value, dict):
        for key, each in value.items():
            yield from misfits(each, schema.get("additionalProperties", {}), (*path, key))


def _text(value: Any) -> str:
    """Return a value as JSON, in which 1 is not true as it is in Python."""
    return json.dumps(value, sort_keys=True)


def _among(value: Any, words: Iterable[Any]) -> bool:
    return _text(value) in {_text(each) for each in words}


def allowed(schema: Schema) -> str:
    """Return what a schema takes, in words: `a whole number, at least 1`."""
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    kind = schema.get("type")
    words = [_WORDS[kind] if kind else "any value"]
    if kind == "array" and schema.get("items"):
        words = [f"a list of {allowed(schema['items'])}"]
    if kind == "object" and schema.get("additionalProperties"):
        words = [f"a map to {allowed(schema['additionalProperties'])}"]
    words += [phrase.format(schema[keyword]) for keyword, phrase, _ in _LIMITS if keyword in schema]
    return ", ".join([*words, *(["each once"] if schema.get("uniqueItems") else [])])
