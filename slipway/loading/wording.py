"""Settings in words: what a type accepts, what was found instead, and the nearest thing that would do."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from components.apps.traps.plain_secrets import holds_a_secret, names_a_secret
from components.problem import nearest
from slipway.loading import shape

_SCALARS = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
_BOUNDS = (
    ("minimum", "at least {}"),
    ("exclusiveMinimum", "more than {}"),
    ("maximum", "at most {}"),
    ("exclusiveMaximum", "less than {}"),
    ("multipleOf", "a multiple of {}"),
    ("minLength", "at least {} long"),
    ("maxLength", "at most {} long"),
    ("minItems", "at least {} of them"),
    ("maxItems", "at most {} of them"),
    ("minProperties", "at least {} keys"),
    ("maxProperties", "at most {} keys"),
    ("pattern", "matching {}"),
)
MASK = "a secret value"
LONGEST = 80
"""Characters of a found value that are shown."""


def describe(annotation: Any) -> str:
    """Return what is accepted, in words, such as "a whole number, at least 0"."""
    schema = TypeAdapter(annotation).json_schema()
    kinds = list(dict.fromkeys(_alternatives(schema, schema.get("$defs", {}))))
    if "a number" in kinds and "a whole number" in kinds:
        kinds.remove("a whole number")
    examples = _bounds({"examples": schema.get("examples")}) if "anyOf" in schema else ()
    return ", ".join([" or ".join(kinds), *examples]) if kinds else "another value"


def _alternatives(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    for member in schema.get("anyOf", schema.get("oneOf", ())):
        yield from _alternatives(member, definitions)
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        yield ", ".join(str(word) for word in schema.get("enum", [schema.get("const")]))
    elif "properties" in schema:
        yield "a map with the keys " + ", ".join(sorted(schema["properties"]))
    elif kind == "object":
        yield ", ".join(["a map", *_bounds(schema)])
    elif kind == "array":
        items = schema.get("items")
        inner = " or ".join(dict.fromkeys(_alternatives(items, definitions))) if isinstance(items, dict) else ""
        yield ", ".join([f"a list of {inner}" if inner else "a list", *_bounds(schema)])
    elif kind in _SCALARS:
        yield ", ".join([_SCALARS[kind], *_bounds(schema)])


def _bounds(schema: dict[str, Any]) -> Iterator[str]:
    for key, phrase in _BOUNDS:
        if key in schema:
            yield phrase.format(schema[key])
    if schema.get("examples"):
        yield "such as " + " or ".join(str(example) for example in schema["examples"])


def found(value: Any, *, secret: bool) -> str:
    """Return a value as a report shows it: short, on one line, the contents of maps and lists left out."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a map" if value else "an empty map"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if secret:
        return MASK
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, (str, int, float)) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def repaired(value: Any, annotation: Any) -> str | None:
    """Return the value that is accepted and differs from `value` least, tried by the type itself."""
    adapter = TypeAdapter(annotation)
    for candidate in (*_candidates(value), *_wrapped(value, shape.keys(annotation))):
        try:
            adapter.validate_python(candidate, by_alias=True, by_name=False)
        except ValidationError:
            continue
        quoted = not isinstance(candidate, str) or not isinstance(value, str)
        return json.dumps(candidate) if quoted else candidate
    return None


def _candidates(value: Any) -> Iterator[Any]:
    """Yield what a value may have been meant to be, but for its quotes, brackets, unit, sign, case or spaces."""
    if isinstance(value, str) and 0 < len(value) <= LONGEST:
        lower = value.strip().lower()
        for text in (value.replace(" ", ""), lower, re.sub(r"[^a-z0-9.-]+", "-", lower).strip("-.")):
            # An image or an ARN without its last letters is another one.
            for cut in range(1 if ":" in value else min(3, len(text))):
                yield text[: len(text) - cut]
        yield from (int(digits) for digits in re.findall(r"\d+", value)[:1] if len(digits) < 10)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (str(value), abs(value), round(abs(value)))
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict):
        yield value[0]
    if isinstance(value, list) and value and all(isinstance(each, dict) and len(each) > 1 for each in value):
        found = _by_name(value)
        if not any(names_a_secret(name) or holds_a_secret(str(inner)) for name, inner in found.items()):
            yield found


def _by_name(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a list of named things, as Kubernetes writes it, as a map: `[{name: http, port: 80}]`, `{http: 80}`.

    The name of a thing is under `name`, else it is its first value.
    """
    found: dict[str, Any] = {}
    for item in items:
        key = "name" if "name" in item else next(iter(item))
        rest = {other: inner for other, inner in item.items() if other != key}
        found[str(item[key])] = next(iter(rest.values())) if len(rest) == 1 else rest
    return found


def _wrapped(value: Any, keys: Iterable[str]) -> Iterator[Any]:
    """Yield a single value as the list or map that it may have been meant to be; nothing as an empty one."""
    if value is None:
        yield from ({}, [])
    elif isinstance(value, (str, int, float)):
        yield from ([value], *({key: value} for key in keys))


def bound(annotation: Any, value: Any) -> str | None:
    """Return the end of an allowed range that is nearest to a number outside it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    schema = TypeAdapter(annotation).json_schema()
    for member in [schema, *schema.get("anyOf", ())]:
        for key in ("minimum", "maximum"):
            end = member.get(key)
            if isinstance(end, (int, float)) and (value < end if key == "minimum" else value > end):
                return str(end)
    return None


def accepted(annotation: Any) -> str:
    """Return what is accepted; for one of a few words, the words."""
    return ", ".join(shape.words(annotation)) or describe(annotation)


def closest(value: Any, annotation: Any) -> str | None:
    """Return what is accepted and nearest to a value that is not: a word, the end of a range, or the value repaired."""
    if isinstance(value, (dict, list)) and not value:
        return None
    return nearest(value, shape.words(annotation)) or bound(annotation, value) or repaired(value, annotation)
