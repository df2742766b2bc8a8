"""What a stack's mesh does otherwise than an app's declaration says, and what it leaves open."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.mesh.admissions import admissions
from components.apps.mesh.istio_egress import EVERYWHERE
from components.apps.mesh.linkerd_traffic import HTTP_CONDITIONS
from components.apps.mesh.protocols import request_ports
from components.apps.mesh_limits import mesh_of
from components.apps.strategies import by_flagger
from components.networking.mesh.membership import is_ambient
from components.problem import Advice

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

NOT_IN_LINKERD = {
    "max_ejection_percent": ("maxEjectionPercent", "leaves out any number of pods at a time"),
    "max_connections": ("maxConnections", "limits no connections"),
    "max_pending_requests": ("maxPendingRequests", "limits no waiting requests"),
}
"""Fields of `circuitBreaker` that Linkerd has no word for: the key, and what it does instead."""


def _apps_in(settings: "StackSettings", mesh: str) -> Iterator["AppSettings"]:
    return (app for app in settings.apps if mesh_of(app, settings) == mesh)


def not_in_linkerd(settings: "StackSettings") -> Iterator[Advice]:
    """Say which limits and conditions Linkerd does not know."""
    for app in _apps_in(settings, "linkerd"):
        breaker = app.circuit_breaker
        for field, (key, instead) in NOT_IN_LINKERD.items():
            if breaker is not None and field in breaker.model_fields_set and getattr(breaker, field) is not None:
                yield Advice(("circuitBreaker", key), f"Linkerd {instead}: only Istio reads this", app=app.name)
        retries = app.retries
        unknown = [each for each in retries.retry_on if each not in HTTP_CONDITIONS] if retries is not None else []
        if retries is not None and unknown and "retry_on" in retries.model_fields_set:
            none = "" if len(unknown) < len(retries.retry_on) else ", so that nothing at all is sent again"
            yield Advice(
                ("retries", "retryOn"),
                f"Linkerd sends requests again after answers, not after {' or '.join(unknown)}{none};"
                " server-error and gateway-error are those it knows",
                app=app.name,
            )


def not_in_flagger(settings: "StackSettings") -> Iterator[Advice]:
    """Say which limit Flagger does not put into the DestinationRule that it makes."""
    for app in _apps_in(settings, "istio"):
        breaker = app.circuit_breaker
        if by_flagger(app) and breaker is not None and breaker.max_connections is not None:
            yield Advice(
                ("circuitBreaker", "maxConnections"),
                "Flagger makes the app's DestinationRule and knows only maxPendingRequests: nothing limits connections",
                app=app.name,
            )


def retries_in_ambient(settings: "StackSettings") -> Iterator[Advice]:
    """Say that retries in a waypoint are young."""
    if is_ambient(settings.mesh):
        for app in _apps_in(settings, "istio"):
            if app.retries is not None:
                yield Advice(
                    ("retries",),
                    "in ambient mode they need a VirtualService, whose support by waypoints Istio calls alpha: the"
                    " Gateway API has retries only in its experimental channel",
                    app=app.name,
                )


def plain_callers(settings: "StackSettings") -> Iterator[Advice]:
    """Say which ports take plain text, because a caller has no part in the mesh."""
    stack = context(settings)
    for app in settings.apps:
        if mesh_of(app, settings) == "none":
            continue
        for each in admissions(app, stack):
            if each.identity is None and not each.anyone and each.tcp:
                caller = each.suffix.removeprefix("from-") if each.is_app else "what comes from outside"
                yield Advice(
                    ("allowFrom",) if each.is_app else _exposed_by(each.suffix),
                    f"{caller} is not in the mesh: port {', '.join(map(str, each.tcp))} of the pods takes plain text,"
                    " and the network policy alone says from whom",
                    app=app.name,
                )


def _exposed_by(suffix: str) -> tuple[str]:
    return ({"allow-ingress": "ingress", "allow-gateway": "route"}.get(suffix, "service"),)


def hosts_unconfined(settings: "StackSettings") -> Iterator[Advice]:
    """Say that hosts are only declared, and not held to."""
    if settings.mesh.egress == "any":
        for app in settings.apps:
            for index, rule in enumerate(app.egress):
                if rule.hosts and mesh_of(app, settings) != "none":
                    yield Advice(
                        ("egress", index, "hosts"),
                        "with mesh.egress any the app reaches every host on these ports, not only these;"
                        " declared refuses the others",
                        app=app.name,
                    )


def everywhere_in_linkerd(settings: "StackSettings") -> Iterator[Advice]:
    """Say that an EgressNetwork holds for a whole namespace."""
    if settings.mesh.egress != "declared":
        return
    for app in _apps_in(settings, "linkerd"):
        for index, rule in enumerate(app.egress):
            if EVERYWHERE in rule.cidrs and rule.protocol == "TCP":
                yield Advice(
                    ("egress", index, "cidrs"),
                    f"Linkerd cannot let out one app alone: it holds no app of the namespace {app.namespace} to its"
                    " hosts any more; a namespace of its own keeps the others apart",
                    app=app.name,
                )


def undivided_bytes(settings: "StackSettings") -> Iterator[Advice]:
    """Say that connections are not divided by weight."""
    for app in settings.apps:
        if app.canary is not None and mesh_of(app, settings) != "none" and app.ports and not request_ports(app):
            yield Advice(
                ("canary",),
                "no port of the app speaks HTTP or gRPC in plain text: calls inside the mesh are not divided by weight"
                " and header, but by the number of pods; name a port http or grpc, or give it an appProtocol",
                app=app.name,
            )


def direct_calls(settings: "StackSettings") -> Iterator[Advice]:
    """Say that a headless Service's callers choose their pod themselves."""
    for app in settings.apps:
        wanted = [app.retries, app.timeout, app.canary]
        if app.service.headless and mesh_of(app, settings) != "none" and any(each is not None for each in wanted):
            yield Advice(
                ("service", "headless"),
                "callers go to the pods' own addresses, of which Linkerd and a waypoint do not know whose they are:"
                " retries, timeout and canary do not hold for them",
                app=app.name,
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    not_in_linkerd,
    not_in_flagger,
    retries_in_ambient,
    plain_callers,
    hosts_unconfined,
    everywhere_in_linkerd,
    undivided_bytes,
    direct_calls,
)
