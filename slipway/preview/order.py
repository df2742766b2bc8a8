"""The order in which resources are shown: that in which a deployment can make them.

The order of registration is the scheduler's, and differs between runs.
"""

import re
from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter

from slipway.recording.recording import Recording

Levels = Mapping[str, int]
_DIGITS = re.compile(r"(\d+)")


def levels(recording: Recording) -> Levels:
    """Return for every URN how many resources must be made before it, one after the other."""
    needed = needs(recording)
    found: dict[str, int] = {}
    for urn in TopologicalSorter(needed).static_order():
        found[urn] = 1 + max((found[each] for each in needed[urn]), default=-1)
    return found


def needs(recording: Recording) -> dict[str, list[str]]:
    """Return for every URN what its resource waits for, its provider included."""
    return {
        resource.urn: [urn for urn in (*resource.dependencies, resource.provider or "") if urn in recording.by_urn]
        for resource in recording.resources
    }


def in_order(groups: Mapping[str, Collection[str]], needs: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names of groups, each after those whose members its own members need.

    `groups` are the members by group, `needs` what a member needs. Groups that need one another, as some do, come
    when the fewest of the others are still missing; ties go by name.
    """
    owner = {member: name for name, members in groups.items() for member in members}
    missing = {
        name: {owner[need] for member in members for need in needs.get(member, ()) if need in owner} - {name}
        for name, members in groups.items()
    }
    ordered: list[str] = []
    while missing:
        following = min(missing, key=lambda name: (len(missing[name] & missing.keys()), natural(name)))
        ordered.append(following)
        del missing[following]
    return ordered


def natural(name: str) -> list[str | int]:
    """Return a sort key by which `pool-2` comes before `pool-10`."""
    return [int(part) if part.isdigit() else part for part in _DIGITS.split(name)]
