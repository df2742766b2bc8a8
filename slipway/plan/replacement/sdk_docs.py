"""Reads the documentation in the installed AWS SDK: which properties it says are replaced, in its own words.

`python -m slipway.plan.replacement.sdk_docs` writes the data anew. The SDK's source is read, never imported: nothing
but the text of its docstrings and the types that its properties are annotated with is used.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ruamel.yaml import YAML

from slipway.plan.replacement.knowledge import AWS, SDK

_GETTER = re.compile(
    r'@pulumi\.getter(?:\(name="(?P<key>\w+)"\))?\n(?: +@[^\n]*\n)*'
    r' +def (?P<name>\w+)\(self\) -> (?P<type>[^\n]*):\n(?: +"""(?P<text>.*?)""")?',
    re.DOTALL,
)
_SENTENCE = re.compile(r"(?<=[.!])\s+(?=[A-Z`*\[])")
_FORCES = re.compile(
    r"\bforces? (?:a |an |the )?(?:new|replacement|resource|re-?creation)|\b(?:cannot|can't) be changed after creation",
    re.IGNORECASE,
)
_INPUTS = re.compile(r"^@pulumi\.input_type\nclass (\w+):", re.MULTILINE)
_NESTED = re.compile(r"'(\w+Args)'")
_OPTIONAL = "pulumi.Output[Optional"
_NOTE = "# Made by `python -m slipway.plan.replacement.sdk_docs` from the SDK's documentation. Do not edit.\n"


@dataclass(frozen=True, slots=True)
class Property:
    """One property as the SDK documents it. `type` is its annotation."""

    key: str
    type: str
    text: str


def types() -> tuple[str, ...]:
    """Return the types to read: those that the file kept by hand has an entry of."""
    content = YAML(typ="safe", pure=True).load(AWS.read_text(encoding="utf-8"))
    return tuple(sorted(token for token in content["types"] if not token.endswith("*")))


def read() -> dict[str, object]:
    """Return the content of the generated file."""
    return {"source": f"pulumi-aws {version('pulumi-aws')}", "types": {token: documented(token) for token in types()}}


def documented(token: str) -> dict[str, object]:
    """Return the sentences about replacement of one type by path, and the properties that AWS fills in."""
    folder, source = _module(token)
    arguments = _arguments(source)
    outputs = {each.key: each.type for each in _properties(source) if each.type.startswith("pulumi.Output[")}
    found: dict[str, object] = {}
    sentences = dict(sorted(_sentences(arguments, folder, (), frozenset())))
    computed = [
        each.key
        for each in arguments
        if "Optional[" in each.type and not outputs.get(each.key, _OPTIONAL).startswith(_OPTIONAL)
    ]
    if sentences:
        found["sentences"] = sentences
    if computed:
        found["computed"] = sorted(computed)
    return found


def inputs(token: str) -> tuple[str, ...]:
    """Return the names of the properties that one type takes."""
    return tuple(each.key for each in _arguments(_module(token)[1]))


def _module(token: str) -> tuple[str, str]:
    """Return the folder of a type's module, and its source."""
    folder, _, name = token.split(":")[1].partition("/")
    return folder, _source(f"{folder}/{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}.py")


def _arguments(source: str) -> list[Property]:
    return list(_properties(_block(source, _INPUTS.findall(source)[0])))


def _sentences(
    properties: list[Property], folder: str, above: tuple[str, ...], seen: frozenset[str]
) -> Iterator[tuple[str, str]]:
    for each in properties:
        path = (*above, each.key)
        said = [text for text in _SENTENCE.split(each.text) if _FORCES.search(text)]
        if said:
            yield ".".join(path), said[0]
        for nested in _NESTED.findall(each.type):
            if nested not in seen:
                many = ("*",) if "Sequence[" in each.type else ()
                below = list(_properties(_block(_source(f"{folder}/_inputs.py"), nested)))
                yield from _sentences(below, folder, (*path, *many), seen | {nested})


def _properties(source: str) -> Iterator[Property]:
    for found in _GETTER.finditer(source):
        yield Property(found["key"] or found["name"], found["type"], " ".join((found["text"] or "").split()).strip())


def _block(source: str, name: str) -> str:
    """Return the source of one class."""
    start = source.index(f"\nclass {name}:\n")
    end = source.find("\nclass ", start + 1)
    return source[start : end if end > 0 else len(source)]


@cache
def _source(path: str) -> str:
    spec = find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pulumi-aws is not installed")
    return Path(spec.origin).parent.joinpath(path).read_text(encoding="utf-8")


def write() -> None:
    """Write the generated file."""
    yaml = YAML()
    yaml.width = 10_000
    with SDK.open("w", encoding="utf-8") as file:
        file.write(_NOTE)
        yaml.dump(read(), file)


if __name__ == "__main__":
    write()
