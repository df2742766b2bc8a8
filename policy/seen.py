"""What a rule sees of a stack: what the engine tells a policy, so that no rule decides otherwise offline."""

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


def seen(recording: Recording) -> Recording:
    """Return a recording with no more in it than the engine's stack validation tells.

    Not told are `deletedWith`, `retainOnDelete`, `replaceOnChanges`, aliases and timeouts as written, ids, versions,
    whether a resource is only read, the outputs of components and of the stack, and what the program called or said.
    """
    return Recording(recording.project, recording.stack, tuple(_seen(each) for each in recording.resources))


def _seen(resource: Resource) -> Resource:
    """A remote component is custom to the engine, and only what is custom has a provider."""
    custom = resource.custom or resource.remote
    return Resource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        custom=custom,
        inputs=resource.inputs,
        dependencies=resource.dependencies,
        property_dependencies=resource.property_dependencies,
        provider=resource.provider if custom else None,
        protect=resource.protect,
        delete_before_replace=resource.delete_before_replace,
        ignore_changes=resource.ignore_changes,
        additional_secret_outputs=resource.additional_secret_outputs,
    )
