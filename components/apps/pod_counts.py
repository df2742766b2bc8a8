"""How many pods an app has: at the fewest, at once, and on which nodes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from components.apps.cron_words import shortest_gap
from components.apps.disruption import canary_strategy, daemon_strategy, percent_of, surge
from components.apps.gpu import POOL
from components.apps.jobs import JobSettings
from components.apps.strategies import colours
from components.problem import KeyPath

if TYPE_CHECKING:
    from components.apps.disruption import StrategySettings
    from components.apps.settings import AppSettings
    from components.foundation.pool_plan import Pool

EVICTED = frozenset({"Deployment", "StatefulSet"})
"""The kinds whose pods a drain moves one by one, so that their number and their budget matter."""

_Each = TypeVar("_Each")


def fewest_pods(app: "AppSettings") -> int:
    """Return how many pods an app has while there is least to do."""
    if app.scaling is None:
        return app.initial_replicas
    idle = app.scaling.keda is not None and app.scaling.keda.idles
    return 0 if idle else app.scaling.min_replicas


def fewest_path(app: "AppSettings") -> KeyPath:
    """Return what decides that number in the app file."""
    if app.scaling is None:
        return ("replicas",)
    idle = app.scaling.keda is not None and app.scaling.keda.idles
    return ("scaling", "keda", "idleReplicaCount") if idle else ("scaling", "minReplicas")


def daemon_pools(app: "AppSettings", pools: Mapping[str, _Each]) -> tuple[_Each, ...]:
    """Return the pools on whose every node a DaemonSet has a pod: its own, that of GPUs, else all of them."""
    wanted = app.pool or (POOL if app.gpu is not None else None)
    return tuple(each for name, each in pools.items() if wanted in {None, name})


def job_pods(app: "AppSettings") -> int:
    """Return how many pods one Job of an app has at the same time: never more than are still to succeed."""
    job = app.job or JobSettings()
    return min(job.parallelism, job.completions or job.parallelism)


def concurrent_jobs(app: "AppSettings") -> int:
    """Return how many Jobs of a CronJob there may be at the same time.

    Replace ends a Job and starts the next while the old pods are still going. With Allow it is as many as begin before
    the first one's deadline; without a deadline nobody knows, and one that outlasts the next one's time is counted.
    """
    if app.cron is None or app.cron.suspend:
        return 0
    if app.cron.concurrency_policy == "Forbid":
        return 1
    deadline = (app.job or JobSettings()).active_deadline_seconds
    if app.cron.concurrency_policy == "Replace" or deadline is None:
        return 2
    return -(-deadline // shortest_gap(app.cron.schedule))


def most_pods(app: "AppSettings", pools: "Mapping[str, Pool] | None" = None) -> int:
    """Return the number of pods at the most: with the most replicas, the canary's, and those that an update adds.

    A DaemonSet has one on each node that its `pools` may grow to; where no pool is known, as on an existing cluster,
    one is counted.
    """
    if app.kind == "DaemonSet":
        nodes = sum(pool.max_size for pool in daemon_pools(app, pools or {})) or 1
        extra = daemon_strategy(app.strategy)["rollingUpdate"]["maxSurge"]
        return nodes + percent_of(extra, nodes, up=True)
    if app.kind == "CronJob":
        return job_pods(app) * concurrent_jobs(app)
    if app.kind == "Job":
        return job_pods(app) * (app.scaling.max_replicas if app.scaling else 1)
    return _replicated(app)


def _replicated(app: "AppSettings") -> int:
    """Return the same of a Deployment or a StatefulSet.

    A canary's controller leaves the old version as it is while the new one grows to its size; Flagger then updates the
    pods that serve beside it.
    """
    replicas = app.scaling.max_replicas if app.scaling else app.initial_replicas
    if app.kind != "Deployment":
        return replicas
    if app.strategy.type == "canary":
        return replicas + (_updating(replicas, app.strategy) if app.strategy.by == "flagger" else replicas)
    canary = app.canary.replicas if app.canary else 0
    sides = max(len(colours(app)), 1)
    return _updating(replicas, app.strategy) * sides + _updating(canary, canary_strategy(app.strategy))


def _updating(replicas: int, strategy: "StrategySettings") -> int:
    return replicas + percent_of(surge(strategy), replicas, up=True) if replicas else 0
