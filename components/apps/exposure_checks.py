"""Checks of how apps are reached from outside: by whom, under which addresses, at which ports, with which certificates.

What a controller takes of a path or a header's value, and what a canary needs, is in `route_checks` and `mesh_checks`.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import exposures, ways
from components.apps.context import dns_domains, is_below
from components.apps.each_app import each_app, gather
from components.apps.exposure import ExposedSettings
from components.apps.ports import main_port, serving
from components.networking.certificates.issuers import PRIVATE_ISSUERS
from components.networking.ingress.facts import gateway_implementation, installed
from components.networking.ingress.settings import Controller
from components.problem import KeyPath, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def brought_in_by(exposure: ExposedSettings, settings: "StackSettings") -> Controller:
    """Return the controller that an exposure names, or the stack's."""
    return exposure.controller or settings.ingress.controller


def takes_acm(controller: Controller, settings: "StackSettings") -> bool:
    """Tell whether a controller's load balancers take certificates of AWS Certificate Manager, and no Secret."""
    return controller == "alb" or (controller == "gateway-api" and gateway_implementation(settings.ingress) == "alb")


def _addresses(app: "AppSettings") -> Iterator[tuple[KeyPath, str]]:
    """Yield each address as (where its path stands, host and path)."""
    for key, exposure in exposures(app):
        for index, path in enumerate(exposure.paths):
            yield (key, *exposure.place, "paths", index), f"{exposure.host}{path.rstrip('/') or '/'}"


