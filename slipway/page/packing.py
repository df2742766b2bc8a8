"""Data within a page: JSON that no HTML parser can leave, and JSON packed by gzip where there may be much of it."""

import base64
import gzip
import json
import re
from typing import Any

_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_PACKED = re.compile(r'<script type="application/gzip" id="([a-z]+)">([A-Za-z0-9+/=]*)</script>')


def json_text(content: Any) -> str:
    """Return compact JSON that is safe within a `script` element, and the same for the same content."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).translate(_UNSAFE)


def packed(content: Any) -> str:
    """Return JSON, compressed, in base64. No time is written, so the same content gives the same bytes."""
    return base64.b64encode(gzip.compress(json_text(content).encode(), compresslevel=6, mtime=0)).decode()


def unpacked(page: str) -> dict[str, Any]:
    """Return what is packed in a page, by the id of its block: so a search for what must not be in it finds all."""
    return {name: json.loads(gzip.decompress(base64.b64decode(block))) for name, block in _PACKED.findall(page)}
