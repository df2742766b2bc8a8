"""Small recordings to plan between: a stack of a few resources, and what becomes of it."""

from collections.abc import Iterable
from typing import Any

from slipway.plan.model import Plan, Step
from slipway.plan.plan import make_plan
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

STACK, PROJECT = "test", "slipway"

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
TEMPLATE, GROUP = "aws:ec2/launchTemplate:LaunchTemplate", "aws:eks/nodeGroup:NodeGroup"
CLUSTER = "aws:eks/cluster:Cluster"
CONFIG_MAP, DEPLOYMENT = "kubernetes:core/v1:ConfigMap", "kubernetes:apps/v1:Deployment"
KUBERNETES_SECRET = "kubernetes:core/v1:Secret"
KUBERNETES = "pulumi:providers:kubernetes"


def urn_of(type_: str, name: str, *parents: str) -> str:
    """Return the URN of a resource below parents of these types."""
    return f"urn:pulumi:{STACK}::{PROJECT}::{'$'.join((*parents, type_))}::{name}"


def resource(type_: str, name: str, inputs: Any = None, *, parent: Resource | None = None, **rest: Any) -> Resource:
    """Return a resource; it is a component where its type is one of Slipway's."""
    types = parent.urn.split("::")[2].split("$") if parent else []
    rest.setdefault("custom", not type_.startswith("slipway:"))
    return Resource(
        urn=urn_of(type_, name, *types),
        type=type_,
        name=name,
        parent=parent.urn if parent else None,
        inputs=dict(inputs or {}),
        **rest,
    )


def recording(*resources: Resource, **rest: Any) -> Recording:
    """Return the recording of a stack."""
    return Recording(PROJECT, STACK, tuple(sorted(resources, key=lambda each: each.urn)), **rest)


def plan(old: Recording | None, new: Recording, *acknowledged: str, expected: Iterable[str] = ()) -> Plan:
    """Return the plan between two recordings."""
    return make_plan(old, new, base="main at 1a2b3c4", acknowledged=acknowledged, expected=expected)


def only(found: Plan, name: str) -> Step:
    """Return the one step of a resource of this name; more or none fails the test."""
    (step,) = [step for step in found.steps if step.resource.name == name]
    return step


def operations(found: Plan) -> dict[str, str]:
    """Return what happens to each resource, by name."""
    return {step.resource.name: step.operation for step in found.steps}
