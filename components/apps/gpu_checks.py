"""Checks of an app's GPUs: a pool that has them, nodes that have enough of them, and who makes them known."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.gpu import POOL
from components.apps.placement import pool_name
from components.foundation.instance_names import accelerated
from components.foundation.instance_types import lookup
from components.foundation.pool_plan import Pool, missing, resolve
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def node_gpus(pool: Pool) -> list[int]:
    """Return the GPUs of a pool's nodes, the fewest first; empty where a type is not described."""
    types = [lookup(name) for name in pool.instance_types]
    return sorted(each.gpus for each in types if each) if all(types) else []


@each_app
def gpus(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Who asks for GPUs runs in a pool that has some, and a share is one."""
    if app.gpu is None:
        return
    if app.gpu.sharing != "none" and app.gpu.count > 1:
        yield Problem(
            path=("gpu", "count"),
            message="two shares are no more of a GPU than one, and may be of the same",
            found=str(app.gpu.count),
            allowed="1, or sharing: none for whole GPUs",
            nearest="1",
            app=app.name,
        )
    if settings.cluster.existing is not None:
        return
    name = pool_name(app, settings.node_pools)
    if name is None and app.pool is not None:
        return  # Another check says that there is no such pool.
    if name is None:
        allowed = "nodePools: {gpu: {}} in the stack file, or pool: NAME"
        yield Problem(("gpu",), "the stack has no pool of GPU nodes", "no pool gpu", allowed, app=app.name)
    elif not missing(name, settings.node_pools[name]):
        pool = resolve(name, settings.node_pools[name])
        if not any(map(accelerated, pool.instance_types)):
            allowed = f"a pool with GPUs, such as {POOL} of g6.xlarge"
            yield Problem(("pool",), "none of its instance types has an NVIDIA GPU", name, allowed, app=app.name)
        elif app.gpu.sharing == "none" and app.gpu.count > max(node_gpus(pool), default=app.gpu.count):
            most = node_gpus(pool)[-1]
            yield Problem(
                path=("gpu", "count"),
                message=f"no node of the pool {name} has so many GPUs: every pod would wait for ever",
                found=str(app.gpu.count),
                allowed=f"at most {most}, or a pool of a larger instance type",
                nearest=str(most),
                app=app.name,
            )


@each_app
def device_plugin(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say what makes GPUs something that a pod can ask for."""
    if app.gpu is not None:
        shared = "" if app.gpu.sharing == "none" else f", sharing by {app.gpu.sharing} with renameByDefault: true"
        extra = "" if app.gpu.sharing == "none" else " and GPU Feature Discovery, whose label the pods go by"
        yield Advice(
            ("gpu",),
            f"the nodes need NVIDIA's device plugin{shared}{extra}, which Slipway does not install: until then the pods"
            " wait",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (gpus,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (device_plugin,)
