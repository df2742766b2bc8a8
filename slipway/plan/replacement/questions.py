"""The two questions that a plan asks of a changed property: does it replace the resource, and can it be made at all."""

from slipway.plan.model import Path
from slipway.plan.replacement import aws, kubernetes
from slipway.recording.wire import Json


def forced(type: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:  # noqa: A002 (the engine's word)
    """Return why a change at `path` replaces a resource of a type, with the source of that knowledge; else None.

    `path` is that of the change, in the provider's own spelling. It may be above a property that forces a replacement
    (a whole object that is added): then the property must differ between the inputs. At or below such a property the
    inputs may be equal, because another resource's new output stands there. None also for a type that is not known.
    """
    provider = type.partition(":")[0]
    if provider == "aws":
        return aws.forced(type, path, old_inputs, new_inputs)
    if provider == "kubernetes":
        return kubernetes.forced(type, path, old_inputs, new_inputs)
    return None


def refused(type: str, path: Path, old_inputs: Json, new_inputs: Json) -> str | None:  # noqa: A002
    """Return why the server will refuse to update `path` in place, so that the deployment fails; else None.

    Ask it of an update only: where the resource is replaced, the new one is made with whatever is asked for.
    """
    provider = type.partition(":")[0]
    if provider == "aws":
        return aws.refused(type, path, old_inputs, new_inputs)
    if provider == "kubernetes":
        return kubernetes.refused(type, path, old_inputs, new_inputs)
    return None
