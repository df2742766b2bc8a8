"""What a recording shows of each registered resource, and how to look it up."""

from dataclasses import dataclass, field
from typing import Any

UNKNOWN = "<unknown>"  # stands in recorded inputs for a value that is not known before the deployment


@dataclass(frozen=True, slots=True)
class Secret:
    """A recorded value that the program marked as secret."""

    value: Any


@dataclass(frozen=True, slots=True)
class Recorded:
    """One registered resource: `inputs` is plain data with the provider's (camelCase) keys, references are URNs."""

    type: str
    name: str
    parent: str
    urn: str
    custom: bool
    inputs: dict[str, Any]
    dependencies: tuple[str, ...]
    protect: bool
    deleted_with: str
    provider: str
    ignore_changes: tuple[str, ...]
    aliases: tuple[str, ...]
    delete_before_replace: bool
    read: str = ""
    """The id by which it is read, and not made."""


@dataclass(slots=True)
class Recording:
    """All resources that one run registered, and its calls of provider functions as (token, arguments)."""

    resources: list[Recorded] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def urns(self) -> list[str]:
        """The sorted URNs, so that two recordings compare as sets would, and duplicates still show."""
        return sorted(resource.urn for resource in self.resources)

    def all(self, type_: str) -> list[Recorded]:
        """Return the resources of a type, sorted by name: the order of registration is the scheduler's."""
        return sorted((found for found in self.resources if found.type == type_), key=lambda found: found.name)

    def one(self, type_: str, name: str | None = None) -> Recorded:
        """Return the only resource of a type (and name), or fail with what there is."""
        found = [resource for resource in self.all(type_) if name in (None, resource.name)]
        assert len(found) == 1, f"{len(found)} {type_} {name or ''} among {[each.name for each in self.all(type_)]}"
        return found[0]
