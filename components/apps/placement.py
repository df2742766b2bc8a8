"""Where an app's pods run: pool, priority and spreading, as the tier and the app decide."""

from collections.abc import Container

from components.apps.context import AppContext
from components.apps.gpu import POOL, TOLERATION, gpu_node_labels
from components.apps.labels import Track, selector, workload_selector
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.apps.words import Manifest
from components.foundation.pool_plan import POOL_LABEL, Pool

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"

_REVISION_LABEL = {
    "Deployment": "pod-template-hash",
    "StatefulSet": "controller-revision-hash",
    "Job": "batch.kubernetes.io/job-name",
    "CronJob": "batch.kubernetes.io/job-name",
}


def pool_name(app: AppSettings, declared: Container[str]) -> str | None:
    """Return the name of the pool that an app runs in: its own, else the first of its tier's that is declared.

    None where there is none of them, as on an existing cluster, whose nodes carry no pool label that Slipway knows:
    the scheduler is then free. A DaemonSet that names no pool is on every node; who asks for GPUs is in their pool.
    """
    if app.kind == "DaemonSet" and app.pool is None and app.gpu is None:
        return None
    wanted = (app.pool,) if app.pool else (POOL,) if app.gpu else TIERS[app.tier].pools
    return next((name for name in wanted if name in declared), None)


def pool_of(app: AppSettings, context: AppContext) -> Pool | None:
    """Return the pool that an app runs in, None where the scheduler is free."""
    name = pool_name(app, context.pools)
    return context.pools[name] if name else None


def _spread_over_zones(app: AppSettings, context: AppContext, track: Track) -> Manifest:
    """Return the constraint that keeps the pods of one version of an app evenly over the zones.

    Counting per revision keeps an update from being held up by the pods that it replaces. A zone counts only while one
    of its nodes takes the pod: the empty zone of an outage or a drain would otherwise keep every further pod waiting.
    Where nodes may lack a zone label (a cluster on a laptop) the constraint is a preference, or no pod would ever be
    scheduled.
    """
    return {
        "maxSkew": 1,
        "topologyKey": ZONE,
        "whenUnsatisfiable": "DoNotSchedule" if context.zoned else "ScheduleAnyway",
        "labelSelector": {"matchLabels": workload_selector(app, track)},
        "nodeTaintsPolicy": "Honor",
        "matchLabelKeys": [_REVISION_LABEL[app.kind]],
    }


def _prefer_other_nodes(app: AppSettings) -> Manifest:
    same = [{"key": key, "operator": "In", "values": [value]} for key, value in selector(app).items()]
    term = {"labelSelector": {"matchExpressions": same}, "topologyKey": HOST}
    preference = {"weight": 100, "podAffinityTerm": term}
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [preference]}}


def _own_spread(app: AppSettings, track: Track) -> list[Manifest]:
    return [
        {
            **each.model_dump(mode="json", by_alias=True, exclude_none=True),
            "nodeTaintsPolicy": "Honor",
            "labelSelector": {"matchLabels": workload_selector(app, track)},
            "matchLabelKeys": [_REVISION_LABEL[app.kind]],
        }
        for each in app.spread or ()
    ]


def _tolerations(app: AppSettings, context: AppContext) -> list[Manifest]:
    pool = pool_of(app, context)
    everywhere = app.kind == "DaemonSet" and pool is None
    pools = context.pools.values() if everywhere else [pool] if pool else []
    taints = dict.fromkeys(taint for each in pools for taint in each.taints)
    found: list[Manifest] = [
        {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect} for taint in taints
    ]
    if app.gpu is not None and not any(each["key"] == TOLERATION["key"] for each in found):
        found.append(TOLERATION)
    return found


def _spreading(app: AppSettings, context: AppContext, track: Track) -> Manifest:
    if app.kind == "DaemonSet":
        return {}  # the pods are one to a node
    if app.spread is not None:
        return {"topologySpreadConstraints": _own_spread(app, track)} if app.spread else {}
    if TIERS[app.tier].spread == "across zones":
        return {"topologySpreadConstraints": [_spread_over_zones(app, context, track)]}
    if TIERS[app.tier].spread == "prefer different nodes":
        return {"affinity": _prefer_other_nodes(app)}
    return {}


def placement(app: AppSettings, context: AppContext, track: Track) -> Manifest:
    """Return the fields of a pod spec that decide where and before whom it is scheduled."""
    pool, tolerations = pool_of(app, context), _tolerations(app, context)
    nodes = {**({POOL_LABEL: pool.name} if pool else {}), **gpu_node_labels(app.gpu)}
    return {
        "priorityClassName": app.priority_class or TIERS[app.tier].priority_class,
        **({"nodeSelector": nodes} if nodes else {}),
        **({"tolerations": tolerations} if tolerations else {}),
        **_spreading(app, context, track),
    }
