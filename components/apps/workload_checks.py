"""Checks of an app's kind: what a kind needs, and keys that say nothing to it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.strategies import by_events
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

JOBS = frozenset({"Job", "CronJob"})
_ENDS = "its pods end by themselves"
_PER_NODE = "a DaemonSet has one pod on each node"

_UNFIT: dict[str, dict[str, str]] = {
    "replicas": {
        "Job": f"{_ENDS}; job.parallelism and job.completions say how many there are",
        "CronJob": f"{_ENDS}; job.parallelism and job.completions say how many there are",
        "DaemonSet": f"{_PER_NODE}, no fixed number",
    },
    "disruption": {
        "Job": "a Job makes an evicted pod again, and a budget counts pods that stay",
        "CronJob": "a Job makes an evicted pod again, and a budget counts pods that stay",
        "DaemonSet": "a drain leaves the pods of a DaemonSet alone",
    },
    "strategy": {
        "Job": "a Job is replaced as a whole, never updated",
        "CronJob": "the next Job has the new version; nothing is updated",
    },
    "ingress": {"Job": f"{_ENDS}: nobody could rely on the address", "CronJob": f"{_ENDS}: nobody could rely on it"},
    "route": {"Job": f"{_ENDS}: nobody could rely on the address", "CronJob": f"{_ENDS}: nobody could rely on it"},
    "min_ready_seconds": {
        "Job": f"{_ENDS}, and nothing waits for them to be available",
        "CronJob": f"{_ENDS}, and nothing waits for them to be available",
    },
    "spread": {"DaemonSet": f"{_PER_NODE}, and so nothing to spread"},
}
"""Why a kind has no use for a key."""

_ONLY_FOR: dict[str, tuple[str, ...]] = {
    "cron": ("CronJob",),
    "job": ("Job", "CronJob"),
    "stateful_set": ("StatefulSet",),
}
"""The kinds that a key is for."""


def _yaml_key(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(part.title() for part in rest)


@each_app
def unfit_keys(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A key that a kind has no use for is a misunderstanding, and said to be one."""
    for field, kinds in _UNFIT.items():
        if app.kind in kinds and field in app.model_fields_set and getattr(app, field) is not None:
            yield Problem(
                path=(_yaml_key(field),),
                message=kinds[app.kind],
                found=f"{_yaml_key(field)} of a {app.kind}",
                allowed=f"unset, or a kind other than {', '.join(kinds)}",
                app=app.name,
            )
    for field, wanted in _ONLY_FOR.items():
        if getattr(app, field) is not None and app.kind not in wanted:
            yield Problem(
                path=(_yaml_key(field),),
                message=f"only a {' or a '.join(wanted)} has this",
                found=app.kind,
                allowed=f"kind: {' or '.join(wanted)}, or no {_yaml_key(field)}",
                nearest=wanted[0],
                app=app.name,
            )


@each_app
def scheduled(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A CronJob has a schedule."""
    if app.kind == "CronJob" and app.cron is None:
        yield Problem(
            path=("cron",),
            message="nobody knows when a CronJob runs",
            found="no cron",
            allowed="cron: {schedule: '30 2 * * *', timeZone: Europe/Berlin}",
            app=app.name,
        )


@each_app
def served_jobs(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What ends serves nobody: a Service would have no pods most of the time."""
    if app.kind in JOBS and app.ports:
        yield Problem(
            path=("ports",),
            message=f"{_ENDS}: a Service would lead nowhere before and after",
            found=f"{', '.join(app.ports)} of a {app.kind}",
            allowed="no ports",
            app=app.name,
        )


@each_app
def daemon_update(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A DaemonSet is updated node by node."""
    if app.kind == "DaemonSet" and app.strategy.type != "RollingUpdate":
        yield Problem(
            path=("strategy", "type"),
            message="a DaemonSet is updated node by node",
            found=app.strategy.type,
            allowed="RollingUpdate",
            nearest="RollingUpdate",
            app=app.name,
        )


@each_app
def daemon_surge(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The API server takes either an extra pod of a DaemonSet or a missing one, and one of them."""
    own = app.strategy
    if app.kind != "DaemonSet" or own.max_surge is None or own.max_unavailable is None:
        return
    none = {0, "0%"}
    if (own.max_surge in none) == (own.max_unavailable in none):
        yield Problem(
            path=("strategy", "maxSurge"),
            message="a DaemonSet's update has either extra or missing pods",
            found=f"maxSurge {own.max_surge}, maxUnavailable {own.max_unavailable}",
            allowed="one of the two 0, the other above",
            app=app.name,
        )


@each_app
def spreading(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Spread constraints are told apart by their place, and minDomains is for those that must hold."""
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(app.spread or ()):
        key = (each.topology_key, each.when_unsatisfiable)
        if key in seen:
            yield Problem(
                path=("spread", index),
                message="two constraints over the same places",
                found=each.topology_key,
                allowed="every topologyKey once with each whenUnsatisfiable",
                app=app.name,
            )
        seen.add(key)
        if each.min_domains is not None and each.when_unsatisfiable != "DoNotSchedule":
            yield Problem(
                path=("spread", index, "minDomains"),
                message="only a constraint that must hold has a least number of places",
                found=each.when_unsatisfiable,
                allowed="whenUnsatisfiable: DoNotSchedule, or no minDomains",
                app=app.name,
            )


@each_app
def vanishing_jobs(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which Jobs run again because they are gone."""
    if app.kind != "Job" or by_events(app):
        return
    if app.job is not None and app.job.ttl_seconds_after_finished is not None:
        yield Advice(
            ("job", "ttlSecondsAfterFinished"),
            "the finished Job is deleted behind Pulumi's back: the next pulumi refresh notices, and the next pulumi up"
            " runs it again; without the key it stays, finished",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    unfit_keys,
    scheduled,
    served_jobs,
    daemon_update,
    daemon_surge,
    spreading,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (vanishing_jobs,)
