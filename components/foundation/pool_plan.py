"""What a node pool comes to once its defaults are filled in: decided here, without a resource."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from components.foundation.images import ami_type
from components.foundation.instance_names import accelerated
from components.foundation.instance_types import INSTANCE_TYPES

if TYPE_CHECKING:
    from components.foundation.node_pools import NodePoolSettings

Capacity = Literal["on-demand", "spot"]
Effect = Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]

Addresses = Literal["interfaces", "prefixes", "overlay"]
"""Where pods get their addresses: one by one from the node's interfaces in the VPC, in prefixes of 16 from these, or
from an overlay, which has enough of them."""

POOL_LABEL = "slipway.dev/pool"
"""The label of every node, with its pool's name."""

DEFAULT_DISK_GIB, GPU_DISK_GIB = 50, 100


@dataclass(frozen=True, slots=True)
class Taint:
    """A taint of a pool's nodes, as Kubernetes writes it."""

    key: str
    value: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class PoolDefaults:
    """What a well-known pool is when its settings say nothing."""

    instance_types: tuple[str, ...]
    size: int
    capacity: Capacity = "on-demand"
    taints: tuple[Taint, ...] = ()


GPU_TAINT = Taint("nvidia.com/gpu", "present", "NoSchedule")
"""The taint by which NVIDIA's own charts know GPU nodes: only what asks for a GPU runs there."""

SPOT_TAINT = Taint(POOL_LABEL, "spot", "NoSchedule")

DEFAULTS: dict[str, PoolDefaults] = {
    "general": PoolDefaults(("t3.large",), 4),
    "memory": PoolDefaults(("r5.xlarge",), 2),
    "gpu": PoolDefaults(("g6.2xlarge",), 2, taints=(GPU_TAINT,)),
    # All of 2 vCPU and 8 GiB, over several generations and makers: what spot runs out of one by one.
    "spot": PoolDefaults(
        ("m6i.large", "m6a.large", "m5.large", "m5a.large", "m7i.large", "t3.large", "t3a.large"),
        4,
        capacity="spot",
        taints=(SPOT_TAINT,),
    ),
}
"""The seed's table of pools; its p3.2xlarge cannot be bought any more: docs/decisions/0020."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool with nothing left open. Sizes are nodes over all zones; no `zones` means all of the network's."""

    name: str
    instance_types: tuple[str, ...]
    capacity: Capacity
    size: int
    min_size: int
    max_size: int
    zones: tuple[str, ...]
    labels: Mapping[str, str]
    taints: tuple[Taint, ...]
    ami_type: str
    disk_gib: int
    disk_iops: int | None
    disk_throughput: int | None
    max_pods: int | None
    max_unavailable_percentage: int
    detailed_monitoring: bool
    version: str | None
    release_version: str | None


def missing(name: str, settings: "NodePoolSettings") -> tuple[str, ...]:
    """Return the YAML keys without which the pool cannot be resolved; none for a well-known pool."""
    if name in DEFAULTS:
        return ()
    wanted = {"instanceTypes": settings.instance_types, "size": settings.size}
    return tuple(key for key, value in wanted.items() if value is None)


def resolve(name: str, settings: "NodePoolSettings") -> Pool:
    """Fill in the defaults. Raises ValueError for a pool without instance types or size, which the checks report."""
    if keys := missing(name, settings):
        raise ValueError(f"the node pool {name} has no {' and no '.join(keys)}")
    defaults = DEFAULTS.get(name, PoolDefaults((), 0))
    types = settings.instance_types or defaults.instance_types
    size = defaults.size if settings.size is None else settings.size
    min_size = size if settings.min_size is None else settings.min_size
    given = (
        None if settings.taints is None else tuple(Taint(each.key, each.value, each.effect) for each in settings.taints)
    )
    return Pool(
        name=name,
        instance_types=types,
        capacity=settings.capacity or defaults.capacity,
        size=size,
        min_size=min_size,
        max_size=max(size, 1) if settings.max_size is None else settings.max_size,
        zones=settings.zones or (),
        labels={**settings.labels, POOL_LABEL: name},
        taints=defaults.taints if given is None else given,
        ami_type=settings.ami_type or ami_type(types),
        disk_gib=settings.disk_gib or (GPU_DISK_GIB if any(map(accelerated, types)) else DEFAULT_DISK_GIB),
        disk_iops=settings.disk_iops,
        disk_throughput=settings.disk_throughput,
        max_pods=settings.max_pods,
        max_unavailable_percentage=settings.max_unavailable_percentage,
        detailed_monitoring=settings.detailed_monitoring,
        version=settings.version,
        release_version=settings.release_version,
    )


def resolvable(pools: "Mapping[str, NodePoolSettings]") -> dict[str, Pool]:
    """Return the pools that say enough; of the others the checks report what they lack."""
    return {name: resolve(name, pool) for name, pool in pools.items() if not missing(name, pool)}


def interface_pods(instance_types: Iterable[str]) -> int | None:
    """Return the pods that one node takes under the VPC CNI, None where no instance type is known.

    EKS gives all nodes of a group the number of the smallest type.
    """
    known = [INSTANCE_TYPES[name].max_pods for name in instance_types if name in INSTANCE_TYPES]
    return min(known, default=None)


def eni_pods(pool: Pool) -> int | None:
    """Return the same of a pool's nodes."""
    return interface_pods(pool.instance_types)


def node_pods(pool: Pool, addresses: Addresses) -> int | None:
    """Return the pods that the kubelet of a pool's node takes: as it is told, else by the interfaces' addresses."""
    return kubelet_pods(pool, addresses) or eni_pods(pool)


def address_pods(pool: Pool, addresses: Addresses) -> int | None:
    """Return the pods for which a node has addresses, None where that is no bound, or no instance type is known."""
    if addresses == "overlay":
        return None
    if addresses == "interfaces":
        return eni_pods(pool)
    known = [INSTANCE_TYPES[name].prefix_pods for name in pool.instance_types if name in INSTANCE_TYPES]
    return min(known, default=None)


def kubelet_pods(pool: Pool, addresses: Addresses) -> int | None:
    """Return the number of pods to tell kubelet, None to leave it to EKS, which counts the interfaces' addresses.

    On an overlay, and with prefixes, that count means nothing: 110, or 250 where every instance type has 30 vCPU, and
    no more than there are prefixes for.
    """
    if pool.max_pods is not None or addresses == "interfaces":
        return pool.max_pods
    known = [INSTANCE_TYPES[each] for each in pool.instance_types if each in INSTANCE_TYPES]
    return min((each.kubelet_pods if addresses == "overlay" else each.prefix_pods for each in known), default=110)
