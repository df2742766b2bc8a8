"""Checks, and advice, on what a controller takes of an exposure: its paths, a canary's header, its protocol."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.apps.backends import exposures
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
                    path=(key, "paths", index),
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
    """A load balancer of AWS speaks HTTP/2, and so gRPC, over TLS only."""
    for key, exposure in exposures(app):
        port = exposed_port(exposure, app.ports)
        if port is None or exposure.tls or not takes_acm(brought_in_by(exposure, settings), settings):
            continue
        if version(app, port) != "HTTP1":
            yield Problem(
                path=(key, "tls"),
                message=f"a load balancer of AWS speaks what the port {port} does over TLS only",
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


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (paths, header_value, grpc_over_tls)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unread_annotations,)
