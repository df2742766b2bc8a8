"""Every selector finds the pods that it is for, and no others."""

from collections.abc import Iterator
from typing import Any

from components.apps.words import Manifest
from tests.support.app_rules.words import SELECTING, Rule, named, workloads
from tests.support.coherence import template
from tests.support.generate.stacks import World

Pods = list[tuple[str, str, str, Manifest]]
_VERSIONS = {"version", "app.kubernetes.io/version"}


def _pods(world: World) -> Pods:
    """Return the pods as (namespace, app, workload, labels)."""
    return [
        (app.namespace, app.name, each["metadata"]["name"], template(each)["metadata"]["labels"])
        for app, objects in world.rendered
        for each in workloads(objects)
    ]


def own_pods(world: World) -> Iterator[str]:
    """A workload finds its own pods, by labels that no new version changes."""
    pods = _pods(world)
    for app, objects in world.rendered:
        for each in (each for each in workloads(objects) if each["kind"] in SELECTING):
            selector = each["spec"]["selector"]["matchLabels"]
            found = {name for space, _, name, labels in pods if space == app.namespace and _fits(selector, labels)}
            if found != {each["metadata"]["name"]} or _VERSIONS & selector.keys():
                yield f"{named(each)} selects the pods of {sorted(found)}"


def _fits(selector: Manifest, labels: Manifest) -> bool:
    return selector.items() <= labels.items()


def _selector(each: Manifest) -> Any:
    """Return what an object selects pods of the app by, None where it selects none, or pods that others make."""
    spec = each.get("spec", {})
    if each["kind"] == "Service":
        return spec.get("selector")
    if each["kind"] == "PodDisruptionBudget":
        return spec["selector"]["matchLabels"]
    found = spec.get("podSelector") or (spec.get("selector") if each["kind"] in _ISTIOS else None)
    labels = (found or {}).get("matchLabels")
    return None if labels is None or any("acme.cert-manager.io" in key for key in labels) else labels


_ISTIOS = frozenset({"AuthorizationPolicy", "PeerAuthentication", "Telemetry", "PodMonitor"})


def shared(world: World) -> Iterator[str]:
    """What is for an app's pods finds all that it means, and none of another app."""
    pods = _pods(world)
    for app, objects in world.rendered:
        for each in objects.values():
            selector = _selector(each)
            if selector is None or each["metadata"]["namespace"] != app.namespace:
                continue
            found = {owner for space, owner, _, labels in pods if space == app.namespace and _fits(selector, labels)}
            if found != {app.name}:
                yield f"{named(each)} of {app.name} selects the pods of {sorted(found)}"


RULES: tuple[Rule, ...] = (own_pods, shared)
