"""One app of any kind, with any of its keys, that fits into its stack."""

from typing import Any

from hypothesis import strategies as st

from components.apps.tiers import SPOT_TIERS
from components.tenancy.priority import USER_CLASSES
from tests.support.app_strategies import images, int_or_percent
from tests.support.generate import connections, pods, rights, rollouts, scaling
from tests.support.generate.dependencies import dependencies
from tests.support.generate.place import Place, maybe, pick, some
from tests.support.generate.rooms import POOLS, Document

KINDS = ("Deployment", "Deployment", "Deployment", "StatefulSet", "StatefulSet", "DaemonSet", "Job", "CronJob")
SCHEDULES = ("30 2 * * *", "*/5 8-18 * * mon-fri", "0 0 1 jan,jul ?")

optional: dict[str, st.SearchStrategy[Any]] = {
    "priorityClass": st.sampled_from(USER_CLASSES),
    "labels": st.just({"example.com/team": "Payments_1.x", "app.kubernetes.io/component": "database"}),
    "wait": st.booleans(),
    "imagePullSecrets": st.just(["registry"]),
}


def _job(draw: st.DrawFn) -> Document:
    return some(
        draw,
        {
            "parallelism": st.integers(1, 3),
            "completions": st.integers(1, 9),
            "completionMode": st.just("Indexed"),
            "backoffLimit": st.integers(0, 9),
            "activeDeadlineSeconds": st.integers(1, 3600),
            "ttlSecondsAfterFinished": st.integers(0, 3600),
            "restartPolicy": st.just("OnFailure"),
        },
    )


def _cron(draw: st.DrawFn) -> Document:
    keys: dict[str, st.SearchStrategy[Any]] = {
        "timeZone": st.sampled_from(["Europe/Berlin", "UTC"]),
        "concurrencyPolicy": st.sampled_from(["Allow", "Forbid", "Replace"]),
        "startingDeadlineSeconds": st.integers(10, 600),
        "successfulJobsHistoryLimit": st.integers(0, 5),
        "suspend": st.booleans(),
    }
    return {"schedule": pick(draw, SCHEDULES), **some(draw, keys)}


def _of_the_kind(draw: st.DrawFn, place: Place) -> Document:
    """Return the keys that only one kind has."""
    found: Document = {}
    if place.ends and maybe(draw, one_in=2):
        found["job"] = _job(draw)
    if place.kind == "CronJob":
        found["cron"] = _cron(draw)
    if place.kind == "StatefulSet" and maybe(draw):
        fates = st.sampled_from(["Retain", "Delete"])
        keys: dict[str, st.SearchStrategy[Any]] = {
            "firstOrdinal": st.integers(0, 5),
            "podManagementPolicy": st.sampled_from(["OrderedReady", "Parallel"]),
            "partition": st.integers(0, 3),
            "retention": st.fixed_dictionaries({}, optional={"whenDeleted": fates, "whenScaled": fates}),
        }
        found["statefulSet"] = some(draw, keys)
    if place.counted and maybe(draw):
        found["disruption"] = {pick(draw, ["maxUnavailable", "minAvailable"]): draw(int_or_percent)}
    return found


def _where(draw: st.DrawFn, place: Place) -> Document:
    """Return the nodes that the pods run on, and how they are spread."""
    found: Document = {}
    if place.kind != "DaemonSet" and maybe(draw):
        found["spread"] = pods.spread(draw)
    if maybe(draw):
        found["nodeAffinity"] = pods.nodes(draw)
    if not place.ends and maybe(draw):
        found["minReadySeconds"] = draw(st.integers(0, 599))
    if maybe(draw, one_in=6):
        found["gpu"] = pick(draw, [{"count": 1}, {"sharing": "time-slicing"}, {"sharing": "mps"}])
    elif not place.has.existing and maybe(draw):
        found["pool"] = pick(draw, sorted(POOLS.keys() - ({"spot"} if place.tier not in SPOT_TIERS else set())))
    return found


def _inside(draw: st.DrawFn, place: Place, declared: Document) -> Document:
    """Return what is in the pods."""
    serving = connections.tcp(declared)
    mounted = pods.volumes(draw, place)
    found: Document = {**pods.container(draw), "volumes": mounted, **pods.helpers(draw, place, [*mounted])}
    found["scratch"] = draw(st.lists(st.sampled_from(pods.SCRATCH), max_size=3, unique=True))
    found["probes"] = pods.probes(draw, serving, plain=place.plain_probes)
    found["presets"] = pods.presets(draw, place, declared, [*found["scratch"]])
    if maybe(draw):
        found["files"] = pods.files(draw)
    if maybe(draw):
        found["lifecycle"] = pods.lifecycle(draw, serving)
    if maybe(draw):
        found["terminationGracePeriodSeconds"] = draw(st.integers(60, 300))
    if declared and maybe(draw):
        found["portVariables"] = {"PORT": pick(draw, sorted(declared))}
        found.get("config", {}).pop("PORT", None)
    return found


def _rendered_kind(found: Document) -> str:
    """Return the kind of the object that has the app's pods."""
    if found["kind"] == "Job" and "scaling" in found:
        return "ScaledJob"
    return "Rollout" if found.get("strategy", {}).get("by") == "argo-rollouts" else str(found["kind"])


def app(draw: st.DrawFn, place: Place) -> Document:
    """Return the declaration of one app."""
    declared = connections.ports(draw, place)
    found: Document = {
        "name": place.name,
        "namespace": place.namespace,
        "kind": place.kind,
        "tier": place.tier,
        "image": draw(images),
        "ports": declared,
        "secrets": rights.secrets(draw, place),
        "egress": connections.egress(draw, place),
        **_of_the_kind(draw, place),
        **_inside(draw, place, declared),
        **_where(draw, place),
        **(pods.names(draw) if maybe(draw) else {}),
        **scaling.horizontal(draw, place),
        **rollouts.versions(draw, place, declared),
        **connections.treatment(draw, place, declared),
        **rights.identity(draw, place),
        **rights.watching(draw, place, declared),
        **some(draw, optional),
    }
    exposed = bool({"ingress", "route"} & found.keys())
    found["service"] = connections.service(draw, place, declared, exposed=exposed)
    found |= scaling.vertical(draw, place, found)
    if maybe(draw):
        found["externalServices"] = connections.aliases(draw)
    if maybe(draw, one_in=6):
        found["formerly"] = [f"old-{place.name}"]
    if maybe(draw, one_in=6):
        found["dependencies"] = dependencies(draw, place)
    return found | rights.escapes(draw, _rendered_kind(found), place.name)
