"""Checks of a pod's further containers, volumes, files and hooks."""

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components import quantity
from components.apps.config_files import MOST_BYTES, directories
from components.apps.containers import ContainerSettings, declared
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.lifecycle import drain_seconds, hook_seconds
from components.apps.ports import main_port
from components.apps.preset_containers import log_mount, preset_resources, proxied_port
from components.problem import KeyPath, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

LEAST_AFTER_THE_HOOK = 5
"""Seconds that a program gets between the signal to stop and the kill, at the least."""

_VOLUME_KEYS = {
    "persistent": frozenset({"size", "storage_class"}),
    "ephemeral": frozenset({"size", "storage_class"}),
    "emptyDir": frozenset({"size", "medium"}),
    "claim": frozenset({"claim_name", "access_mode"}),
    "secret": frozenset({"secret_name", "items", "mode"}),
}
_VOLUME_NEEDS = {"persistent": "size", "ephemeral": "size", "claim": "claim_name", "secret": "secret_name"}
_YAML = {
    "size": "size",
    "storage_class": "storageClass",
    "medium": "medium",
    "secret_name": "secretName",
    "items": "items",
    "mode": "mode",
    "claim_name": "claimName",
    "access_mode": "accessMode",
}


_NEEDED = {
    "size": "a size such as 20Gi",
    "claim_name": "the name of a PersistentVolumeClaim",
    "secret_name": "the name of a Secret of the namespace",
}


