"""Where an app's pods run: pool, priority and spreading, as the tier and the app decide."""

from collections.abc import Container

from components.apps.context import AppContext
from components.apps.labels import Track, selector, workload_selector
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.apps.words import Manifest
from components.foundation.pool_plan import POOL_LABEL, Pool

ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"

_REVISION_LABEL = {"Deployment": "pod-template-hash", "StatefulSet": "controller-revision-hash"}


def pool_name(app: AppSettings, declared: Container[str]) -> str | None:
    """Return the name of the pool that an app runs in: its own, else the first of its tier's that is declared.

    None where there is none of them, as on an existing cluster, whose nodes carry no pool label that Slipway knows:
    the scheduler is then free.
    """
    wanted = (app.pool,) if app.pool else TIERS[app.tier].pools
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


def placement(app: AppSettings, context: AppContext, track: Track) -> Manifest:
    """Return the fields of a pod spec that decide where and before whom it is scheduled."""
    tier, pool = TIERS[app.tier], pool_of(app, context)
    fields: Manifest = {"priorityClassName": app.priority_class or tier.priority_class}
    if pool is not None:
        fields["nodeSelector"] = {POOL_LABEL: pool.name}
        if pool.taints:
            fields["tolerations"] = [
                {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
                for taint in pool.taints
            ]
    if tier.spread == "across zones":
        fields["topologySpreadConstraints"] = [_spread_over_zones(app, context, track)]
    elif tier.spread == "prefer different nodes":
        fields["affinity"] = _prefer_other_nodes(app)
    return fields