@each_app
def unique_addresses(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A path of a host leads to one app, by one way."""
    owners: dict[str, tuple[str, KeyPath]] = {}
    for other, (place, address) in gather(_addresses, settings):
        owners.setdefault(address, (other.name, place))
    for place, address in _addresses(app):
        owner = owners[address]
        if owner != (app.name, place):
            yield Problem(
                path=place,
                message=f"{address} already leads to the {owner[1][0]} of {owner[0]}",
                found=address,
                allowed="another host, or another path",
                app=app.name,
            )


@each_app
def distinct_hosts(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A host stands once in a way in, with all its paths."""
    for key, way in ways(app):
        seen: set[str] = set()
        for each in way.each():
            if each.host in seen:
                yield Problem(
                    path=(key, *each.place, "host"),
                    message=f"{each.host} stands there already",
                    found=each.host,
                    allowed="one entry for the host, with all its paths",
                    app=app.name,
                )
            seen.add(each.host)


@each_app
def exposed_port(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What is exposed is a TCP port of the app, and not its metrics."""
    able = [name for name, port in serving(app.ports).items() if port.protocol == "TCP"]
    for key, exposure in ways(app):
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
def installed_controller(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An app's own choice of a controller is one of the stack's."""
    for key, exposure in ways(app):
        wanted, there = exposure.controller, installed(settings.ingress)
        if wanted is not None and wanted not in there:
            yield Problem(
                path=(key, "controller"),
                message=f"the stack does not have the controller {wanted}",
                found=wanted,
                allowed=f"{', '.join(there)}; or, in the stack file, ingress: {{additional: [{wanted}]}}",
                nearest=there[0],
                app=app.name,
            )


@each_app
def possible_route(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A route needs a controller whose own objects Slipway writes, beyond an Ingress."""
    if app.route is None or brought_in_by(app.route, settings) != "external":
        return
    able = [name for name in installed(settings.ingress) if name != "external"]
    yield Problem(
        path=("route",),
        message="an external controller is told of an Ingress only, which divides no requests: use ingress, or another"
        " controller",
        found=f"route with the controller external, mesh.kind {settings.mesh.kind}",
        allowed=f"route: {{controller: {able[0]}}}"
        if able
        else "ingress: {controller: istio}, alb, gateway-api or nginx in the stack file, or an app without route",
        app=app.name,
    )


def _only_internal(controller: Controller, settings: "StackSettings") -> bool:
    """Tell whether all that a controller brings in has addresses in the VPC only."""
    ingress, gateway = settings.ingress, settings.mesh.istio.gateway
    own = {
        "alb": ingress.alb.scheme == "internal",
        "gateway-api": ingress.gateway_api.scheme == "internal",
        "nginx": ingress.nginx.scheme == "internal",
        "istio": gateway.internal,
    }
    return own.get(controller, False)


@each_app
def internal_addresses(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Addresses in the VPC, beside those on the internet, are for who makes several load balancers."""
    for key, exposure in ways(app):
        controller = brought_in_by(exposure, settings)
        if exposure.internal and controller != "alb" and not _only_internal(controller, settings):
            yield Problem(
                path=(key, "internal"),
                message=f"{controller} has one load balancer for all its apps, whose addresses are on the internet",
                found="true",
                allowed=f"{key}: {{controller: alb}}, or a stack whose {controller} is internal",
                nearest="false",
                app=app.name,
            )


@each_app
def one_host_each(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """NGINX takes all of a host from one Ingress or VirtualServer, the oldest, and ignores any other."""
    owners: dict[str, tuple[str, KeyPath]] = {}
    for other, (key, exposure) in gather(exposures, settings):
        if brought_in_by(exposure, settings) == "nginx":
            owners.setdefault(exposure.host, (other.name, (key, *exposure.place)))
    known = {address for other, (_, address) in gather(_addresses, settings) if other is not app}
    for key, exposure in exposures(app):
        here = (key, *exposure.place)
        owner = owners.get(exposure.host, (app.name, here))
        same = any(place[:-2] == here and address in known for place, address in _addresses(app))
        # Where a path is the other's, too, unique_addresses says so.
        if brought_in_by(exposure, settings) == "nginx" and owner != (app.name, here) and not same:
            yield Problem(
                path=(*here, "host"),
                message=f"NGINX takes {exposure.host} from the {owner[1][0]} of {owner[0]}, and nothing from another",
                found=exposure.host,
                allowed="a host that no other app has with the controller nginx",
                app=app.name,
            )


@each_app
def certificates(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What is served over HTTPS gets a certificate."""
    for key, exposure in exposures(app):
        here = (key, *exposure.place)
        if not exposure.tls:
            continue
        if takes_acm(brought_in_by(exposure, settings), settings):
            yield from _covered(app.name, here, exposure, settings)
        elif settings.certificates is None:
            yield Problem(
                path=(*here, "tls"),
                message="the stack has no certificates: nothing would issue one for this host",
                found="true",
                allowed="false, or certificates in the stack file",
                nearest="false",
                app=app.name,
            )
        elif (
            exposure.host.startswith("*.")
            and settings.certificates.issuer not in PRIVATE_ISSUERS
            and not is_below(exposure.host, dns_domains(settings))
        ):
            yield Problem(
                path=(*here, "host"),
                message="a wildcard certificate is only issued for a domain that is proved by DNS",
                found=exposure.host,
                allowed="a host without a wildcard, or its domain in certificates.dns01.domains",
                app=app.name,
            )


def _covered(app: str, here: KeyPath, exposure: ExposedSettings, settings: "StackSettings") -> Iterator[Problem]:
    """A certificate of ACM has its domains, and one level of names below each."""
    acm = settings.certificates.acm if settings.certificates is not None else None
    if acm is None:
        yield Problem(
            path=(*here, "tls"),
            message="load balancers of AWS take certificates of AWS Certificate Manager, and the stack has none",
            found="true",
            allowed="false, or certificates: {acm: {hostedZoneId: …, domains: […]}} in the stack file",
            nearest="false",
            app=app,
        )
    elif exposure.host not in acm.domains and exposure.host.partition(".")[2] not in acm.domains:
        yield Problem(
            path=(*here, "host"),
            message="the stack's certificate has no such name: a wildcard stands for one level of names",
            found=exposure.host,
            allowed=f"{', '.join(f'{domain}, NAME.{domain}' for domain in acm.domains)}; or its domain in"
            " certificates.acm.domains",
            app=app,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    unique_addresses,
    distinct_hosts,
    exposed_port,
    installed_controller,
    possible_route,
    internal_addresses,
    one_host_each,
    certificates,
)
