"""How many pods an app has: at the fewest, at once, and on which nodes."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from components.apps import pod_maximum
from components.apps.disruption import canary_strategy, daemon_strategy, deployment_strategy
from components.apps.gpu import POOL
from components.apps.jobs import JobSettings, cron_spec, job_spec
from components.apps.strategies import by_argo, by_flagger, colours
from components.problem import KeyPath

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.apps.words import Manifest
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


def most_pods(app: "AppSettings", pools: "Mapping[str, Pool] | None" = None) -> int:
    """Return the number of pods at the most: with the most replicas, the canary's, and those that an update adds.

    A DaemonSet has one on each node that its `pools` may grow to; where no pool is known, as on an existing cluster,
    one is counted.
    """
    nodes = sum(pool.max_size for pool in daemon_pools(app, pools or {})) or None
    scaled = app.scaling.max_replicas if app.scaling else None
    return sum(
        pod_maximum.most_pods(
            manifest, scaled_to=scaled if scales else None, nodes=nodes, by_flagger=by_flagger(app)
        ).total
        for manifest, scales in _workloads(app)
    )


def _workloads(app: "AppSettings") -> "Iterator[tuple[Manifest, bool]]":
    """Yield the app's workloads as far as the number of their pods goes, and whether the app's autoscaler has them."""
    strategy, replicas = app.strategy, app.initial_replicas
    job = job_spec(app.job or JobSettings(), {"spec": {}})
    if app.kind == "CronJob":
        if app.cron is not None:
            yield {"kind": "CronJob", "spec": cron_spec(app.cron, job, {})}, False
    elif app.kind == "Job" and app.scaling is not None:
        yield {"kind": "ScaledJob", "spec": {"jobTargetRef": job, "maxReplicaCount": app.scaling.max_replicas}}, False
    elif app.kind == "Job":
        yield {"kind": "Job", "spec": job}, False
    elif app.kind == "DaemonSet":
        yield {"kind": "DaemonSet", "spec": {"updateStrategy": daemon_strategy(strategy)}}, False
    elif app.kind == "StatefulSet":
        yield {"kind": "StatefulSet", "spec": {"replicas": replicas}}, True
    elif by_argo(app):
        moved: Manifest = {"canary": {"trafficRouting": {}}} if strategy.type == "canary" else {"blueGreen": {}}
        yield {"kind": "Rollout", "spec": {"replicas": replicas, "strategy": moved}}, True
    else:
        plain = {"replicas": replicas, "strategy": deployment_strategy(strategy)}
        yield from [({"kind": "Deployment", "spec": plain}, True)] * max(len(colours(app)), 1)
        if app.canary is not None and not by_flagger(app):
            own = {"replicas": app.canary.replicas, "strategy": deployment_strategy(canary_strategy(strategy))}
            yield {"kind": "Deployment", "spec": own}, False
