"""Whether pods fit on nodes: what a node leaves for them, and what a pod with its sidecar asks for."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from components.apps.mesh_limits import mesh_of
from components.apps.pod_resources import effective_requests
from components.foundation.instance_types import INSTANCE_TYPES, InstanceType
from components.networking.mesh.membership import is_ambient
from components.quantity import cpu, memory, parse

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.foundation.pool_plan import Pool
    from components.settings import StackSettings

MIB = 1024**2

_CPU_SHARES = ((1, Decimal("0.06")), (2, Decimal("0.01")), (4, Decimal("0.005")))
_CPU_SHARE_BEYOND = Decimal("0.0025")


@dataclass(frozen=True, slots=True)
class Room:
    """CPU in cores and memory in bytes."""

    cpu: Decimal
    memory: Decimal

    def holds(self, other: "Room") -> bool:
        """Tell whether `other` fits in."""
        return other.cpu <= self.cpu and other.memory <= self.memory

    def times(self, count: int) -> "Room":
        """Return the room of `count` of them."""
        return Room(self.cpu * count, self.memory * count)

    def __add__(self, other: "Room") -> "Room":
        """Return both together."""
        return Room(self.cpu + other.cpu, self.memory + other.memory)

    def __str__(self) -> str:
        """Return it as Kubernetes writes it."""
        return f"{cpu(self.cpu)} CPU and {memory(self.memory)}"


def allocatable(kind: InstanceType) -> Room:
    """Return what a node of an instance type leaves for pods.

    EKS sets aside 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest, 255 MiB and
    11 MiB for each pod that the node may have, and 100 MiB before it evicts (github.com/awslabs/amazon-eks-ami).
    """
    reserved, counted = Decimal(0), 0
    for upper, share in _CPU_SHARES:
        cores = max(min(kind.vcpu, upper) - counted, 0)
        reserved += cores * share
        counted = max(counted, min(kind.vcpu, upper))
    reserved += (kind.vcpu - counted) * _CPU_SHARE_BEYOND
    kept = (255 + 11 * kind.max_pods + 100) * MIB
    return Room(Decimal(kind.vcpu) - reserved, Decimal(kind.memory_mib * MIB - kept))


def node_rooms(pool: "Pool") -> list[Room]:
    """Return what the nodes of a pool leave for pods, smallest CPU first; empty where a type's size is not known."""
    if any(name not in INSTANCE_TYPES for name in pool.instance_types):
        return []
    rooms = [allocatable(INSTANCE_TYPES[name]) for name in pool.instance_types]
    return sorted(rooms, key=lambda room: (room.cpu, room.memory))


def pod_room(app: "AppSettings", settings: "StackSettings") -> Room:
    """Return what one pod of an app requests, as the scheduler counts it, with the sidecar that the mesh adds."""
    own = Room(**effective_requests(app))
    if mesh_of(app, settings) == "none" or is_ambient(settings.mesh):
        return own
    sidecar = settings.mesh.sidecar.requests
    return own + Room(parse(sidecar.cpu), parse(sidecar.memory))
