"""Targets for CPU and memory that no pod can reach, so that an autoscaler never adds one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from components import quantity
from components.apps.each_app import each_app
from components.apps.mesh_limits import mesh_of
from components.apps.pod_resources import settled
from components.apps.resources import ResourcesSettings, requests
from components.apps.scaling_metrics import AverageTargetSettings, ResourceTargetSettings, ValueTargetSettings
from components.apps.tiers import TIERS
from components.networking.mesh.membership import is_ambient
from components.problem import Advice, KeyPath, Problem
from components.quantity import parse

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

TOLERANCE = Decimal("1.1")
"""By how much a measure must exceed its target before an autoscaler acts (horizontal-pod-autoscaler-tolerance)."""

Pairs = list[tuple[Decimal, Decimal]]
"""Requests with their limits."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an autoscaler aims at: percent of the requests, or an amount; `whole` is of all containers together."""

    path: KeyPath
    resource: str
    percent: int | None
    amount: str | None
    whole: bool = True


def _pair(app: "AppSettings", settings: ResourcesSettings, resource: str) -> tuple[Decimal, Decimal]:
    limit = settings.limits.cpu if resource == "cpu" else settings.limits.memory
    return parse(requests(settings, TIERS[app.tier].request_percent)[resource]), parse(limit)


def _amounts(app: "AppSettings", settings: "StackSettings", resource: str) -> Pairs:
    """Return the request and the limit of every container that runs with the app, a mesh's proxy among them."""
    found = [_pair(app, each, resource) for role, each in settled(app) if role != "init"]
    if mesh_of(app, settings) != "none" and not is_ambient(settings.mesh):
        proxy = settings.mesh.sidecar
        found.append((parse(getattr(proxy.requests, resource)), parse(getattr(proxy.limits, resource))))
    return found


def _reach(pairs: Pairs, *, whole: bool) -> Decimal:
    """Return how many times what they request containers can use: together, or the one that can most."""
    if whole:
        return sum((limit for _, limit in pairs), Decimal(0)) / sum((request for request, _ in pairs), Decimal(0))
    return max(limit / request for request, limit in pairs)


_Said = ResourceTargetSettings | AverageTargetSettings | ValueTargetSettings


def _target(path: KeyPath, resource: str, said: _Said, *, whole: bool) -> Iterator[Target]:
    if isinstance(said, ResourceTargetSettings):
        yield Target(path, resource, said.average_utilization, said.average_value, whole)


def _targets(app: "AppSettings") -> Iterator[Target]:
    """Yield every target for CPU and memory of an app's pods."""
    if app.scaling is None:
        return
    for resource, percent in app.scaling.shares.items():
        yield Target(("scaling", resource), resource, percent, None)
    for index, each in enumerate(app.scaling.metrics if app.scaling.keda is None else ()):
        if each.measured is not None:
            whole = each.resource is not None
            path = ("scaling", "metrics", index, "resource" if whole else "containerResource", "target")
            yield from _target(path, each.measured.name, each.measured.target, whole=whole)
    for name, trigger in app.scaling.keda.triggers.items() if app.scaling.keda is not None else ():
        if trigger.measured is not None:
            place: KeyPath = ("scaling", "keda", "triggers", name, trigger.sources[0])
            yield from _target(place, trigger.sources[0], trigger.measured, whole=trigger.measured.container is None)


@each_app
def reachable(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What an autoscaler aims at can be reached: pods use no more than their limits."""
    for each in _targets(app):
        pairs = _amounts(app, settings, each.resource)
        most = int(_reach(pairs, whole=each.whole) * 100)
        if each.percent is not None and each.percent > most:
            yield Problem(
                each.path if len(each.path) == 2 else (*each.path, "averageUtilization"),
                f"pods can use {most} % of the {each.resource} that they request: the autoscaler would never add one",
                str(each.percent),
                f"percent of the requests, at most {most}; a common one is 70",
                "70",
                app=app.name,
            )
        together = sum((limit for _, limit in pairs), Decimal(0))
        if each.amount is not None and parse(each.amount) > together:
            yield Problem(
                (*each.path, "averageValue"),
                "the limits of a pod's containers are below it: the autoscaler would never add one",
                each.amount,
                f"less than the limits together, {together.normalize():f}",
                quantity.meant(each.amount, "m" if each.resource == "cpu" else "Mi"),
                app=app.name,
            )


@each_app
def tight(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say which targets are so near the limits that the autoscaler's tolerance hides that they are reached."""
    for each in _targets(app):
        most = _reach(_amounts(app, settings, each.resource), whole=each.whole) * 100
        if each.percent is not None and each.percent <= most < each.percent * TOLERANCE:
            yield Advice(
                each.path,
                f"pods can use {int(most)} % of the {each.resource} that they request; the autoscaler adds one above"
                f" {each.percent} % and its tolerance of a tenth: never; aim at {int(most / TOLERANCE)} or less",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (reachable,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (tight,)
