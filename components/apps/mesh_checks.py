"""Checks of what apps ask of a mesh: that there is one which can do it."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps import egress_checks, mesh_advice
from components.apps.backends import exposures
from components.apps.each_app import each_app
from components.apps.mesh.durations import milliseconds
from components.apps.mesh.protocols import request_ports
from components.apps.mesh_limits import mesh_of
from components.apps.ports import serving
from components.networking.ingress.facts import controllers
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

TRAFFIC = {"retries": "retries", "timeout": "timeout", "circuit_breaker": "circuitBreaker"}
"""The fields that a mesh's proxies carry out, with their keys."""


def _way_into_a_mesh(app: "AppSettings", settings: "StackSettings") -> str:
    """Return the line to write so that the app's pods are in a mesh."""
    if settings.mesh.kind == "none":
        return "mesh: istio or mesh: linkerd in the stack file"
    return f"namespaces: {{{app.namespace}: {{mesh: true}}}} in the stack file"


@each_app
def traffic_in_a_mesh(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Retries, time limits and circuit breakers are the proxies' doing: without any, nothing would happen."""
    if mesh_of(app, settings) != "none":
        return
    for field, key in TRAFFIC.items():
        if getattr(app, field) is not None:
            yield Problem(
                path=(key,),
                message=f"{key} is carried out by the proxies of a mesh, and {app.name} has none",
                found=f"the namespace {app.namespace} outside every mesh",
                allowed=f"{_way_into_a_mesh(app, settings)}, or an app without {key}",
                app=app.name,
            )


@each_app
def traffic_of_requests(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Only requests can be repeated or cut short; of other protocols a mesh carries the bytes."""
    if mesh_of(app, settings) == "none" or request_ports(app):
        return
    for key, wanted in (("retries", app.retries), ("timeout", app.timeout)):
        if wanted is not None:
            yield Problem(
                path=(key,),
                message="no port of the app speaks HTTP or gRPC in plain text, so that the mesh sees no requests",
                found=", ".join(serving(app.ports)) or "no port",
                allowed=f"a port named http or grpc, or with appProtocol: http, or an app without {key}",
                app=app.name,
            )


@each_app
def tries_within_the_whole(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The time limit covers all tries together."""
    per_try = app.retries.per_try_timeout if app.retries is not None else None
    if per_try and app.timeout and milliseconds(per_try) > milliseconds(app.timeout):
        yield Problem(
            path=("retries", "perTryTimeout"),
            message=f"longer than timeout, which ends all tries together after {app.timeout}",
            found=per_try,
            allowed=f"at most {app.timeout}",
            nearest=app.timeout,
            app=app.name,
        )


@each_app
def canary_divided(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Somebody divides the requests between the two versions: a mesh, or the way in."""
    if app.canary is None or mesh_of(app, settings) != "none":
        return
    facts = controllers(settings)
    ways = [facts.get(each.controller or settings.ingress.controller) for _, each in exposures(app)]
    if not any(each is not None and each.weights for each in ways):
        yield Problem(
            path=("canary",),
            message="nobody would divide requests by weight and header between the two versions",
            found=f"no mesh in the namespace {app.namespace}, and no way in that divides",
            allowed=f"{_way_into_a_mesh(app, settings)}, or a route by istio, gateway-api, alb or nginx",
            app=app.name,
        )


@each_app
def canary_workload(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A canary is a Deployment beside a Deployment."""
    if app.canary is not None and app.kind != "Deployment":
        yield Problem(
            path=("canary",),
            message="two StatefulSets would not share their volumes",
            found=app.kind,
            allowed="kind: Deployment",
            nearest="Deployment",
            app=app.name,
        )


@each_app
def canary_requests(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A canary has requests to share."""
    if app.canary is not None and not serving(app.ports):
        yield Problem(
            path=("canary",),
            message="nothing calls the app, so that there are no requests to divide",
            found="no port besides metrics",
            allowed="an app with a port",
            app=app.name,
        )


@each_app
def linkerd_probes(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Where nobody is admitted unasked, Linkerd lets the kubelet in for plain HTTP probes only."""
    if mesh_of(app, settings) != "linkerd" or settings.mesh.authorization != "deny":
        return
    for kind in ("liveness", "readiness", "startup"):
        probe = getattr(app.probes, kind)
        if probe is None:
            continue
        encrypted = probe.path is not None and probe.scheme == "HTTPS"
        if probe.grpc is not None or encrypted:
            yield Problem(
                path=("probes", kind),
                message="Linkerd's proxy would refuse the kubelet, which has no identity, and no pod became ready: it"
                " knows the paths of plain HTTP probes and lets only these in",
                found="a probe by HTTPS" if encrypted else "a probe by gRPC",
                allowed="path with scheme HTTP, tcp or exec; or mesh.authorization: allow in the stack file",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    traffic_in_a_mesh,
    traffic_of_requests,
    tries_within_the_whole,
    canary_divided,
    canary_workload,
    canary_requests,
    linkerd_probes,
    *egress_checks.CHECKS,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = mesh_advice.ADVICE
