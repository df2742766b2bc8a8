"""What a plan does to the things of the topology: the gravest of the operations on what they are made of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from slipway.plan.model import Operation, Plan, Step
from slipway.preview.pods import APP_LABEL
from slipway.recording.objects import namespace, text
from slipway.recording.resource import Resource

GRAVITY: tuple[Operation, ...] = ("delete", "replace", "create", "update", "unchanged")
"""The operations, the one that a reviewer must see first in front."""

AppKey = tuple[str, str]
"""Namespace and name of an app."""


@dataclass(frozen=True)
class Operations:
    """The steps that do something, by the URN of their resource and by the app that they belong to."""

    by_urn: Mapping[str, Step] = field(default_factory=dict)
    by_app: Mapping[AppKey, tuple[Step, ...]] = field(default_factory=dict)

    def of(self, urns: Iterable[str]) -> str | None:
        """Return the gravest operation on any of these resources, None where nothing happens to them."""
        return gravest(self.by_urn[urn].operation for urn in urns if urn in self.by_urn)

    def of_whole(self, urns: Iterable[str]) -> str | None:
        """Return what happens to a thing of several resources: it is created only with all of them."""
        listed = tuple(urns)
        return _whole(self.by_urn[urn].operation if urn in self.by_urn else "unchanged" for urn in listed)

    def of_app(self, app: AppKey) -> str | None:
        """Return what happens to an app, which has resources that do not change, too, unless all are made or go."""
        return _whole(step.operation for step in self.by_app.get(app, ()))

    def counts(self, app: AppKey) -> dict[str, int]:
        """Return the number of an app's steps by operation."""
        found = Counter(step.operation for step in self.by_app.get(app, ()))
        return {name: found[name] for name in GRAVITY if found[name] and name != "unchanged"}


def operations(plan: Plan | None) -> Operations:
    """Return the operations of a plan; none without one."""
    if plan is None:
        return Operations()
    by_app: dict[AppKey, list[Step]] = {}
    for step, key in _of_apps(plan.steps):
        by_app.setdefault(key, []).append(step)
    return Operations(
        by_urn={step.urn: step for step in plan.changed},
        by_app={key: tuple(steps) for key, steps in by_app.items()},
    )


def _of_apps(steps: Iterable[Step]) -> Iterator[tuple[Step, AppKey]]:
    for step in steps:
        if key := app_of(step.resource):
            yield step, key


def app_of(resource: Resource) -> AppKey | None:
    """Return the app that a Kubernetes object belongs to by its label, None for one of the platform's own."""
    name = text(resource.inputs, "metadata", "labels", APP_LABEL)
    where = namespace(resource)
    return (where, name) if name and where else None


def _whole(found: Iterable[str]) -> str | None:
    counted = Counter(found)
    if not counted or set(counted) == {"unchanged"}:
        return None
    if len(counted) == 1:
        return next(iter(counted))
    return "replace" if counted["replace"] else "update"


def gravest(found: Iterable[str]) -> str | None:
    """Return the gravest of some operations, None where there are none."""
    return min(found, key=GRAVITY.index, default=None)
