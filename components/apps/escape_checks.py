"""Checks of the escape hatch, and that nobody uses it without being told."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.manifests import declared
from components.apps.patches import targets
from components.apps.raw_objects import CLUSTER_SCOPED
from components.apps.strategies import made_by_flagger
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.apps.words import Manifest
    from components.settings import StackSettings


@each_app
def patched_objects(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A patch is for an object that the app has."""
    if not app.patches:
        return
    with suppress(LookupError, TypeError, ValueError):  # what cannot be rendered: another check says why
        objects = declared(app, context(settings))
        words = {*objects, *(manifest["kind"] for manifest in objects.values())}
        for key in app.patches:
            if not targets(objects, key):
                yield unknown_word(("patches", key), "object of the app", key, words, app.name)


@each_app
def raw_objects(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An object of the app is in its namespace."""
    for name, manifest in app.objects.items():
        if manifest["kind"] in CLUSTER_SCOPED:
            yield Problem(
                path=("objects", name, "kind"),
                message="belongs to the whole cluster, and with this app it would go",
                found=manifest["kind"],
                allowed="kinds that are in a namespace; the platform has the others",
                app=app.name,
            )
        if manifest["kind"] == "Secret":
            yield Problem(
                path=("objects", name, "kind"),
                message="the values of a Secret would stand here in clear text",
                found="Secret",
                allowed="secrets: {values: {VARIABLE: NAME}}, with the value under slipway:secrets",
                app=app.name,
            )
        namespace = manifest.get("metadata", {}).get("namespace", app.namespace)
        if namespace != app.namespace:
            yield Problem(
                path=("objects", name, "metadata", "namespace"),
                message="an app's objects are in its own namespace",
                found=str(namespace),
                allowed=f"{app.namespace}, or nothing",
                nearest=app.namespace,
                app=app.name,
            )


def own_names(settings: "StackSettings") -> Iterator[Problem]:
    """No object of an app has the kind and name of one that Slipway makes for any app, or of another app's own."""
    rooms = {app.namespace for app in settings.apps if app.objects}
    stack = context(settings)
    owners: dict[tuple[str, ...], str] = {}
    written: list[tuple[AppSettings, str, tuple[str, ...]]] = []
    for app in (each for each in settings.apps if each.namespace in rooms):
        with suppress(LookupError, TypeError, ValueError, AttributeError):  # see above
            owners.update(dict.fromkeys(((*made, app.namespace) for made in made_by_flagger(app)), app.name))
            for suffix, manifest in declared(app, stack).items():
                if suffix.startswith("object-"):
                    written.append((app, suffix, _identity(manifest)))
                else:
                    owners[_identity(manifest)] = app.name
    for app, suffix, known in written:
        owner = owners.setdefault(known, f"{app.name}/{suffix}")
        if owner != f"{app.name}/{suffix}":
            has = owner.partition("/")[0]
            yield Problem(
                path=("objects", suffix.removeprefix("object-")),
                message="the app has this object already" if has == app.name else f"{has} has this object already",
                found=f"{known[0]} {known[1]}",
                allowed="another metadata.name; what Slipway makes is changed under patches",
                app=app.name,
            )


def _identity(manifest: "Manifest") -> tuple[str, ...]:
    described, group = manifest["metadata"], manifest["apiVersion"].rpartition("/")[0]
    return manifest["kind"], described["name"], group, described["namespace"]


@each_app
def hatch(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Patches and objects pass by all that Slipway knows."""
    for key in app.patches:
        yield Advice(
            path=("patches", key),
            text="is applied last: no check has seen the result, which may break what Slipway promises of the app",
            app=app.name,
        )
    for name, manifest in app.objects.items():
        yield Advice(
            path=("objects", name),
            text=f"{manifest['kind']} as written: nothing of it is checked but its kind, name and namespace",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (raw_objects,)
LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (patched_objects, own_names)
"""What asks about rendered objects."""
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (hatch,)
