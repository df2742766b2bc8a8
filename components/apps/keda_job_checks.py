"""Checks of Jobs that KEDA makes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.keda_checks import SORTS
from components.apps.strategies import by_events
from components.problem import Advice, KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

KEDA = ("scaling", "keda")

_ONLY_JOBS = {
    "scaling_strategy": "scalingStrategy",
    "rollout": "rollout",
    "successful_jobs_history_limit": "successfulJobsHistoryLimit",
    "failed_jobs_history_limit": "failedJobsHistoryLimit",
}
_NO_JOBS = {
    "idle_replica_count": "idleReplicaCount",
    "cooldown_period": "cooldownPeriod",
    "initial_cooldown_period": "initialCooldownPeriod",
    "fallback": "fallback",
    "restore_to_original_replica_count": "restoreToOriginalReplicaCount",
}
_CUSTOM = {
    "custom_scaling_queue_length_deduction": "customScalingQueueLengthDeduction",
    "custom_scaling_running_job_percentage": "customScalingRunningJobPercentage",
}


@each_app
def fitting_keys(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What is said of Jobs is said of a Job, and what is said of pods that stay of another kind."""
    if app.scaling is None or app.scaling.keda is None:
        return
    keys, why, allowed = _ONLY_JOBS, "only a Job has this: KEDA makes one for each event", "unset, or kind: Job"
    if app.kind == "Job":
        keys, why = _NO_JOBS, "the pods of a Job end by themselves: KEDA takes none away"
        allowed = "unset, or a kind whose pods stay"
    for field, key in keys.items():
        if field in app.scaling.keda.model_fields_set:
            yield Problem((*KEDA, key), why, f"{key} of a {app.kind}", allowed, app=app.name)
    if app.kind == "Job" and "behavior" in app.scaling.model_fields_set:
        yield Problem(
            ("scaling", "behavior"),
            "is for an autoscaler that changes a number of pods; a Job is started for each event",
            "behavior of a Job",
            "unset; scaling.keda.scalingStrategy says how many Jobs are added",
            app=app.name,
        )


@each_app
def nothing_measured(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What pods use starts no Job: it is known only of pods that run."""
    if not by_events(app) or app.scaling is None or app.scaling.keda is None:
        return
    scaling = app.scaling
    given: dict[KeyPath, bool] = {
        ("scaling", "cpu"): "cpu" in scaling.model_fields_set and scaling.cpu is not None,
        ("scaling", "memory"): scaling.memory is not None,
        ("scaling", "metrics"): bool(scaling.metrics),
        **{
            (*KEDA, "triggers", name): each.measured is not None or each.http is not None
            for name, each in app.scaling.keda.triggers.items()
        },
    }
    for path, said in given.items():
        if said:
            yield Problem(
                path,
                "a Job is started for an event, and what pods use is none: KEDA refuses it of Jobs",
                f"{path[-1]} of a Job",
                f"triggers of {', '.join(each for each in SORTS if each not in {'cpu', 'memory', 'http'})}",
                app=app.name,
            )


@each_app
def custom_strategy(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The strategy `custom` has both of its numbers, without which KEDA fails; the others have none."""
    strategy = app.scaling.keda.scaling_strategy if app.scaling is not None and app.scaling.keda is not None else None
    if strategy is None:
        return
    custom = strategy.strategy == "custom"
    for field, key in _CUSTOM.items():
        if (getattr(strategy, field) is not None) != custom:
            yield Problem(
                (*KEDA, "scalingStrategy", key),
                "the strategy custom goes by this number" if custom else "is a number of the strategy custom",
                f"{'no ' if custom else ''}{key} with {strategy.strategy}",
                "a number" if custom else "unset, or strategy: custom",
                app=app.name,
            )


@each_app
def one_size(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The vertical autoscaler knows the Jobs of a CronJob, and of nobody else."""
    if by_events(app) and app.vertical_scaling is not None:
        yield Problem(
            ("verticalScaling",),
            "the Vertical Pod Autoscaler finds no workload behind the Jobs that KEDA makes",
            "verticalScaling of a Job by events",
            "unset",
            app=app.name,
        )


@each_app
def more_than_most(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Say which strategy goes beyond maxReplicas, by which quotas are checked."""
    if by_events(app) and app.scaling is not None and app.scaling.keda is not None:
        strategy = app.scaling.keda.scaling_strategy
        if strategy is not None and strategy.strategy == "custom":
            yield Advice(
                (*KEDA, "scalingStrategy", "strategy"),
                "custom holds only the new Jobs of one look to maxReplicas, not those that run: the quota, checked"
                " against maxReplicas, may refuse some",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    fitting_keys,
    nothing_measured,
    custom_strategy,
    one_size,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (more_than_most,)
