"""Checks of how an app changes: rolling updates, scaling, disruption budgets."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.disruption import surge, unavailable
from components.apps.each_app import each_app
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def stateful_update(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A StatefulSet is updated pod by pod."""
    if app.kind == "StatefulSet" and app.strategy.type == "Recreate":
        yield Problem(
            path=("strategy", "type"),
            message="a StatefulSet is updated pod by pod",
            found=app.strategy.type,
            allowed="RollingUpdate",
            nearest="RollingUpdate",
            app=app.name,
        )


@each_app
def pointless_limits(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Surge and unavailability are limited where an update has them: in the rolling update of a Deployment."""
    if app.kind == "StatefulSet":
        why = "a StatefulSet replaces one pod at a time"
    elif app.strategy.type == "Recreate":
        why = "Recreate stops all pods first"
    else:
        return
    given = {"maxSurge": app.strategy.max_surge, "maxUnavailable": app.strategy.max_unavailable}
    for key, value in given.items():
        if value is not None:
            yield Problem(
                path=("strategy", key),
                message=f"{why}, so that there is nothing to limit",
                found=str(value),
                allowed="unset",
                app=app.name,
            )


@each_app
def update_begins(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A rolling update may have a pod more or a pod less."""
    if app.kind != "Deployment" or app.strategy.type == "Recreate":
        return
    if surge(app.strategy) in {0, "0%"} and unavailable(app.strategy) in {0, "0%"}:
        yield Problem(
            path=("strategy", "maxSurge"),
            message="with neither an extra nor a missing pod no update can ever begin",
            found="maxSurge 0, maxUnavailable 0",
            allowed="one of the two above 0",
            nearest="1",
            app=app.name,
        )


@each_app
def scaling_range(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An autoscaler has a range, and the app starts within it."""
    if app.scaling is None:
        return
    low, high = app.scaling.min_replicas, app.scaling.max_replicas
    if low > high:
        yield Problem(
            path=("scaling", "maxReplicas"),
            message=f"less than minReplicas, {low}",
            found=str(high),
            allowed=f"at least {low}",
            nearest=str(low),
            app=app.name,
        )
    elif app.replicas is not None and not low <= app.replicas <= high:
        yield Problem(
            path=("replicas",),
            message="the app would be created with a number that its autoscaler changes at once",
            found=str(app.replicas),
            allowed=f"{low} to {high}, or unset",
            nearest=str(min(max(app.replicas, low), high)),
            app=app.name,
        )


@each_app
def scaling_target(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An autoscaler has something to go by."""
    if app.scaling is not None and app.scaling.keda is None and not app.scaling.shares and not app.scaling.metrics:
        yield Problem(
            path=("scaling",),
            message="there is nothing to scale on",
            found="neither cpu nor memory",
            allowed="cpu, memory or both, in percent of the request; metrics; or keda",
            app=app.name,
        )


@each_app
def disruption_budget(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A disruption budget says one thing."""
    own = app.disruption
    if own is not None and (own.max_unavailable is None) == (own.min_available is None):
        yield Problem(
            path=("disruption",),
            message="a budget counts either the pods that may go or those that must stay",
            found="neither" if own.max_unavailable is None else "maxUnavailable and minAvailable",
            allowed="exactly one of maxUnavailable, minAvailable",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    stateful_update,
    pointless_limits,
    update_begins,
    scaling_range,
    scaling_target,
    disruption_budget,
)
