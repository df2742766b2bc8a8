"""What works and is worth knowing about an app before it is deployed."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.capacity import node_rooms, pod_room
from components.apps.context import context
from components.apps.disruption import budget, percent_of
from components.apps.foreign_secrets import foreign_secrets
from components.apps.gpu_checks import node_gpus
from components.apps.placement import pool_of
from components.apps.pod_counts import daemon_pools, most_pods
from components.apps.tiers import TIERS
from components.foundation.pool_sums import scaled
from components.problem import Advice

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.foundation.allocatable import Room
    from components.settings import StackSettings


def _fewest_pods(app: "AppSettings") -> int:
    return app.scaling.min_replicas if app.scaling else app.initial_replicas


def _budgeted_pods(app: "AppSettings") -> int:
    """Return the fewest pods that the app's budget counts, the second version's among them.

    An app that scales down to nothing has one at the fewest while it has any.
    """
    fewest = _fewest_pods(app) if app.scaling is None else max(_fewest_pods(app), 1)
    return fewest + (app.canary.replicas if app.canary else 0)


def _evictable(app: "AppSettings") -> int:
    """Return how many ready pods a drain may take away at once with the fewest pods, below 1 when it may take none."""
    pods = _budgeted_pods(app)
    allowed = budget(app.disruption, TIERS[app.tier].budget)
    if "maxUnavailable" in allowed:
        return percent_of(allowed["maxUnavailable"], pods, up=True)
    return pods - percent_of(allowed.get("minAvailable", 0), pods, up=True)


def blocked_drains(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps keep their nodes from being drained."""
    drained = "an upgrade, the autoscaler's scaling down" if scaled(settings) else "an upgrade"
    for app in settings.apps:
        if app.kind in {"Deployment", "StatefulSet"} and _budgeted_pods(app) and _evictable(app) < 1:
            yield Advice(
                ("disruption",) if app.disruption else ("tier",),
                f"its disruption budget lets no pod be evicted, so every drain of its nodes ({drained}) stops here;"
                " disruption: {maxUnavailable: 1} lets one go at a time",
                app=app.name,
            )


def existing_secrets(settings: "StackSettings") -> Iterator[Advice]:
    """Say which Secrets somebody else has to make first."""
    stack = context(settings)
    for app in settings.apps:
        for name, path in foreign_secrets(app, stack).items():
            at_up = (
                "`pulumi up` reads it before it makes the pods, and stops there while it is absent: the first run"
                " makes the namespace, then make the Secret and run it again"
                if app.wait
                else "no pod starts before it is there"
            )
            follows = "its files in the pods follow its values by themselves, within minutes"
            yield Advice(
                path,
                f"Slipway does not make the Secret {name} of the namespace {app.namespace}, and assumes it here:"
                f" {at_up}; {follows if path[0] == 'volumes' else 'pods must be restarted when its values change'}",
                app=app.name,
            )


def single_pods(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps that matter have one pod only, outside the places where that is normal."""
    if settings.environment in {"local", "development"}:
        return
    for app in settings.apps:
        if app.kind in {"Deployment", "StatefulSet"} and _fewest_pods(app) == 1 < TIERS[app.tier].replicas:
            yield Advice(
                ("replicas",) if app.scaling is None else ("scaling", "minReplicas"),
                f"one pod of a {TIERS[app.tier].meaning} app: every drain and every crash of its node is an outage"
                + (", and an update too" if app.kind == "StatefulSet" or app.strategy.type == "Recreate" else ""),
                app=app.name,
            )


def full_pools(settings: "StackSettings") -> Iterator[Advice]:
    """Say which pools do not have, or grow to, the nodes that their apps want at their most."""
    stack = context(settings)
    asked: dict[str, Room] = {}
    gpus: Counter[str] = Counter()
    users: dict[str, list[str]] = {}
    for app in settings.apps:
        own = pool_of(app, stack)
        everywhere = app.kind == "DaemonSet"
        for pool in daemon_pools(app, stack.pools) if everywhere else (own,) if own else ():
            pods = most_pods(app, {pool.name: pool})
            room = pod_room(app, settings).times(pods)
            asked[pool.name] = asked[pool.name] + room if pool.name in asked else room
            users.setdefault(pool.name, []).append(app.name)
            gpus[pool.name] += pods * app.gpu.count if app.gpu and app.gpu.sharing == "none" else 0
    for name, room in asked.items():
        pool = stack.pools[name]
        key, most = ("maxSize", pool.max_size) if scaled(settings) else ("size", pool.size)
        path, who = ("nodePools", name, key), ", ".join(users[name])
        nodes, fewest = node_rooms(pool), min(node_gpus(pool), default=0)
        if nodes and not nodes[0].times(most).holds(room):
            yield Advice(
                path,
                f"{who} at their most request {room}; {most} nodes have {nodes[0].times(most)} for pods, the platform's"
                " own among them: the last pods would wait",
            )
        if fewest and gpus[name] > most * fewest:
            yield Advice(
                path,
                f"{who} at their most request {gpus[name]} GPUs; {most} nodes have {most * fewest}: the last pods would"
                " wait",
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    blocked_drains,
    existing_secrets,
    single_pods,
    full_pools,
)
