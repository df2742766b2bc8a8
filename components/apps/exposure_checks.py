"""Checks of how apps are reached: hosts, certificates, ports, and what only Istio can do."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.context import dns_domains, is_below
from components.apps.each_app import each_app, gather
from components.apps.exposure import ExposedSettings
from components.apps.ports import main_port, serving
from components.problem import Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _exposures(app: "AppSettings") -> Iterator[tuple[str, ExposedSettings]]:
    if app.ingress is not None:
        yield "ingress", app.ingress
    if app.route is not None:
        yield "route", app.route


def _addresses(app: "AppSettings") -> Iterator[tuple[str, int, str]]:
    """Yield each address as (`ingress` or `route`, index of the path, host and path)."""
    for key, exposure in _exposures(app):
        for index, path in enumerate(exposure.paths):
            yield key, index, f"{exposure.host}{path.rstrip('/') or '/'}"


@each_app
def unique_addresses(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A path of a host leads to one app, by one way."""
    owners: dict[str, tuple[str, str, int]] = {}
    for other, (key, index, address) in gather(_addresses, settings):
        owners.setdefault(address, (other.name, key, index))
    for key, index, address in _addresses(app):
        owner = owners[address]
        if owner != (app.name, key, index):
            yield Problem(
                path=(key, "paths", index),
                message=f"{address} already leads to the {owner[1]} of {owner[0]}",
                found=address,
                allowed="another host, or another path",
                app=app.name,
            )


@each_app
def exposed_port(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What is exposed is a TCP port of the app, and not its metrics."""
    able = [name for name, port in serving(app.ports).items() if port.protocol == "TCP"]
    for key, exposure in _exposures(app):
        if exposure.port is not None and exposure.port not in able:
            yield unknown_word((key, "port"), "TCP port to expose", exposure.port, able, app.name)
        elif exposure.port is None and main_port(app.ports) is None:
            yield Problem(
                path=(key,),
                message="the app has no port that could be exposed",
                found="no TCP port besides metrics",
                allowed="ports with at least one TCP port",
                app=app.name,
            )


@each_app
def istio_only(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Routes and canaries are Istio's."""
    reasons = {
        "route": (app.route, "a route goes through Istio's gateway; without it, use ingress"),
        "canary": (app.canary, "only Istio divides requests by weight and header here"),
    }
    for key, (wanted, why) in reasons.items():
        if wanted is not None and settings.mesh.kind != "istio":
            yield Problem(
                path=(key,),
                message=why,
                found=f"mesh.kind {settings.mesh.kind}",
                allowed=f"mesh: {{kind: istio}} in the stack file, or an app without {key}",
                nearest="istio",
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
def certificates(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What is served over HTTPS gets a certificate."""
    for key, exposure in _exposures(app):
        if not exposure.tls:
            continue
        if settings.certificates is None:
            yield Problem(
                path=(key, "tls"),
                message="the stack has no certificates: nothing would issue one for this host",
                found="true",
                allowed="false, or certificates in the stack file",
                nearest="false",
                app=app.name,
            )
        elif exposure.host.startswith("*.") and not is_below(exposure.host, dns_domains(settings)):
            yield Problem(
                path=(key, "host"),
                message="a wildcard certificate is only issued for a domain that is proved by DNS",
                found=exposure.host,
                allowed="a host without a wildcard, or its domain in certificates.dns01.domains",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    unique_addresses,
    exposed_port,
    istio_only,
    canary_workload,
    canary_requests,
    certificates,
)
