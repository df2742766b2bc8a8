"""What a rule sees of a stack: what the engine tells a policy, so that no rule decides otherwise offline."""

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


def seen(recording: Recording) -> Recording:
    """Return a recording with no more in it than the engine's stack validation tells.

    Not told are `deletedWith`, `retainOnDelete`, `replaceOnChanges`, aliases and timeouts as written, ids, versions,
    the outputs of components and of the stack, and what the program called or said. Of a remote component, such as a
    chart that its provider renders, nothing is told but that it is there: its provider registers it, without inputs.
    What it renders are its children, which the engine tells of as soon as there is a cluster.
    """
    return Recording(recording.project, recording.stack, tuple(_seen(each) for each in recording.resources))


def _seen(resource: Resource) -> Resource:
    told = not resource.remote
    return Resource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        parent=resource.parent,
        custom=resource.custom and told,
        read=resource.read,
        inputs=resource.inputs if told else {},
        dependencies=resource.dependencies,
        property_dependencies=resource.property_dependencies if told else {},
        provider=resource.provider if resource.custom and told else None,
        protect=resource.protect,
        delete_before_replace=resource.delete_before_replace,
        ignore_changes=resource.ignore_changes,
        additional_secret_outputs=resource.additional_secret_outputs,
    )
