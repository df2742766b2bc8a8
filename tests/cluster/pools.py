"""The nodes that a shipped stack's node groups ask AWS for, as the scheduler would see them."""

from typing import Any

from components.foundation.allocatable import allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from components.quantity import cpu
from slipway.recording.objects import POOL_LABEL
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.cluster.nodes import SimulatedNode
from tests.cluster.verdict import Manifest
from tests.support.shipped import recorded

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
ZONE_LABEL = "topology.kubernetes.io/zone"

_EFFECTS = {"NO_SCHEDULE": "NoSchedule", "PREFER_NO_SCHEDULE": "PreferNoSchedule", "NO_EXECUTE": "NoExecute"}


class LaptopNode(SimulatedNode):
    """A node of a cluster that Slipway did not build: in no pool, and in no zone."""

    __slots__ = ()

    def manifest(self) -> Manifest:
        """Return the Node without the labels that EKS and a pool give."""
        found = super().manifest()
        labels = found["metadata"]["labels"]
        found["metadata"]["labels"] = {
            key: value for key, value in labels.items() if key != POOL_LABEL and not key.startswith("topology.")
        }
        return found


def planned_nodes(stack: str) -> list[SimulatedNode]:
    """Return the nodes of a shipped stack: as many as its node groups have, since nothing in it scales them.

    What they have for pods is what EKS leaves of the instance type; the platform's own pods, one of each DaemonSet on
    every node, are not counted. A stack in an existing cluster gets two nodes as on a laptop.
    """
    recording = recorded(stack)
    groups = recording.of_type(NODE_GROUP)
    if not groups:
        return [LaptopNode("laptop", "none", _capacity("t3.xlarge"), index) for index in range(2)]
    return [
        node(recording, group, index)
        for group in groups
        for index in range(int(_inputs(group)["scalingConfig"]["desiredSize"]))
    ]


def node(recording: Recording, group: Resource, index: int) -> SimulatedNode:
    """Return the `index`-th node of a node group, of one of its instance types in turn."""
    inputs = _inputs(group)
    types = inputs["instanceTypes"]
    return SimulatedNode(
        pool=inputs["labels"][POOL_LABEL],
        zone=_zone(recording, group),
        capacity=_capacity(types[index % len(types)]),
        index=index,
        labels=inputs["labels"],
        taints=[{**taint, "effect": _EFFECTS[taint["effect"]]} for taint in inputs["taints"]],
    )


def _inputs(resource: Resource) -> Any:
    return resource.inputs


def _zone(recording: Recording, group: Resource) -> str:
    """Return the zone of the one subnet that a node group is in."""
    (subnet,) = group.property_dependencies["subnetIds"]
    return str(recording.by_urn[subnet].inputs["availabilityZone"])


def _capacity(instance_type: str) -> dict[str, str]:
    kind = INSTANCE_TYPES[instance_type]
    room = allocatable(kind)
    gpus = {"nvidia.com/gpu": str(kind.gpus)} if kind.gpus else {}
    return {"cpu": cpu(room.cpu), "memory": str(int(room.memory)), "pods": str(kind.max_pods), **gpus}
