"""The most pods of a workload at once, read from its manifest: one arithmetic for checks, policies and preview."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from components.apps.cron_words import shortest_gap
from components.apps.disruption import percent_of

_SURGE = "25%"
"""What Kubernetes and Argo Rollouts add in an update where nothing else is said."""

_SCALED_JOBS = 100
"""KEDA's own `maxReplicaCount` of a ScaledJob."""


@dataclass(frozen=True, slots=True)
class Most:
    """`running` are the pods at the most replicas, or of all Jobs at once; `updating` those that an update adds."""

    running: int
    updating: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.running + self.updating


def job_pods(job: Mapping[str, Any]) -> int:
    """Return the pods that a Job has at the same time: no more than are still to succeed."""
    parallel = _number(job.get("parallelism"), 1)
    return min(parallel, _number(job.get("completions"), parallel))


def concurrent_jobs(cron: Mapping[str, Any]) -> int:
    """Return how many Jobs of a CronJob there may be at the same time, by the CronJob's spec.

    Replace ends a Job and starts the next while the old pods are still going. With Allow it is as many as begin before
    the first one's deadline; without a deadline nobody knows, and one that outlasts the next one's time is counted.
    """
    policy = cron.get("concurrencyPolicy", "Allow")
    if cron.get("suspend") is True:
        return 0
    if policy == "Forbid":
        return 1
    deadline = _number(_at(cron, "jobTemplate", "spec", "activeDeadlineSeconds"), 0)
    if policy == "Replace" or not deadline:
        return 2
    return -(-deadline // shortest_gap(str(cron["schedule"])))


def most_pods(
    manifest: Mapping[str, Any], *, scaled_to: int | None = None, nodes: int | None = None, by_flagger: bool = False
) -> Most:
    """Return the most pods of a workload.

    `scaled_to` is the most that an autoscaler asks for, `nodes` the number of nodes that a DaemonSet is on (None: not
    known, one is counted). Of what Argo Rollouts moves by weights, and of what Flagger moves, the old version stays as
    it is while the new one grows to its size; Flagger then updates the pods that serve, beside those.
    """
    kind, spec = manifest.get("kind"), manifest.get("spec") or {}
    if kind in _JOBS:
        return _JOBS[kind](spec)
    if kind == "DaemonSet":
        there = 1 if nodes is None else nodes
        return Most(there, _added(_at(spec, "updateStrategy", "rollingUpdate", "maxSurge"), there, unset=0))
    replicas = max(_number(spec.get("replicas"), 1 if scaled_to is None else 0), scaled_to or 0)
    if kind == "Rollout":
        return Most(replicas, _of_rollout(_at(spec, "strategy") or {}, replicas))
    if kind == "Deployment":
        added = _of_deployment(_at(spec, "strategy") or {}, replicas)
        return Most(replicas, replicas + added if by_flagger else added)
    return Most(replicas)


def _of_cron_job(spec: Mapping[str, Any]) -> Most:
    """Replaced Jobs go while their successors come: as in an update."""
    each, jobs = job_pods(_at(spec, "jobTemplate", "spec") or {}), concurrent_jobs(spec)
    return Most(each, each) if spec.get("concurrencyPolicy") == "Replace" and jobs else Most(each * jobs)


def _of_scaled_job(spec: Mapping[str, Any]) -> Most:
    return Most(job_pods(spec.get("jobTargetRef") or {}) * _number(spec.get("maxReplicaCount"), _SCALED_JOBS))


_JOBS: Mapping[Any, Callable[[Mapping[str, Any]], Most]] = {
    "CronJob": _of_cron_job,
    "Job": lambda spec: Most(job_pods(spec)),
    "ScaledJob": _of_scaled_job,
}


def _of_rollout(strategy: Mapping[str, Any], replicas: int) -> int:
    if "blueGreen" in strategy or "trafficRouting" in (strategy.get("canary") or {}):
        return replicas
    return _added(_at(strategy, "canary", "maxSurge"), replicas)


def _of_deployment(strategy: Mapping[str, Any], replicas: int) -> int:
    if strategy.get("type") == "Recreate":
        return 0
    return _added(_at(strategy, "rollingUpdate", "maxSurge"), replicas)


def _added(surge: Any, pods: int, *, unset: int | str = _SURGE) -> int:
    known = (isinstance(surge, int) and not isinstance(surge, bool)) or re.fullmatch(r"\d+%", str(surge))
    return percent_of(surge if known else unset, pods, up=True) if pods else 0


def _number(value: Any, unset: int) -> int:
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else unset


def _at(value: Any, *steps: str) -> Any:
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
