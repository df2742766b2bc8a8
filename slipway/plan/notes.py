"""What to know of a plan that is in no single step."""

from collections.abc import Iterator, Sequence

from slipway.plan.model import Step
from slipway.plan.providers import AWS
from slipway.recording.recording import Recording

CLUSTER = "aws:eks/cluster:Cluster"


def notes(steps: Sequence[Step], old: Recording, new: Recording) -> Iterator[str]:
    """Yield sentences."""
    for step in steps:
        if step.operation == "replace" and step.resource.type == CLUSTER:
            yield from _cluster(step, steps)
        if step.operation == "update" and step.resource.type == AWS:
            yield from _tags(step, new)
        if step.stopped_by_protection:
            yield (
                f"{step.resource.kind} {step.resource.name} is protected: the engine refuses to {step.operation} it,"
                " and the deployment fails. If it is meant, take the protection away, and deploy that first"
            )
    if changed := changed_secrets(old, new):
        yield f"secrets of the configuration differ: {', '.join(changed)}"


def changed_secrets(old: Recording, new: Recording) -> tuple[str, ...]:
    """Return the paths of what is secret in the configuration of one of two comparable recordings, and differs.

    It is news where no resource changes with it: `slipway:secrets.token`.
    """
    paths = sorted(old.secret_config.keys() | new.secret_config.keys())
    return tuple(path for path in paths if old.secret_config.get(path) != new.secret_config.get(path))


def _cluster(step: Step, steps: Sequence[Step]) -> Iterator[str]:
    """A new cluster is empty. The engine does not know: it deletes nothing in the old one, and makes nothing anew."""
    old = step.old or step.resource
    inside = [
        each
        for each in steps
        if each.old and each.old.deleted_with == old.urn and each.operation in ("unchanged", "update")
    ]
    if inside:
        yield (
            f"the cluster is replaced, and its {len(inside)} objects go with it. Pulumi believes that they are still"
            " there: run `pulumi up --refresh` after this update, which makes them anew. What they hold is lost"
        )


def _tags(step: Step, recording: Recording) -> Iterator[str]:
    """Default tags are the provider's, and reach what it makes without being in its inputs."""
    if step.old is None or step.new is None or step.old.inputs.get("defaultTags") == step.new.inputs.get("defaultTags"):
        return
    made = sum(1 for each in recording.resources if each.provider == step.new.urn and each.custom)
    yield f"the default tags change: AWS updates the tags of whatever has any among the provider's {made} resources"