@each_app
def volume_types(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A volume has what its type needs, and nothing that its type has no use for."""
    for name, volume in app.volumes.items():
        for field, key in _YAML.items():
            if getattr(volume, field) is not None and field not in _VOLUME_KEYS[volume.type]:
                users = sorted(kind for kind, fields in _VOLUME_KEYS.items() if field in fields)
                yield Problem(
                    path=("volumes", name, key),
                    message=f"a volume of type {volume.type} has none",
                    found=str(getattr(volume, field)),
                    allowed=f"unset, or type {' or '.join(users)}",
                    app=app.name,
                )
        needed = _VOLUME_NEEDS.get(volume.type)
        if needed is not None and getattr(volume, needed) is None:
            yield Problem(
                path=("volumes", name, _YAML[needed]),
                message=f"a volume of type {volume.type} needs it",
                found="unset",
                allowed=_NEEDED[needed],
                app=app.name,
            )


@each_app
def container_names(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Every container of a pod has a name of its own."""
    taken = {app.name: "the app's own container", **dict.fromkeys(preset_resources(app), "a preset")}
    for key, name, _settings in declared(app):
        if name in taken:
            yield Problem(
                path=(key, name),
                message=f"{taken[name]} has this name",
                found=name,
                allowed="a name that no other container of the pod has",
                app=app.name,
            )
        taken.setdefault(name, key)


@each_app
def start_order(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An order of what starts before the app names all of it, once."""
    before = [*app.sidecars, *app.init_containers]
    for index, name in enumerate(app.start_order):
        if name not in before:
            yield unknown_word(("startOrder", index), "init container or sidecar", name, before, app.name)
    missing = [each for each in before if each not in app.start_order] if app.start_order else []
    if missing:
        yield Problem(
            ("startOrder",),
            "the order names all initContainers and sidecars",
            f"no {', '.join(missing)}",
            f"all of {', '.join(before)}, or unset: sidecars first",
            app=app.name,
        )


def _container(app: "AppSettings", path: KeyPath, settings: ContainerSettings) -> Iterator[Problem]:
    for volume in settings.mounts:
        if volume not in app.volumes:
            yield unknown_word((*path, "mounts", volume), "volume of the app", volume, app.volumes, app.name)
    for place, count in Counter([*settings.mounts.values(), *settings.scratch]).items():
        if count > 1:
            yield Problem((*path, "mounts"), "two mounts at one path", place, "every path once", app=app.name)
    for name, variable in settings.env.items():
        if len(variable.sources) != 1:
            found = " and ".join(variable.sources) or "none"
            allowed = "exactly one of secretKeyRef, fieldRef; a plain value goes under config"
            yield Problem((*path, "env", name), "a variable has one source", found, allowed, app=app.name)
        if name in settings.config:
            yield Problem((*path, "env", name), "config has this variable, too", name, "one of the two", app=app.name)
    limits, wanted = settings.resources.limits, settings.resources.requests
    for key, request, limit in (("cpu", wanted.cpu, limits.cpu), ("memory", wanted.memory, limits.memory)):
        if request is not None and quantity.parse(request) > quantity.parse(limit):
            where = (*path, "resources", "requests", key)
            yield Problem(
                where, f"the request is above the limit of {limit}", request, f"at most {limit}", app=app.name
            )


def _probes(app: "AppSettings", path: KeyPath, settings: ContainerSettings) -> Iterator[Problem]:
    probes = settings.probes
    for kind, probe in (("liveness", probes.liveness), ("readiness", probes.readiness), ("startup", probes.startup)):
        if probe is None:
            continue
        where = (*path, "probes", kind)
        if path[0] == "initContainers":
            yield Problem(where, "it runs to its end, and is never ready", kind, "no probes", app=app.name)
        if len(probe.handlers) != 1:
            found = " and ".join(probe.handlers) or "none of them"
            yield Problem(where, "a probe checks one thing", found, "one of path, tcp, exec, grpc", app=app.name)
        for key, port in (("port", probe.port), ("tcp", probe.tcp), ("grpc", probe.grpc)):
            if isinstance(port, str) and port not in settings.ports:
                yield unknown_word((*where, key), "port of the container", port, settings.ports, app.name)
        if probe.path is not None and probe.port is None and main_port(settings.ports) is None:
            yield Problem((*where, "port"), "the container has no port", "no port", "a port number", app=app.name)


@each_app
def further_containers(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A further container's mounts, variables, requests and probes hold together."""
    for key, name, settings in declared(app):
        yield from _container(app, (key, name), settings)
        yield from _probes(app, (key, name), settings)


@each_app
def files(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Files fit into one ConfigMap, and their directories are nobody else's."""
    size = sum(len(path.encode()) + len(file.content.encode()) for path, file in app.files.items())
    if size > MOST_BYTES:
        allowed = "at most 1 MiB together, which a ConfigMap holds"
        yield Problem(("files",), "the files are too large", f"{size} bytes", allowed, app=app.name)
    for path, file in app.files.items():
        if posixpath.dirname(path) == "/" and not file.sub_path:
            yield Problem(
                path=("files", path),
                message="the file is in the root directory, and a file is mounted with its directory",
                found=path,
                allowed=f"another directory, as in /etc/app{path}, or `subPath: true` beside `content`: it alone",
                app=app.name,
            )
        below = next((other for other in app.files if path.startswith(f"{other}/")), None)
        if below is not None:
            yield Problem(("files", path), f"{below} is a file, and no directory", path, "another path", app=app.name)
    others = [*(volume.mount_path for volume in app.volumes.values()), *app.scratch]
    for root, paths in directories(app.files).items():
        clash = next((each for each in others if f"{each}/".startswith(f"{root}/")), None)
        if clash is not None:
            yield Problem(
                path=("files", paths[0]),
                message=f"the directory {root} is mounted whole and read-only, and {clash} is to be writable",
                found=root,
                allowed="a directory that holds configuration only",
                app=app.name,
            )


@each_app
def hooks(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A hook does one thing, and its port exists."""
    for key, hook in (("postStart", app.lifecycle.post_start), ("preStop", app.lifecycle.pre_stop)):
        if hook is None:
            continue
        path = ("lifecycle", key)
        if len(hook.handlers) != 1:
            found = " and ".join(hook.handlers) or "none of them"
            yield Problem(path, "a hook does one thing", found, "exactly one of exec, path, sleep", app=app.name)
        if isinstance(hook.port, str) and hook.port not in app.ports:
            yield unknown_word((*path, "port"), "port of the app", hook.port, app.ports, app.name)
        if hook.path is not None and hook.port is None and main_port(app.ports) is None:
            yield Problem((*path, "port"), "the app has no port", "no port", "a port number", app=app.name)


@each_app
def grace(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A leaving pod has time for its load balancer's last requests, and then for its own end."""
    drain = drain_seconds(app, context(settings))
    before = hook_seconds(app, drain)
    least = max(before, drain) + LEAST_AFTER_THE_HOOK
    given = app.termination_grace_period_seconds
    if given is not None and (before or drain) and given < least:
        why = (
            f"the load balancer waits {drain} s for a leaving pod's open requests (ingress.alb.deregistrationDelay)"
            if drain >= before
            else f"the preStop hook sleeps {before} s"
        )
        yield Problem(
            path=("terminationGracePeriodSeconds",),
            message=f"{why}, and the pod is killed before or right after: the last requests would be cut off",
            found=str(given),
            allowed=f"at least {least}, or unset",
            nearest=str(least),
            app=app.name,
        )


@each_app
def presets(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A preset finds in the app what it is for."""
    proxy, adapter = app.presets.auth_proxy, app.presets.log_adapter
    path: KeyPath = ("presets", "authProxy")
    if proxy is not None:
        taken = proxied_port(app)
        if taken is None or taken not in app.ports:
            found = taken or "no port"
            yield Problem((*path, "port"), "the app has no such port", found, "one of the app's ports", app=app.name)
        if any(port.container_port == proxy.upstream_port for port in app.ports.values()):
            yield Problem(
                path=(*path, "upstreamPort"),
                message="whoever reaches this declared port needs not sign in",
                found=str(proxy.upstream_port),
                allowed="a port that the app listens on and does not declare under ports",
                app=app.name,
            )
    if adapter is not None and log_mount(app) is None:
        yield Problem(
            path=("presets", "logAdapter", "path"),
            message="the app cannot write there",
            found=posixpath.dirname(adapter.path),
            allowed="a directory under scratch, or the mountPath of a volume",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    volume_types,
    container_names,
    start_order,
    further_containers,
    files,
    hooks,
    presets,
)
LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (grace,)
"""What asks about the ways in."""
