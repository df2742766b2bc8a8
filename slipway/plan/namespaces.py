"""What goes with a namespace: a StatefulSet that goes alone leaves its claims, and with its namespace it does not."""

from collections.abc import Sequence
from dataclasses import replace

from slipway.plan.model import Step
from slipway.plan.state_kubernetes import loss_with_namespace
from slipway.recording.objects import is_object, namespace, object_name
from slipway.recording.recording import Recording

Place = tuple[str | None, str | None]
"""A namespace: the provider's URN, which stands for the cluster, and its name."""


def with_namespaces(steps: Sequence[Step], old: Recording) -> list[Step]:
    """Return the steps, with the loss of each as it is where its namespace goes in the same plan."""
    gone: set[Place] = {
        (each.old.provider, object_name(each.old))
        for each in steps
        if each.old is not None and _goes(each) and each.old.kind == "Namespace" and is_object(each.old)
    }
    return [_with_namespace(step, gone, old) for step in steps]


def _with_namespace(step: Step, gone: set[Place], old: Recording) -> Step:
    was = step.old
    if was is None or step.loss is None or (was.provider, namespace(was)) not in gone:
        return step
    return replace(step, loss=loss_with_namespace(was, old) or step.loss)


def _goes(step: Step) -> bool:
    return step.operation in ("replace", "delete") and step.loss is not None
