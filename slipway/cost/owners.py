"""Whose money it is: the component and the app that a resource belongs to."""

from collections.abc import Iterator

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

APP = "AppStack"
OUTSIDE = "outside any component"


def component_of(recording: Recording, urn: str) -> str:
    """Return the kind and the name of the innermost component around a resource."""
    found = next(_components(recording, urn), None)
    return f"{found.kind} {found.name}" if found else OUTSIDE


def app_of(recording: Recording, urn: str) -> str | None:
    """Return the name of the app that a resource is of, None for what is no app's."""
    return next((each.name for each in _components(recording, urn) if each.kind == APP), None)


def _components(recording: Recording, urn: str) -> Iterator[Resource]:
    """Yield the components around a resource, the innermost first."""
    each = recording.by_urn.get(urn)
    while each is not None:
        each = recording.parent(each)
        if each is not None and each.is_component:
            yield each
