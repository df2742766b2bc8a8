"""The node pools that a stack makes, and what of their nodes pods can have."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from components.foundation.allocatable import of_any
from components.foundation.pool_plan import Effect, Taint, interface_pods
from slipway.recording.objects import POOL_LABEL, items, mapping, number, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool, its groups in all zones together. `taints` are what keeps pods away.

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
    taints: tuple[Taint, ...] = ()


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
    room = of_any(types)
    told = told_pods or interface_pods(types)
    return Pool(
        name=name,
        nodes=nodes,
        least=_total(groups, "minSize"),
        most=_total(groups, "maxSize"),
        types=types,
        spot=any(text(group.inputs, "capacityType") == "SPOT" for group in groups),
        cpu=room.times(nodes).cpu if room else None,
        memory=room.times(nodes).memory if room else None,
        pods=nodes * told if room and told else None,
        taints=tuple(dict.fromkeys(taint for group in groups for taint in _taints(group))),
    )


def _taints(group: Resource) -> Iterable[Taint]:
    """Yield the taints that keep pods off, with the effects' names in Kubernetes, which EKS writes NO_SCHEDULE."""
    for taint in items(group.inputs, "taints"):
        effect = (text(taint, "effect") or "").title().replace("_", "")
        if not effect.startswith("Prefer"):
            yield Taint(text(taint, "key") or "", text(taint, "value") or "", cast("Effect", effect))


def _total(groups: Iterable[Resource], key: str) -> int:
    return sum(int(number(mapping(group.inputs, "scalingConfig"), key) or 0) for group in groups)
