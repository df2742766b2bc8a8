"""What Slipway renders, as an API server gets it: whole objects, in the order of the recorded dependencies."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache

from slipway.recording.objects import is_object, namespace, object_name
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import SECRET, UNKNOWN, Json
from tests.cluster.batches import Waves
from tests.cluster.verdict import Manifest
from tests.support.shipped import recorded

PLACEHOLDER = "placeholder0"
"""Stands for a secret or unknown value: a DNS label, and base64 of nine bytes, so that it fits wherever one stands."""


def waves(stack: str) -> list[list[Manifest]]:
    """Return the objects of a shipped stack in waves: whatever one depends on is in an earlier wave."""
    return deepcopy(_waves(stack))


def manifests(stack: str) -> list[Manifest]:
    """Return every object of a shipped stack, those first that others depend on."""
    return [manifest for wave in waves(stack) for manifest in wave]


def one(batches: Waves, kind: str, name: str, space: str | None = None) -> Manifest:
    """Return the one object of a kind and name (in the namespace `space`); raise `LookupError`."""
    found = [
        manifest
        for wave in batches
        for manifest in wave
        if (manifest["kind"], manifest["metadata"]["name"]) == (kind, name)
        and space in (None, manifest["metadata"].get("namespace"))
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} objects are {kind} {name}")
    return found[0]


@cache
def _waves(stack: str) -> list[list[Manifest]]:
    return waves_of(recorded(stack))


def waves_of(recording: Recording) -> list[list[Manifest]]:
    """Return the objects of a recording in waves.

    Releases, cloud resources and components are no objects and are left out, but what depends on one of them still
    waits for what that one depends on. A patch of an object that the cluster has by itself is left out, too.
    """
    depths = _Depths(recording)
    found: dict[int, list[Manifest]] = {}
    for resource in recording.made:
        if _is_whole(resource):
            found.setdefault(depths.of(resource.urn), []).append(manifest_of(resource))
    return [found[depth] for depth in sorted(found)]


def manifest_of(resource: Resource) -> Manifest:
    """Return the object that is sent to the server, with a placeholder for what a recording masks."""
    manifest = {key: _filled(value) for key, value in resource.inputs.items() if key != "status"}
    metadata = manifest.get("metadata")
    place = namespace(resource)
    manifest["metadata"] = {
        **(metadata if isinstance(metadata, dict) else {}),
        "name": object_name(resource),
        **({"namespace": place} if place else {}),
    }
    return manifest


def _is_whole(resource: Resource) -> bool:
    return is_object(resource) and not resource.kind.endswith("Patch")


def _filled(value: Json) -> Json:
    match value:
        case dict():
            return {key: _filled(each) for key, each in value.items()}
        case list():
            return [_filled(each) for each in value]
        case str():
            return value.replace(SECRET, PLACEHOLDER).replace(UNKNOWN, PLACEHOLDER)
        case _:
            return value


class _Depths:
    """How many objects must be there before each resource can be made."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._known: dict[str, int] = {}

    def of(self, urn: str) -> int:
        """Return the number of objects on the longest chain of dependencies that ends before the resource `urn`."""
        if urn not in self._known:
            self._known[urn] = 0  # a component that depends on its own child ends here
            resource = self._recording.by_urn.get(urn)
            self._known[urn] = max(map(self._after, _needed(resource)), default=0) if resource else 0
        return self._known[urn]

    def _after(self, urn: str) -> int:
        resource = self._recording.by_urn.get(urn)
        return self.of(urn) + int(resource is not None and _is_whole(resource))


def _needed(resource: Resource) -> Iterator[str]:
    """Yield what must be there before a resource: what it names, and what its provider is made of."""
    yield from resource.dependencies
    for urns in resource.property_dependencies.values():
        yield from urns
    if resource.provider:
        yield resource.provider
