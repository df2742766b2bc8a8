"""Which resource of one recording is which of the other: by URN, then by alias, as the engine does.

The rules are the engine's (pulumi/pkg, resource/deploy/step_generator.go: getOldResource, generateAliases,
collapseAliasToUrn, inheritedChildAlias).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slipway.recording.recording import Recording
from slipway.recording.resource import STACK_TYPE, Alias, Resource


@dataclass(frozen=True, slots=True)
class Matched:
    """`pairs` are (old, new), by the URN of the new one. What has no counterpart is created, or deleted.

    `conflicts` are sentences about aliases that the engine refuses.
    """

    pairs: tuple[tuple[Resource, Resource], ...]
    created: tuple[Resource, ...]
    deleted: tuple[Resource, ...]
    conflicts: tuple[str, ...] = ()

    @property
    def renamed(self) -> Mapping[str, str]:
        """The new URN by the old one, of those that an alias matched."""
        return {old.urn: new.urn for old, new in self.pairs if old.urn != new.urn}


def match(old: Recording, new: Recording) -> Matched:
    """Return what belongs together. An old resource that still has its own URN is never taken by an alias."""
    before = old.by_urn
    found: dict[str, str] = {}  # the old URN by the new one
    taken: dict[str, str] = {}  # the new URN by the old one that an alias took
    conflicts: list[str] = []
    for resource in _parents_first(new):
        if resource.urn in before:
            found[resource.urn] = resource.urn
            continue
        for alias in aliases(resource, new, found):
            if alias not in before:
                continue
            if alias in new.by_urn or alias in taken:
                holder = alias if alias in new.by_urn else taken[alias]
                conflicts.append(
                    f"{resource.urn} has the alias {alias}, which is {holder}'s: the engine refuses the program;"
                    " remove one of them, or the alias"
                )
            else:
                found[resource.urn], taken[alias] = alias, resource.urn
            break
    kept = set(found.values())
    return Matched(
        pairs=tuple((before[found[each.urn]], each) for each in new.resources if each.urn in found),
        created=tuple(each for each in new.resources if each.urn not in found),
        deleted=tuple(each for each in old.resources if each.urn not in kept),
        conflicts=tuple(conflicts),
    )


def aliases(resource: Resource, recording: Recording, found: Mapping[str, str]) -> Iterator[str]:
    """Yield the URNs that the engine looks for after the resource's own.

    `found` has the old URNs of the parents: where a parent was found by an alias, its child is looked for there, too.
    """
    own = [_collapsed(alias, resource, recording, found) for alias in resource.aliases]
    yield from dict.fromkeys(own)
    parent = resource.parent or ""
    was = found.get(parent, parent)
    if was == parent or parent not in recording.by_urn:
        return
    yield _inherited(resource.type, resource.name, parent, was, recording)
    for urn in own:
        yield _inherited(_type(urn), urn_name(urn), parent, was, recording)


def urn_name(urn: str) -> str:
    """Return the logical name in a URN, which is all after the third `::`."""
    return urn.split("::", 3)[3]


def _parents_first(recording: Recording) -> Iterator[Resource]:
    waiting = list(reversed(recording.children(None)))
    while waiting:
        resource = waiting.pop()
        yield resource
        waiting += reversed(recording.children(resource))


def _collapsed(alias: Alias, resource: Resource, recording: Recording, found: Mapping[str, str]) -> str:
    if alias.urn:
        return alias.urn
    parent = found.get(alias.parent, alias.parent) if alias.parent else resource.parent
    return _urn(
        alias.stack or recording.stack,
        alias.project or recording.project,
        "" if alias.no_parent else parent or "",
        alias.type or resource.type,
        alias.name or resource.name,
    )


def _inherited(token: str, name: str, parent: str, was: str, recording: Recording) -> str:
    """Return where a child of an aliased parent was: a name that begins with the parent's began with its old one."""
    stem = urn_name(parent)
    former = urn_name(was) + name.removeprefix(stem) if name.startswith(stem) else name
    return _urn(recording.stack, recording.project, was, token, former)


def _urn(stack: str, project: str, parent: str, token: str, name: str) -> str:
    above = parent.split("::", 3)[2] if parent else ""
    prefix = "" if above in ("", STACK_TYPE) else f"{above}$"
    return f"urn:pulumi:{stack}::{project}::{prefix}{token}::{name}"


def _type(urn: str) -> str:
    return urn.split("::", 3)[2].rpartition("$")[2]
