"""Amounts that are valid and hardly meant: limits that no node has, directories and disks that cannot be filled."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from components import quantity
from components.apps.capacity import node_rooms
from components.apps.containers import declared
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.placement import pool_of
from components.apps.pod_resources import effective_limits, settled
from components.apps.resources import ResourcesSettings
from components.apps.volumes import empty_dir_size
from components.foundation.allocatable import Room
from components.problem import Advice, KeyPath, Problem
from components.quantity import parse

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

MANY_CORES = 64
"""From so many cores on a whole number is more likely one of millicores, where the nodes are not known."""
MOST_DISK = 64 * 1024**4
"""The largest volume of EBS (gp3 and io2): https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html."""


def _containers(app: "AppSettings") -> Iterator[tuple[KeyPath, ResourcesSettings]]:
    yield ("resources",), app.resources
    yield from (((key, name, "resources"), each.resources) for key, name, each in declared(app))


@each_app
def larger_than_nodes(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say which limits are none, because no node of the pool has as much."""
    pool = pool_of(app, context(settings))
    rooms = node_rooms(pool) if pool is not None else []
    largest = Room(max(each.cpu for each in rooms), max(each.memory for each in rooms)) if rooms else None
    for path, each in _containers(app):
        cpu, memory = each.limits.cpu, each.limits.memory
        most = largest.cpu if largest is not None else Decimal(MANY_CORES)
        where = f"the largest node of the pool {pool.name} has" if largest and pool else "most nodes have"
        if parse(cpu) > most:
            likely = quantity.meant(cpu, "m")
            hint = f"; {likely} is {parse(likely)} of one" if likely and likely != cpu else ""
            yield Advice(
                (*path, "limits", "cpu"),
                f"{cpu} are {parse(cpu)} cores, more than {where} for pods: no limit at all{hint}",
                app=app.name,
            )
        if largest is not None and parse(memory) > largest.memory:
            yield Advice(
                (*path, "limits", "memory"),
                f"{memory} is more than {where} for pods ({quantity.memory(largest.memory)}): the node runs out of"
                " memory before the container meets its limit",
                app=app.name,
            )


@each_app
def disks(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A volume is no larger than EBS makes one."""
    for name, volume in app.volumes.items():
        if volume.type in {"persistent", "ephemeral"} and volume.size is not None and parse(volume.size) > MOST_DISK:
            yield Problem(
                ("volumes", name, "size"),
                "larger than any volume of EBS",
                volume.size,
                "at most 64Ti",
                quantity.meant(volume.size, "Gi", "Mi"),
                app=app.name,
            )


@each_app
def directories_within_limits(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which directories are larger than what the pod may use of memory, or of the node's disk."""
    limits = [each.limits for _, each in settled(app)]
    given = [each.ephemeral_storage for each in limits]
    disk = sum((parse(each) for each in given if each is not None), Decimal(0)) if None not in given else None
    memory = effective_limits(app)["memory"]
    for name, volume in app.volumes.items():
        if volume.type != "emptyDir":
            continue
        size = empty_dir_size(volume, app.resources.limits.memory)
        if volume.medium == "Memory" and parse(size) > memory:
            yield Advice(
                ("volumes", name, "size"),
                f"{size} in memory is more than the pod's containers may use ({quantity.memory(memory)}): whoever fills"
                " it is killed before; raise resources.limits.memory, or make it smaller",
                app=app.name,
            )
        elif volume.medium is None and disk is not None and parse(size) > disk:
            yield Advice(
                ("volumes", name, "size"),
                f"{size} is more than the pod may use of its node's disk ({quantity.memory(disk)},"
                " limits.ephemeralStorage): it is evicted before the directory is full",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (disks,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (larger_than_nodes, directories_within_limits)
