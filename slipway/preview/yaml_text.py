"""Plain data as YAML text that every reader understands alike, YAML 1.1 ones (kubectl, Helm) included."""

import io
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.representer import SafeRepresenter

from slipway.recording.wire import Json

# Plain text is what starts like a word and is no word that YAML 1.1 reads as a boolean or as nothing.
_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./@-]*")
_TAKEN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


class _Representer(SafeRepresenter):
    """Quotes whatever some version of YAML might take for something else than text."""

    def text(self, value: str) -> Any:
        """Represent one string: plain, as a block of lines, or in double quotes."""
        style = '"'
        if "\n" in value:
            style = "|"
        elif _PLAIN.fullmatch(value) and value.lower() not in _TAKEN:
            style = ""
        return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Representer.add_representer(str, _Representer.text)


def yaml_text(content: Mapping[str, Json]) -> str:
    """Return the YAML of an object: keys in alphabetical order, no line cut, the same bytes for the same data."""
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    writer.width = 1_000_000
    writer.allow_unicode = True
    buffer = io.StringIO()
    writer.dump(_sorted(dict(content)), buffer)
    return buffer.getvalue()


def _sorted(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(each) for each in value] if isinstance(value, list) else value
