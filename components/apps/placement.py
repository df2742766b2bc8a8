"""Where an app's pods run: pool, priority and spreading, as the tier and the app decide."""

from collections.abc import Container

from components.apps.context import AppContext
from components.apps.gpu import POOL, TOLERATION, gpu_node_labels
from components.apps.labels import Track, selector, workload_selector
from components.apps.nodes.settings import node_affinity
from components.apps.settings import AppSettings
from components.apps.strategies import by_argo
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
_ROLLOUT_LABEL = "rollouts-pod-template-hash"
"""The same of Argo Rollouts (pkg/apis/rollouts/v1alpha1/types.go, DefaultRolloutUniqueLabelKey)."""


def _revision_label(app: AppSettings) -> str:
    """Return the label whose value every pod of one version has, and no pod of another."""
    return _ROLLOUT_LABEL if by_argo(app) else _REVISION_LABEL[app.kind]


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


def _spread_over(app: AppSettings, track: Track, place: str, *, firmly: bool) -> Manifest:
    """Return the constraint that keeps the pods of one version of an app evenly over the values of a node label.

    Counting per revision keeps an update from being held up by the pods that it replaces. A place counts only while one
    of its nodes takes the pod: the empty zone of an outage or a drain would otherwise keep every further pod waiting.
    """
    return {
        "maxSkew": 1,
        "topologyKey": place,
        "whenUnsatisfiable": "DoNotSchedule" if firmly else "ScheduleAnyway",
        "labelSelector": {"matchLabels": workload_selector(app, track)},
        "nodeTaintsPolicy": "Honor",
        "matchLabelKeys": [_revision_label(app)],
    }


def _over_zones_and_nodes(app: AppSettings, context: AppContext, track: Track) -> list[Manifest]:
    """Return the constraints of tier 1: zones firmly, and the nodes within them as far as there are enough.

    Firm on nodes would keep a pod waiting where a zone has fewer nodes than pods. Where nodes may lack a zone label (a
    cluster on a laptop) zones are a preference, too, or no pod would ever be scheduled.
    """
    return [
        _spread_over(app, track, ZONE, firmly=context.zoned),
        _spread_over(app, track, HOST, firmly=False),
    ]


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
            "matchLabelKeys": [_revision_label(app)],
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
    if TIERS[app.tier].spread == "across zones and nodes":
        return {"topologySpreadConstraints": _over_zones_and_nodes(app, context, track)}
    if TIERS[app.tier].spread == "prefer different nodes":
        return {"affinity": _prefer_other_nodes(app)}
    return {}


def placement(app: AppSettings, context: AppContext, track: Track) -> Manifest:
    """Return the fields of a pod spec that decide where and before whom it is scheduled."""
    pool, tolerations = pool_of(app, context), _tolerations(app, context)
    spreading, affine = _spreading(app, context, track), node_affinity(app.node_affinity)
    affinity = {**spreading.get("affinity", {}), **({"nodeAffinity": affine} if affine else {})}
    nodes = {**({POOL_LABEL: pool.name} if pool else {}), **gpu_node_labels(app.gpu)}
    return {
        "priorityClassName": app.priority_class or TIERS[app.tier].priority_class,
        **({"nodeSelector": nodes} if nodes else {}),
        **({"tolerations": tolerations} if tolerations else {}),
        **spreading,
        **({"affinity": affinity} if affinity else {}),
    }
