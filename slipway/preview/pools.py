"""The node pools that a stack makes, and what of their nodes pods can have."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from components.foundation.instance_types import INSTANCE_TYPES, InstanceType
from slipway.recording.objects import POOL_LABEL, items, mapping, number, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

_MIB = Decimal(1024) ** 2
_EVICTION = 100 * _MIB  # kubelet's memory.available threshold on EKS images


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool, its groups in all zones together. `taints` are what keeps pods away, as (key, value, effect).

    `cpu` (cores), `memory` (bytes) and `pods` are what all its nodes together have for pods, counted for the smallest
    of its types; None where a type is not known.
    """

    name: str
    nodes: int
    least: int
    most: int
    types: tuple[str, ...]
    spot: bool
    cpu: Decimal | None
    memory: Decimal | None
    pods: int | None
    taints: tuple[tuple[str, str, str], ...] = ()


def pools(recording: Recording) -> tuple[Pool, ...]:
    """Return the pools in the order of their names."""
    by_name: dict[str, list[Resource]] = {}
    for group in recording.of_type("aws:eks/nodeGroup:NodeGroup"):
        by_name.setdefault(text(group.inputs, "labels", POOL_LABEL) or group.name, []).append(group)
    told = _told_pods(recording)
    return tuple(_pool(name, groups, told.get(name)) for name, groups in sorted(by_name.items()))


def _told_pods(recording: Recording) -> dict[str, int]:
    """Return the number of pods that a pool's launch template tells the kubelet, by pool, where it tells one."""
    found = {}
    for template in recording.of_type("aws:ec2/launchTemplate:LaunchTemplate"):
        pool = text(template.inputs, "tagSpecifications", 0, "tags", POOL_LABEL)
        script = base64.b64decode(text(template.inputs, "userData") or "").decode()
        flag = re.search(r"max-pods ?= ?(\d+)", script)
        if pool and flag:
            found[pool] = int(flag[1])
    return found


def _pool(name: str, groups: list[Resource], told_pods: int | None) -> Pool:
    types = tuple(dict.fromkeys(str(each) for group in groups for each in items(group.inputs, "instanceTypes")))
    nodes = _total(groups, "desiredSize")
    known = [INSTANCE_TYPES[each] for each in types if each in INSTANCE_TYPES]
    complete = bool(known) and len(known) == len(types)
    return Pool(
        name=name,
        nodes=nodes,
        least=_total(groups, "minSize"),
        most=_total(groups, "maxSize"),
        types=types,
        spot=any(text(group.inputs, "capacityType") == "SPOT" for group in groups),
        cpu=nodes * min(map(allocatable_cpu, known)) if complete else None,
        memory=nodes * min(map(allocatable_memory, known)) if complete else None,
        pods=nodes * (told_pods or min(each.max_pods for each in known)) if complete else None,
        taints=tuple(dict.fromkeys(taint for group in groups for taint in _taints(group))),
    )


def _taints(group: Resource) -> Iterable[tuple[str, str, str]]:
    """Yield the taints that keep pods off, with the effects' names in Kubernetes, which EKS writes NO_SCHEDULE."""
    for taint in items(group.inputs, "taints"):
        effect = (text(taint, "effect") or "").title().replace("_", "")
        if not effect.startswith("Prefer"):
            yield text(taint, "key") or "", text(taint, "value") or "", effect


def _total(groups: Iterable[Resource], key: str) -> int:
    return sum(int(number(mapping(group.inputs, "scalingConfig"), key) or 0) for group in groups)


def allocatable_cpu(kind: InstanceType) -> Decimal:
    """Return the cores of a node that pods can have.

    EKS images reserve 6 % of the first core, 1 % of the second, 0.5 % of the next two and 0.25 % of every other.
    """
    shares = (Decimal("0.06"), Decimal("0.01"), Decimal("0.005"), Decimal("0.005"))
    reserved = sum(shares[: kind.vcpu], Decimal(0)) + max(kind.vcpu - 4, 0) * Decimal("0.0025")
    return kind.vcpu - reserved


def allocatable_memory(kind: InstanceType) -> Decimal:
    """Return the bytes of a node that pods can have, before what the kernel takes.

    EKS images reserve 255 MiB and 11 MiB for each pod that the node's addresses allow; the kubelet evicts from 100.
    """
    return kind.memory_mib * _MIB - (255 + 11 * kind.eni_pods) * _MIB - _EVICTION
