"""Checks, and advice, on what a controller takes of an exposure: its paths, a canary's header, its protocol."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.apps.backends import exposures, ways
from components.apps.each_app import each_app
from components.apps.exposure import exposed_port
from components.apps.exposure_checks import brought_in_by, takes_acm
from components.apps.health_check import version
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.networking.ingress.settings import Controller
    from components.settings import StackSettings


@dataclass(frozen=True, slots=True)
class Wording:
    """What a controller reads as something else than itself: a pattern of it, and why."""

    pattern: re.Pattern[str]
    why: str


ALB_PATH = Wording(
    re.compile(r"[*?]|[^-A-Za-z0-9_.$/~\"'@:+&]|^.{127}"),
    "a load balancer of AWS takes at most 126 letters, digits and _-.$/~\"'@:+&; * and ? stand for others",
)
PATHS: dict["Controller", Wording] = {
    "alb": ALB_PATH,
    "nginx": Wording(re.compile(r"[\s{};]"), "NGINX's own configuration has no place for spaces, braces and ;"),
}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html, and the validation of
NGINX's VirtualServer."""

HEADER_VALUES: dict["Controller", Wording] = {
    "alb": Wording(
        re.compile(r"[*?]|^.{129}"), "in a load balancer's rule * and ? stand for other characters, 128 at most"
    ),
    "nginx": Wording(re.compile(r'^[!~]|["\\$]'), 'NGINX reads !, ~, ", \\ and $ as its own'),
}


@each_app
def paths(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A path means itself to the controller."""
    for key, exposure in exposures(app):
        controller = brought_in_by(exposure, settings)
        wording = ALB_PATH if takes_acm(controller, settings) else PATHS.get(controller)
        for index, path in enumerate(exposure.paths):
            if wording is not None and wording.pattern.search(path):
                yield Problem(
                    path=(key, *exposure.place, "paths", index),
                    message=f"{controller} would not take this path as it is: {wording.why}",
                    found=path,
                    allowed="a path of letters, digits, /, - and _",
                    app=app.name,
                )


@each_app
def header_value(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The value of a canary's header means itself to the controller."""
    if app.canary is None or app.canary.header is None:
        return
    value = app.canary.header.value
    for key, exposure in exposures(app):
        controller = brought_in_by(exposure, settings)
        divides = controller == "alb" or (controller == "nginx" and key == "route")
        wording = HEADER_VALUES.get("alb" if takes_acm(controller, settings) else controller)
        if wording is not None and wording.pattern.search(value) and (divides or takes_acm(controller, settings)):
            yield Problem(
                path=("canary", "header", "value"),
                message=f"{controller} would not take this value as it is: {wording.why}",
                found=value,
                allowed="a value of letters, digits, - and _",
                app=app.name,
            )
            return


@each_app
def grpc_over_tls(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A load balancer of AWS, and NGINX, speak HTTP/2, and so gRPC, over TLS only.

    To a pod that speaks HTTP/2 otherwise NGINX speaks HTTP/1.1, which `to_pods` says.
    """
    for key, exposure in exposures(app):
        port, controller = exposed_port(exposure, app.ports), brought_in_by(exposure, settings)
        if port is None or exposure.tls:
            continue
        balanced = takes_acm(controller, settings)
        needs_http2 = version(app, port) == "GRPC" or (balanced and version(app, port) == "HTTP2")
        if needs_http2 and (balanced or controller == "nginx"):
            who = "a load balancer of AWS" if balanced else "NGINX"
            yield Problem(
                path=(key, *exposure.place, "tls"),
                message=f"{who} speaks what the port {port} does over TLS only",
                found="false",
                allowed="true",
                nearest="true",
                app=app.name,
            )


@each_app
def unread_annotations(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say where an Ingress's annotations have no Ingress."""
    ingress = app.ingress
    if ingress is not None and ingress.annotations and brought_in_by(ingress, settings) == "gateway-api":
        yield Advice(
            ("ingress", "annotations"),
            "with the Gateway API the app has a HTTPRoute and no Ingress: nobody reads these annotations",
            app=app.name,
        )


@each_app
def to_pods(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say where a controller speaks an older version of HTTP to the pods than they do."""
    for key, way in ways(app):
        port = exposed_port(way, app.ports)
        if port is not None and brought_in_by(way, settings) == "nginx" and version(app, port) == "HTTP2":
            yield Advice(
                (key,),
                f"NGINX speaks HTTP/1.1 to the port {port}, or gRPC: a server of HTTP/2 alone answers neither; use"
                " appProtocol: grpc, or another controller",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (paths, header_value, grpc_over_tls)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unread_annotations, to_pods)
