"""Checks of what an app names: itself, other apps, namespaces, pools, secrets, classes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from components.apps.each_app import each_app, gather
from components.apps.flows import flows
from components.apps.labels import RESERVED
from components.apps.naming import canary_name, own_secret_name
from components.apps.ports import serving
from components.apps.snapshots import OWNER
from components.apps.strategies import colour_name, colours, made_by_flagger
from components.apps.tiers import CLASSES, SYSTEM_CLASSES
from components.foundation.storage import storage_class_names
from components.problem import Problem, unknown_secret, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def unique_name(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An app's name stands for it in allowFrom, in Pulumi and in the gateway's namespace: it must be its own."""
    same = [other for other, name in gather(lambda each: iter([each.name]), settings) if name == app.name]
    if len(same) < 2 or same[0] is not app:
        return
    owners = [each.labels[OWNER] for each in same if OWNER in each.labels]
    if len(owners) == len(same):  # none of them is in a file
        yield Problem(
            path=("name",),
            message=f"the snapshots of volumes of {' and of '.join(owners)} would be taken by one CronJob",
            found=app.name,
            allowed="names that differ with those of their volumes: APP-VOLUME-snapshots",
            app=owners[-1],
        )
    else:
        yield Problem(
            path=("name",),
            message=f"{len(same)} apps of this environment have the same name",
            found=app.name,
            allowed="a name that no other app of the environment has, in any namespace",
            app=app.name,
        )


@each_app
def declared_namespace(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An app's namespace is one of the stack's."""
    if app.namespace not in settings.namespaces:
        yield unknown_word(("namespace",), "namespace", app.namespace, settings.namespaces, app.name)


@each_app
def declared_pool(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A node pool that an app names is one of the stack's."""
    if app.pool is not None and app.pool not in settings.node_pools:
        yield unknown_word(("pool",), "node pool", app.pool, settings.node_pools, app.name)


@each_app
def declared_secrets(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A secret value that an app names is in the stack file."""
    for variable, name in app.secrets.values.items():
        if name not in settings.secrets:
            what = "secret (pulumi config set --secret --path slipway:secrets.NAME)"
            yield unknown_secret(("secrets", "values", variable), what, name, settings.secrets, app.name)


@each_app
def peers(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The apps of allowFrom and allowTo exist, and the one that is called listens."""
    apps = {name: other for other, name in gather(lambda each: iter([each.name]), settings)}
    for key, names in (("allowFrom", app.allow_from), ("allowTo", app.allow_to)):
        for index, name in enumerate(names):
            if name not in apps:
                yield unknown_word((key, index), "app in this environment", name, apps, app.name)
                continue
            server = app if key == "allowFrom" else apps[name]
            if not serving(server.ports):
                yield Problem(
                    path=(key, index),
                    message=f"{server.name} has no port that could be opened",
                    found=name,
                    allowed="an app with a port besides metrics",
                    app=app.name,
                )


@each_app
def priority_class(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A priority class is one that Slipway makes or every cluster has; an existing cluster may have others."""
    classes = (*CLASSES, *SYSTEM_CLASSES)
    if app.priority_class and settings.cluster.existing is None and app.priority_class not in classes:
        yield unknown_word(("priorityClass",), "priority class", app.priority_class, classes, app.name)


@each_app
def storage_classes(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A storage class is one that Slipway makes; an existing cluster may have others."""
    if settings.cluster.existing is not None:
        return
    classes = storage_class_names(settings.storage, existing=False)
    for name, volume in app.volumes.items():
        if volume.storage_class and volume.storage_class not in classes:
            path = ("volumes", name, "storageClass")
            yield unknown_word(path, "storage class", volume.storage_class, classes, app.name)


@each_app
def own_labels(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An app's labels leave those alone that selectors and reports go by."""
    for key in sorted(RESERVED & app.labels.keys()):
        yield Problem(
            path=("labels", key),
            message="Slipway or Kubernetes sets this label",
            found=app.labels[key],
            allowed=f"any label but {', '.join(sorted(RESERVED))}",
            app=app.name,
        )


def _object_names(app: "AppSettings", pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield namespace, kind and name of those objects whose name another app's could be equal to.

    `pairs` are the flows that the app is the client or the server of.
    """
    yield app.namespace, app.kind, app.name
    if app.canary:
        yield app.namespace, "Deployment", canary_name(app)
    for colour in colours(app):
        yield app.namespace, "Deployment", colour_name(app, colour)
    yield from ((app.namespace, kind, name) for kind, name, _ in made_by_flagger(app) if kind != "Service")
    for client, server in pairs:
        if server == app.name:
            yield app.namespace, "NetworkPolicy", f"{server}-from-{client}"
        if client == app.name:
            yield app.namespace, "NetworkPolicy", f"{client}-to-{server}"


def _flows_of_each(settings: "StackSettings") -> dict[str, list[tuple[str, str]]]:
    """Return the flows by the name of each app in them; none where an app does not say whom it lets in."""
    found: dict[str, list[tuple[str, str]]] = {}
    with suppress(AttributeError):
        for pair in sorted(flows(settings.apps)):
            for name in dict.fromkeys(pair):
                found.setdefault(name, []).append(pair)
    return found


def distinct_objects(settings: "StackSettings") -> Iterator[Problem]:
    """No two apps of a namespace make an object of the same name, such as a canary and an app called web-canary."""
    pairs = _flows_of_each(settings)
    made = list(gather(lambda app: _object_names(app, pairs.get(app.name, ())), settings))
    owners: dict[tuple[str, str, str], str] = {}
    for app, thing in made:
        owners.setdefault(thing, app.name)
    for app, thing in made:
        if owners[thing] != app.name:
            yield Problem(
                path=("name",),
                message=f"{owners[thing]} and {app.name} would both make the {thing[1]} {thing[2]}",
                found=app.name,
                allowed="a name that does not continue another app's",
                app=app.name,
            )


@each_app
def own_secret(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The Secret that Slipway makes is not one that something else makes, too."""
    if app.secrets.values and own_secret_name(app) in app.secrets.existing:
        yield Problem(
            path=("secrets", "existing", app.secrets.existing.index(own_secret_name(app))),
            message="Slipway makes a Secret of this name for secrets.values",
            found=own_secret_name(app),
            allowed="another name, or no secrets.values",
            app=app.name,
        )


@each_app
def former_names(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A name that an app had is nobody's now: two apps cannot be one, and the engine refuses it."""
    now = {name for _, name in gather(lambda each: iter([each.name]), settings)}
    first: dict[str, str] = {}
    for other, name in gather(lambda each: iter(each.formerly), settings):
        first.setdefault(name, other.name)
    for index, former in enumerate(app.formerly):
        if former in now or first[former] != app.name:
            yield Problem(
                path=("formerly", index),
                message=f"an app has this name: {former}" if former in now else f"{first[former]} had this name, too",
                found=former,
                allowed="a name that was this app's, and is no other's",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    unique_name,
    former_names,
    declared_namespace,
    declared_pool,
    declared_secrets,
    peers,
    priority_class,
    storage_classes,
    own_labels,
    distinct_objects,
    own_secret,
)
