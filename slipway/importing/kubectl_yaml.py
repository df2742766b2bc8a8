"""YAML as kubectl and Helm read it: its plain words by the rules of sigs.k8s.io/yaml, which are those of YAML 1.1.

`0400` is 256, `yes` and `on` are true, and a date is text. Numbers of base 60 are text, too, unlike in YAML 1.1 itself.
The rules: https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
"""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.tag import Tag

_TAG = "tag:yaml.org,2002:"


def _spelt(*words: str) -> list[str]:
    """Return each word as it is, with its first letter in capitals, and all in capitals."""
    return [spelt for word in words for spelt in (word, word.capitalize(), word.upper())]


_WORDS: dict[str, Any] = {
    **dict.fromkeys(_spelt("y", "yes", "true", "on"), True),
    **dict.fromkeys(_spelt("n", "no", "false", "off"), False),
    **dict.fromkeys(["", "~", *_spelt("null")]),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
    **dict.fromkeys([f"{sign}{word}" for sign in ("", "+") for word in (".inf", ".Inf", ".INF")], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
}
_BASES = {"0x": 16, "0b": 2, "0o": 8}
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?P<base>0[xX](?=[0-9a-fA-F])|0[bB](?=[01])|0[oO]?(?=[0-7]))?(?P<digits>[0-9a-fA-F]+)"
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def scalar(text: str) -> Any:
    """Return what a plain (unquoted) word says; a number without a fraction is whole, as JSON has it."""
    if text in _WORDS:
        return _WORDS[text]
    plain = text.replace("_", "") if text[:1] != "." else text
    if text[:1] in {*"+-.0123456789"}:
        whole = _INTEGER.fullmatch(plain)
        if whole:
            base = _BASES.get((whole["base"] or "").lower(), 8 if whole["base"] else 10)
            try:
                return int(whole["sign"] + whole["digits"], base)
            except ValueError:
                pass  # 08 is no octal number, 12ab none at all
        if _FLOAT.fullmatch(plain):
            number = float(plain)
            return int(number) if number.is_integer() else number
    return text


def _tag(text: str) -> str:
    found = scalar(text)
    if text == "<<":
        return f"{_TAG}merge"
    kinds = {bool: "bool", int: "int", float: "float", type(None): "null"}
    return _TAG + kinds.get(type(found), "str")


class _Resolver(VersionedResolver):
    """What sort of value a plain word is."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> Any:
        """Return the tag of a node."""
        if kind is ScalarNode and implicit[0]:
            return Tag(suffix=_tag(value))
        return super().resolve(kind, value, implicit)


class _Constructor(SafeConstructor):
    """The value of a plain word."""

    def plain(self, node: Any) -> Any:
        """Return the value of a scalar."""
        return scalar(self.construct_scalar(node))


for _kind in ("bool", "int", "float", "null"):
    _Constructor.add_constructor(_TAG + _kind, _Constructor.plain)


def load_all(text: str) -> list[Any]:
    """Return the documents of a text. Raises ruamel's YAMLError, or ValueError, for what is no YAML."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Resolver, yaml.Constructor = _Resolver, _Constructor
    return list(yaml.load_all(text))
