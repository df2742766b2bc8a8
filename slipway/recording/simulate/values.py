"""How a made-up value is made.

Every one is recognisable: it has the word `simulated` or AWS's documentation account 123456789012 in it. What can
have neither (a number, a date) is left unknown.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from slipway.recording.wire import SECRET, UNKNOWN, Json

ACCOUNT = "123456789012"
DEFAULT_REGION = "us-west-2"
MARK = "simulated"


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource whose outputs are asked for: its inputs are masked, so that no secret can end in an id."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Json]
    region: str

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that depend on the URN alone."""
        return hashlib.sha256(self.urn.encode()).hexdigest()[:8]

    @property
    def mark(self) -> str:
        """The word that makes a value recognisable, and unique to the resource."""
        return f"{MARK}{self.digest}"

    def text(self, key: str) -> str | None:
        """Return a string input, or None where there is none, or none that is known and open."""
        value = self.inputs.get(key)
        return value if isinstance(value, str) and value not in ("", SECRET, UNKNOWN) else None

    @property
    def physical_name(self) -> str:
        """The name in AWS: the one given, or the logical name and the mark, as Pulumi appends random digits."""
        given = self.text("name") or self.text("bucket") or self.text("clusterName")
        prefix = self.text("namePrefix")
        return given or (f"{prefix}{self.mark}" if prefix else f"{self.name}-{self.mark}")

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """Return an ARN in the documentation account."""
        return f"arn:aws:{service}:{self.region if region else ''}:{ACCOUNT}:{resource}"
