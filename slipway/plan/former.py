"""The old inputs read as if what an alias renames had always had its new name.

Simulated ids come from the URN. A real one stays what it is when its resource is only called something else.
"""

from collections.abc import Mapping
from functools import reduce

from slipway.plan.match import Matched
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.simulate.resources import simulated
from slipway.recording.simulate.values import DEFAULT_REGION, MARK
from slipway.recording.wire import Json

Renamings = Mapping[str, str]
"""What stands in the place of which string, the longest first."""


def renamings(matched: Matched, old: Recording, new: Recording) -> Renamings:
    """Return how the simulated values of renamed resources are called in the new recording, and their URNs."""
    found: dict[str, str] = {}
    for before, after in matched.pairs:
        if before.urn == after.urn or not before.custom:
            continue
        found[before.urn] = after.urn
        pairs = zip(_strings(outputs(before, old)), _strings(outputs(after, new)), strict=False)
        found.update({was: now for was, now in pairs if MARK in was})
    return {was: found[was] for was in sorted(found, key=lambda each: (-len(each), each))}


def outputs(resource: Resource, recording: Recording) -> Json:
    """Return the simulated id and outputs of a resource, beyond its inputs."""
    provider = recording.provider(resource)
    region = provider.inputs.get("region") if provider else None
    identity, extra = simulated(resource, region if isinstance(region, str) else DEFAULT_REGION)
    return {"id": identity, **extra}


def renamed(value: Json, renamings: Renamings) -> Json:
    """Return a value with every simulated one in it called as it is now."""
    if not renamings:
        return value
    if isinstance(value, dict):
        return {key: renamed(each, renamings) for key, each in value.items()}
    if isinstance(value, list):
        return [renamed(each, renamings) for each in value]
    if isinstance(value, str):
        return reduce(lambda text, was: text.replace(was, renamings[was]), renamings, value)
    return value


def _strings(value: Json) -> list[str]:
    """Return every string in a value, in the order of the keys."""
    if isinstance(value, dict):
        return [text for key in sorted(value) for text in _strings(value[key])]
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    return [value] if isinstance(value, str) else []
