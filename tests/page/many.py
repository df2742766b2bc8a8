"""A stack of many apps: the apps of staging again and again, under other names and in other namespaces."""

import json
from dataclasses import replace

from slipway.cost.breakdown import Share
from slipway.page.data import PageData
from slipway.page.operations import app_of
from slipway.page.resources import manifest_path
from slipway.plan.model import Change, Plan, Step
from slipway.preview.apps import AppView
from slipway.recording.document import from_document, to_document
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.page.samples import breakdown, data_of, report

APPS_IN_A_NAMESPACE = 10


def many(apps: int) -> PageData:
    """Return staging with `apps` apps; a tenth of them gets a new image, a hundredth is new."""
    data = data_of()
    kept = tuple(each for each in data.recording.resources if not _is_apps(each, data.recording))
    copies, views = [], []
    for number in range(apps):
        view = data.apps[number % len(data.apps)]
        name, namespace = f"{view.name}-{number}", f"team-{number // APPS_IN_A_NAMESPACE}"
        copies.append(_copied(view, data.recording, name, namespace))
        views.append(_view(view, name, namespace))
    recording = replace(data.recording, resources=(*kept, *(each for copy in copies for each in copy)))
    summary = replace(
        data.summary,
        workloads=tuple(each for view in views for each in view.workloads),
        namespaces={**data.summary.namespaces, **{view.namespace: "restricted" for view in views}},
    )
    steps = [Step("unchanged", each, each) for each in kept]
    for number, copy in enumerate(copies):
        steps.extend(_step(each, number) for each in copy)
    costs = replace(breakdown(), apps=tuple(Share(view.name, breakdown().apps[0].cost) for view in views))
    return replace(
        data, recording=recording, summary=summary, apps=tuple(views), manifests=_manifests(recording),
        plan=Plan("staging", "main", tuple(steps)), breakdown=costs, report=report(data),
    )  # fmt: skip


def _manifests(recording: Recording) -> dict[str, str]:
    """Return texts as long as the real ones, in less time: here their number and size count, not their spelling."""
    found = {manifest_path(each): json.dumps(each.inputs, indent=2) for each in recording.resources}
    return {path: text for path, text in sorted(found.items()) if path}


def _step(resource: Resource, number: int) -> Step:
    if number % 100 == 1:
        return Step("create", None, resource)
    if number % 10 == 0 and resource.kind in ("Deployment", "StatefulSet"):
        change = Change(("spec", "template", "spec", "containers", 0, "image"), "web:1", "web:2")
        return Step("update", resource, resource, (change,))
    return Step("unchanged", resource, resource)


def _is_apps(resource: Resource, recording: Recording) -> bool:
    parent = recording.parent(resource)
    return resource.kind == "AppStack" or (parent is not None and _is_apps(parent, recording))


def _copied(view: AppView, recording: Recording, name: str, namespace: str) -> tuple[Resource, ...]:
    """Return all resources of an app, with its name and namespace replaced wherever they are written."""
    stack = next(each for each in recording.of_type("slipway:apps:AppStack") if each.name == view.name)
    own = replace(recording, resources=(stack, *recording.within(stack)))
    text = json.dumps(to_document(own)).replace(f'"{view.namespace}"', f'"{namespace}"').replace(view.name, name)
    return from_document(json.loads(text)).resources


def _view(view: AppView, name: str, namespace: str) -> AppView:
    workloads = tuple(
        replace(each, name=each.name.replace(view.name, name), namespace=namespace, app=name) for each in view.workloads
    )
    return replace(view, name=name, namespace=namespace, workloads=workloads)


def apps_of(recording: Recording) -> set[tuple[str, str]]:
    """Return the apps that the labels of a recording's objects name."""
    return {key for each in recording.resources if (key := app_of(each))}
