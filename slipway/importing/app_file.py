"""An app document as the text of its file."""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

SCHEMA_LINE = "# yaml-language-server: $schema=../../schemas/app.schema.json\n"


def app_text(document: dict[str, Any]) -> str:
    """Return the YAML of an app file, with the line by which an editor finds its schema."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(document, stream)
    return SCHEMA_LINE + stream.getvalue()
