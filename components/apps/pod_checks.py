"""Checks within one app's pod: probes, variables, resources, volumes, and what the mesh's sidecar needs."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components import quantity
from components.apps.each_app import each_app
from components.apps.mesh_limits import PROXY_PORTS, PROXY_USERS, mesh_of
from components.apps.ports import main_port
from components.apps.probes import HANDLERS, ProbeSettings
from components.apps.volumes import persistent
from components.problem import KeyPath, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _probe(app: "AppSettings", kind: str, probe: ProbeSettings) -> Iterator[Problem]:
    path: KeyPath = ("probes", kind)
    handlers = probe.handlers
    if len(handlers) != 1:
        yield Problem(
            path=path,
            message="a probe checks one thing",
            found=" and ".join(handlers) or "none of them",
            allowed=f"exactly one of {', '.join(HANDLERS)}",
            app=app.name,
        )
    for key, reference in (("port", probe.port), ("tcp", probe.tcp), ("grpc", probe.grpc)):
        if isinstance(reference, str) and reference not in app.ports:
            yield unknown_word((*path, key), "port of the app", reference, app.ports, app.name)
    if probe.path is not None and probe.port is None and main_port(app.ports) is None:
        yield Problem(
            path=(*path, "port"),
            message="the app has no port that the probe could use by default",
            found="no port",
            allowed="a port number, or a port of the app",
            app=app.name,
        )
    if kind != "readiness" and probe.success_threshold != 1:
        yield Problem(
            path=(*path, "successThreshold"),
            message=f"a {kind} probe succeeds at the first success",
            found=str(probe.success_threshold),
            allowed="1",
            app=app.name,
        )


@each_app
def probes(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A probe has one handler, and its port exists."""
    declared = {"liveness": app.probes.liveness, "readiness": app.probes.readiness, "startup": app.probes.startup}
    for kind, probe in declared.items():
        if probe is not None:
            yield from _probe(app, kind, probe)


@each_app
def variables(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A variable under `env` has one source."""
    for name, variable in app.env.items():
        if len(variable.sources) != 1:
            yield Problem(
                path=("env", name),
                message="a variable has one source",
                found=" and ".join(variable.sources) or "none",
                allowed="exactly one of secretKeyRef, fieldRef; a plain value goes under config",
                app=app.name,
            )


@each_app
def requests(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """No request is above its limit."""
    limits, wanted = app.resources.limits, app.resources.requests
    for name, request, limit in (("cpu", wanted.cpu, limits.cpu), ("memory", wanted.memory, limits.memory)):
        if request is not None and quantity.parse(request) > quantity.parse(limit):
            yield Problem(
                path=("resources", "requests", name),
                message=f"the request is above the limit of {limit}",
                found=request,
                allowed=f"at most {limit}",
                nearest=limit,
                app=app.name,
            )


@each_app
def volume_owner(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Persistent volumes belong to a StatefulSet."""
    if persistent(app.volumes) and app.kind != "StatefulSet":
        yield Problem(
            path=("volumes",),
            message=f"the pods of a {app.kind} cannot own volumes: all would want the same one",
            found=app.kind,
            allowed="kind: StatefulSet, or type: ephemeral or emptyDir for space that lives as long as the pod",
            nearest="StatefulSet",
            app=app.name,
        )


@each_app
def mount_paths(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Every mount path is used once."""
    paths = Counter([*(volume.mount_path for volume in app.volumes.values()), *app.scratch])
    for path, count in paths.items():
        if count > 1:
            yield Problem(
                path=("scratch",) if path in app.scratch else ("volumes",),
                message="two mounts at one path",
                found=path,
                allowed="every path once, in volumes and scratch together (scratch is [/tmp] where it is not set)",
                app=app.name,
            )


@each_app
def pull_secrets(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A registry's Secret is named once: the API server keeps them as a map."""
    for name, count in Counter(app.image_pull_secrets).items():
        if count > 1:
            yield Problem(
                path=("imagePullSecrets",),
                message="the same Secret more than once",
                found=name,
                allowed="every name once",
                app=app.name,
            )


@each_app
def proxy_ports(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The app leaves to the mesh's sidecar its ports."""
    mesh = mesh_of(app, settings)
    for name, port in app.ports.items():
        if port.container_port in PROXY_PORTS[mesh]:
            yield Problem(
                path=("ports", name),
                message=f"the sidecar of {mesh} listens on this port in every pod",
                found=str(port.container_port),
                allowed=f"any port but {', '.join(map(str, sorted(PROXY_PORTS[mesh])))}",
                app=app.name,
            )


@each_app
def proxy_user(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The app leaves to the mesh's sidecar its user, by which the sidecar's own traffic is known."""
    mesh = mesh_of(app, settings)
    if app.run_as.user == PROXY_USERS[mesh]:
        yield Problem(
            path=("runAs", "user"),
            message=f"the sidecar of {mesh} is this user, whose traffic goes around the mesh",
            found=str(app.run_as.user),
            allowed=f"any user but {app.run_as.user} and 0",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    probes,
    variables,
    requests,
    volume_owner,
    mount_paths,
    pull_secrets,
    proxy_ports,
    proxy_user,
)
