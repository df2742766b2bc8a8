"""Checks of an app against the node pool that it runs in."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.capacity import node_rooms, own_room, pod_room
from components.apps.each_app import each_app
from components.apps.placement import pool_name
from components.apps.pod_counts import daemon_pools
from components.apps.tiers import SPOT_RULE, TIERS, tiers_on_spot
from components.foundation.pool_plan import Pool, missing, resolvable, resolve
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _pool(app: "AppSettings", settings: "StackSettings") -> Pool | None:
    """Return the app's pool, None where it has none or another check finds the pool incomplete."""
    name = pool_name(app, settings.node_pools)
    if name is None or missing(name, settings.node_pools[name]):
        return None
    return resolve(name, settings.node_pools[name])


def _pools(app: "AppSettings", settings: "StackSettings") -> tuple[Pool, ...]:
    """Return the pools whose nodes an app's pods are on: one, but a DaemonSet that names none has all."""
    if app.kind == "DaemonSet":
        return daemon_pools(app, resolvable(settings.node_pools))
    pool = _pool(app, settings)
    return (pool,) if pool else ()


@each_app
def spot(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A tier that must stay up does not run on capacity that AWS takes back; a DaemonSet loses nothing by it."""
    pool, tier = _pool(app, settings), TIERS[app.tier]
    if pool is None or pool.capacity != "spot" or app.kind == "DaemonSet":
        return
    if app.tier in tiers_on_spot(settings.policy):
        return
    others = sorted(name for name in settings.node_pools if name not in {pool.name, "spot"})
    yield Problem(
        path=("pool",),
        message=f"tier {app.tier} is {tier.meaning}, and AWS ends spot nodes at two minutes' notice (the policy's"
        f" rule {SPOT_RULE} has the tiers that may run there)",
        found=pool.name,
        allowed=f"an on-demand pool: {', '.join(others) or 'none is declared'}",
        nearest=next((name for name in (*tier.pools, *others) if name in others), None),
        app=app.name,
    )


@each_app
def node_size(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """One pod of an app fits on an empty node of its pool, a DaemonSet's on one of each."""
    asked = pod_room(app, settings)
    pod = "a pod" if asked == own_room(app) else "a pod with its sidecar"
    for pool in _pools(app, settings):
        rooms = node_rooms(pool)
        if rooms and not any(room.holds(asked) for room in rooms):
            yield Problem(
                path=("resources",),
                message=f"no node of the pool {pool.name} can hold {pod}: it would wait for ever",
                found=str(asked),
                allowed=f"requests of at most {rooms[-1]}, which the largest node of the pool leaves for pods",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (spot, node_size)
