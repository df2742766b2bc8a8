"""References to objects that nobody in the stack makes: pods wait for them, or fail, until somebody else does."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from components.apps.context import context
from components.apps.manifests import declared
from components.apps.raw_objects import raw_name
from components.apps.volumes import persistent
from components.problem import Advice, KeyPath

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

Reference = tuple[KeyPath, str, str]
"""Where it is written, the kind of what is meant, and its name."""

_IN_PATCHES: dict[str, tuple[str, tuple[str, ...]]] = {
    "persistentVolumeClaim": ("PersistentVolumeClaim", ("claimName",)),
    "configMap": ("ConfigMap", ("name",)),
    "configMapRef": ("ConfigMap", ("name",)),
    "configMapKeyRef": ("ConfigMap", ("name",)),
    "secret": ("Secret", ("secretName", "name")),
    "secretRef": ("Secret", ("name",)),
    "secretKeyRef": ("Secret", ("name",)),
}
"""The fields of a pod that name another object of the namespace (k8s.io/api/core/v1), and where its name is in them."""

_MAKERS = {"ExternalSecret": "Secret", "SealedSecret": "Secret"}
_WITHOUT = {
    "PersistentVolumeClaim": "the pods wait until it is there",
    "ServiceAccount": "no pod is made before it is there",
    "ConfigMap": "the pods do not start before it is there",
    "Secret": "the pods do not start before it is there",
}


def _in_patch(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of every object that a patch names, but for those that may be absent."""
    if isinstance(value, list):
        for each in value:
            yield from _in_patch(each)
    if not isinstance(value, dict):
        return
    if isinstance(value.get("serviceAccountName"), str):
        yield "ServiceAccount", value["serviceAccountName"]
    for key, each in value.items():
        if key in _IN_PATCHES and isinstance(each, dict) and not each.get("optional"):
            kind, places = _IN_PATCHES[key]
            yield from ((kind, each[place]) for place in places if isinstance(each.get(place), str))
        yield from _in_patch(each)


def _references(app: "AppSettings") -> Iterator[Reference]:
    for name, volume in app.volumes.items():
        if volume.claim_name is not None:
            yield ("volumes", name, "claimName"), "PersistentVolumeClaim", volume.claim_name
    if app.service_account.name is not None:
        yield ("serviceAccount", "name"), "ServiceAccount", app.service_account.name
    for target, patch in app.patches.items():
        yield from ((("patches", target), kind, name) for kind, name in _in_patch(patch))


def _claims(app: "AppSettings") -> Iterator[str]:
    """Yield the claims that a StatefulSet makes: VOLUME-APP-NUMBER."""
    first = app.stateful_set.first_ordinal if app.stateful_set is not None else 0
    for volume in persistent(app.volumes):
        yield from (f"{volume}-{app.name}-{number}" for number in range(first, first + app.most_replicas))


def _made(settings: "StackSettings", namespaces: set[str]) -> set[tuple[str, str, str]]:
    """Return what the apps of these namespaces make, by kind, namespace and name."""
    stack = context(settings)
    found = {("ServiceAccount", name, "default") for name in namespaces}
    for app in settings.apps:
        if app.namespace not in namespaces:
            continue
        objects = [(str(each["kind"]), str(each["metadata"]["name"])) for each in declared(app, stack).values()]
        objects += [(str(app.objects[key]["kind"]), raw_name(app, key)) for key in app.objects]
        found |= {(_MAKERS.get(kind, kind), app.namespace, name) for kind, name in objects}
        found |= {("PersistentVolumeClaim", app.namespace, name) for name in _claims(app)}
    return found


def unmade(settings: "StackSettings") -> Iterator[Advice]:
    """Say which objects somebody else has to make first; of secrets and snapshots that keys name other rules speak."""
    wanted = [(app, each) for app in settings.apps for each in _references(app)]
    made = _made(settings, {app.namespace for app, _ in wanted}) if wanted else set()
    for app, (path, kind, name) in wanted:
        if (kind, app.namespace, name) not in made:
            yield Advice(
                path,
                f"nobody in the stack makes the {kind} {name} in the namespace {app.namespace}: {_WITHOUT[kind]};"
                " an app's `objects` can make it",
                app=app.name,
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unmade,)
