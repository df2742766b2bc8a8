"""Canaries: a secret value of its own for every place where one can get into a stack, and how to find each again.

The forms of a value are written down here once more, apart from the program's own list of them.
"""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

BASE, PRESENT = "base", "present"
"""The two sides of a plan: each place has another value on each."""

_AWKWARD = '/+"é&<\\ '
"""Characters that JSON, HTML, YAML, URLs and base64 each write in another way."""
_PIECE = 10
"""Characters of a value of which nobody guesses the rest, and that nothing else has by chance."""


def canary(place: str, side: str, *, plain: bool = False) -> str:
    """Return the value of a place: 24 hexadecimal digits, and awkward characters in its middle unless it is `plain`."""
    digits = hashlib.sha512(f"{place} {side}".encode()).hexdigest()[:24]
    return digits if plain else f"{digits[:14]}{_AWKWARD}{digits[14:]}"


def pem(place: str, side: str) -> str:
    """Return a value of several lines: a private key that is none."""
    lines = (hashlib.sha512(f"{place} {side} {number}".encode()).hexdigest()[:64] for number in range(3))
    return "\n".join(("-----BEGIN PRIVATE KEY-----", *lines, "-----END PRIVATE KEY-----", ""))


def found(text: str, values: Iterable[str]) -> list[str]:
    """Return what a text gives away of the values: each form of one that is in it, cut to what names it."""
    return sorted({form for value in values for form in forms(value) if form in text})


def forms(value: str) -> Iterator[str]:
    """Yield what must be nowhere: pieces of the value, and the value encoded and digested."""
    for line in value.splitlines():
        if not line.startswith("-----"):
            yield from (line[start : start + _PIECE] for start in range(0, max(len(line) - _PIECE, 0) + 1, 5))
    written = value.encode()
    yield from (json.dumps(value)[1:-1], html.escape(value), quote(value), quote(value, safe=""), quote_plus(value))
    for before in (b"", b"u", b"us"):
        encoded = base64.b64encode(before + written).decode()
        inner = encoded[4 if before else 0 : len(encoded) // 4 * 4 - 4]
        yield from (inner, inner.replace("+", "-").replace("/", "_"), inner[:20])
    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
        for each in (written, written + b"\n", json.dumps(value).encode()):
            yield digest(each, usedforsecurity=False).hexdigest()[:20]
