"""What an API server says to a request."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server answered: the HTTP status, the object or the Status, and the warnings that came with it."""

    status: int
    body: Manifest
    warnings: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the server did what was asked."""
        return self.status < 300

    @property
    def reason(self) -> str:
        """The one-word reason of a refusal, such as `Forbidden` or `Invalid`; empty where accepted."""
        return "" if self.accepted else str(self.body.get("reason", ""))

    @property
    def message(self) -> str:
        """The server's sentence about a refusal; empty where accepted."""
        return "" if self.accepted else str(self.body.get("message", ""))

    @classmethod
    def read(cls, status: int, body: bytes, warnings: Sequence[str], *, lines: bool = False) -> Self:
        """Read an answer: one JSON object, or, where `lines`, one on each line (as `items`), or plain words."""
        try:
            content = {"items": [json.loads(line) for line in body.splitlines()]} if lines else json.loads(body)
        except ValueError:
            content = {"message": body.decode(errors="replace")}
        # A warning is `299 - "its text"`.
        return cls(status, content, tuple(warning.split(" ", 2)[-1].strip('"') for warning in warnings))

    def __str__(self) -> str:
        """Return status, reason and message on one line."""
        return " ".join(part for part in (str(self.status), f"{self.reason}:", self.message) if part != ":")


class RefusedError(Exception):
    """The server said no; `verdict` holds its answer."""

    def __init__(self, what: str, verdict: Verdict) -> None:
        super().__init__(f"{what}: {verdict}")
        self.verdict = verdict


def describe(manifest: Manifest) -> str:
    """Return `Kind namespace/name`, for messages."""
    metadata = manifest.get("metadata", {})
    name = metadata.get("name") or metadata.get("generateName", "?")
    return f"{manifest.get('kind')} {f'{space}/' if (space := metadata.get('namespace')) else ''}{name}"
