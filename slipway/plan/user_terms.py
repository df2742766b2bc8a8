"""Renames in the terms of who made them: a key of a YAML file, not a resource's option."""

from dataclasses import dataclass

from slipway.plan.drafts import scalars
from slipway.recording.objects import POOL_LABEL, object_name
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

APP = "slipway:apps:AppStack"
NAMESPACES = "slipway:tenancy:Namespaces"
NODE_POOLS = "slipway:foundation:NodePools"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line is to be written, and the line."""

    where: str
    line: str


def place(old: Resource, new: Resource, recording: Recording) -> Place:
    """Return where the author of a rename says that it is one, and how. `recording` is the new one."""
    if new.type == APP:
        return Place(f"the app's file, {new.name}.yaml", f"formerly: [{old.name}]")
    was, now = _pool(old), _pool(new)
    if was and now and was != now and _within(new, NODE_POOLS, recording):
        return Place(f"nodePools.{now} of Pulumi.{recording.stack}.yaml", f"formerly: [{was}]")
    alias = f'pulumi.Alias(name="{old.name}")' if old.parent == new.parent else f'"{old.urn}"'
    return Place(f"the options of {new.kind} {new.name}", f"opts=pulumi.ResourceOptions(aliases=[{alias}])")


def unrenameable(old: Resource, new: Resource) -> str | None:
    """Return what to tell of a rename that no option can make one, None for any other."""
    if new.kind == "Namespace" and new.package == "kubernetes":
        return (
            f"the namespace {object_name(old)} is not renamed to {object_name(new)}: Kubernetes cannot, so it goes with"
            " everything in it, and the other one begins empty"
        )
    return None


def of_a_namespace(new: Resource, recording: Recording) -> bool:
    """Whether a resource belongs to a namespace of the stack: it goes with it, and no rename is to be told of it."""
    return _within(new, NAMESPACES, recording)


def _within(resource: Resource, token: str, recording: Recording) -> bool:
    parent = recording.parent(resource)
    return parent is not None and (parent.type == token or _within(parent, token, recording))


def _pool(resource: Resource) -> str | None:
    """Return the node pool that a resource says it is of."""
    return next(
        (value for path, value in scalars(resource.inputs) if path[-1] == POOL_LABEL and isinstance(value, str)), None
    )
