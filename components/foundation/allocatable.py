"""What a node leaves for pods: one arithmetic for checks, preview and cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from components.foundation.instance_types import INSTANCE_TYPES, InstanceType
from components.quantity import cpu, memory

MIB = 1024**2

_CPU_SHARES = ((1, Decimal("0.06")), (2, Decimal("0.01")), (4, Decimal("0.005")))
_CPU_SHARE_BEYOND = Decimal("0.0025")
_BASE_MIB, _POD_MIB, _EVICTION_MIB = 255, 11, 100


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
    """Return what a node of an instance type leaves for pods, before what the kernel takes of the memory.

    EKS images set aside 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of the rest; 255 MiB
    and 11 MiB for each pod that the interfaces have addresses for, whatever number of pods the kubelet is told; the
    kubelet evicts from 100 MiB (nodeadm's `withDefaultReservedResources`, github.com/awslabs/amazon-eks-ami).
    """
    reserved, counted = Decimal(0), 0
    for upper, share in _CPU_SHARES:
        cores = max(min(kind.vcpu, upper) - counted, 0)
        reserved += cores * share
        counted = max(counted, min(kind.vcpu, upper))
    reserved += (kind.vcpu - counted) * _CPU_SHARE_BEYOND
    kept = _BASE_MIB + _POD_MIB * kind.eni_pods + _EVICTION_MIB
    return Room(Decimal(kind.vcpu) - reserved, Decimal((kind.memory_mib - kept) * MIB))


def of_any(names: Iterable[str]) -> Room | None:
    """Return what a node surely leaves whichever of the types it is of; None where the size of one is not known."""
    kinds = [INSTANCE_TYPES.get(name) for name in names]
    rooms = [allocatable(kind) for kind in kinds if kind is not None]
    if not rooms or len(rooms) < len(kinds):
        return None
    return Room(min(room.cpu for room in rooms), min(room.memory for room in rooms))
