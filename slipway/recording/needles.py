"""What a secret value looks like where it is not marked as one: as it is, encoded, or as a digest of it."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""Characters from which on a value is told apart from the words that a stack is full of."""
WORD = 16
"""The same for lower-case letters and dashes alone: `postgres` is a password, and the name of half the objects."""
SHORTEST_IN_TEXT = 3
"""What the engine's own filter of messages takes for its least (pulumi, sdk/go/common/util/logging, CreateFilter)."""

_NO_SECRETS = frozenset({"true", "false"})
_LINE = 16
"""Characters of one line of a longer value, such as a key in PEM, by which it is known."""
_DIGESTS = ("md5", "sha1", "sha256", "sha512")


def distinctive(value: str) -> bool:
    """Whether whoever writes this value means the secret, and not something else that is called the same."""
    least = WORD if re.fullmatch(r"[a-z-]*", value) else SHORTEST
    return len(value) >= least


def tellable(value: str) -> bool:
    """Whether a value is long enough to be looked for in a message, where taking too much away does no harm."""
    return len(value) >= SHORTEST_IN_TEXT and value.lower() not in _NO_SECRETS


def needles(value: str) -> frozenset[str]:
    """Return the texts of which each gives a value away: itself, its longer lines, escaped, encoded, its digests.

    In base64 it is found within longer texts, too (`user:password`), wherever it begins. With a line break at its end
    it is what a shell's `echo` would have encoded.
    """
    written = value.encode("utf-8", "surrogatepass")
    found = {value, *_lines(value), *_escaped(value), *_base64(written), written.hex()}
    for each in (written, written + b"\n"):
        found.update(hashlib.new(name, each, usedforsecurity=False).hexdigest() for name in _DIGESTS)
        found.add(base64.b64encode(hashlib.sha256(each).digest()).decode().rstrip("="))
    return frozenset(each for each in found if each == value or len(each) >= SHORTEST)


def _lines(value: str) -> Iterator[str]:
    """Yield the lines of a text of several; those that frame a PEM are in all of them."""
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _LINE and not line.startswith("-----"))


def _escaped(value: str) -> Iterator[str]:
    """Yield what becomes of a value in JSON, in JSON within JSON, in Python's messages, and in a URL."""
    for ascii_only in (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield from (once, json.dumps(once, ensure_ascii=ascii_only)[1:-1])
    # What Python chooses for a quote depends on the rest of the text.
    for shown in (repr(value)[1:-1], ascii(value)[1:-1]):
        unquoted = re.sub(r"\\(['\"])", r"\1", shown)
        yield from (shown, unquoted, unquoted.replace("'", "\\'"), unquoted.replace('"', '\\"'))
    safe = value.encode("utf-8", "surrogatepass")
    yield from (quote(safe), quote(safe, safe=""), quote_plus(safe))


def _base64(written: bytes) -> Iterator[str]:
    """Yield the characters that depend on the value alone, for each of the three places in a group of three bytes."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + written).decode().rstrip("=")
        partial = 1 if (before + len(written)) % 3 else 0
        inner = encoded[(0, 2, 3)[before] : len(encoded) - partial]
        yield from (inner, inner.replace("+", "-").replace("/", "_"))
