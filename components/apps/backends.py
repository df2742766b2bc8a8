"""Whom the requests from outside are given to: the app's one Service, or those of its two versions by weight."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.apps.context import AppContext
from components.apps.exposure import ExposedSettings, HeaderSettings, exposed_port
from components.apps.naming import service_name, track_service_name
from components.apps.settings import AppSettings
from components.apps.strategies import shifts
from components.networking.ingress.facts import ControllerFacts


@dataclass(frozen=True, slots=True)
class Backend:
    """A Service with its port, by name and number, and the percentage of the requests that it gets."""

    service: str
    port: int
    port_name: str
    weight: int


@dataclass(frozen=True, slots=True)
class Division:
    """How the requests of one exposure are divided.

    `header` with `chosen` comes first: requests that carry it all go there. `shares` are the others', 100 percent.
    `action` is what a load balancer of AWS calls the sharing: Argo Rollouts knows it by the name of the app's Service.
    """

    shares: tuple[Backend, ...]
    header: HeaderSettings | None = None
    chosen: Backend | None = None
    action: str = "weighted"


def ways(app: AppSettings) -> Iterator[tuple[str, ExposedSettings]]:
    """Yield how an app is reached from outside, as (`ingress` or `route`, settings)."""
    if app.ingress is not None:
        yield "ingress", app.ingress
    if app.route is not None:
        yield "route", app.route


def exposures(app: AppSettings) -> Iterator[tuple[str, ExposedSettings]]:
    """Yield the same once for each host, with that host's paths and TLS."""
    for key, way in ways(app):
        for exposure in way.each():
            yield key, exposure


def names_versions(key: str, facts: ControllerFacts) -> bool:
    """Tell whether an exposure leads to a Service of each version where there are two.

    The Gateway API and the AWS Load Balancer Controller divide an Ingress as well as a route, NGINX only a route.
    Istio divides by the pods' labels behind one Service.
    """
    return facts.controller in {"gateway-api", "alb"} or (facts.controller == "nginx" and key == "route")


def divided_outside(app: AppSettings, context: AppContext) -> bool:
    """Tell whether any exposure of the app needs a Service of each version."""
    return app.canary is not None and any(
        names_versions(key, context.controller_of(exposure)) for key, exposure in exposures(app)
    )


def _exposed(app: AppSettings, exposure: ExposedSettings) -> str:
    name = exposed_port(exposure, app.ports)
    if name is None:
        raise ValueError(f"{app.name} has no port to expose: the checks refuse such an app")
    return name


def undivided(app: AppSettings, exposure: ExposedSettings) -> Division:
    """Return the one backend of an exposure that does not tell versions apart."""
    name = _exposed(app, exposure)
    return Division((Backend(service_name(app), app.ports[name].port, name, 100),))


def division(app: AppSettings, exposure: ExposedSettings) -> Division:
    """Return how the requests of an exposure are divided between versions.

    Raises ValueError for an exposure without a port, which the checks refuse.
    """
    if app.canary is None:
        return undivided(app, exposure)
    name = _exposed(app, exposure)
    number, weight = app.ports[name].port, app.canary.weight
    stable, canary = (track_service_name(app, track) for track in ("stable", "canary"))
    return Division(
        (Backend(stable, number, name, 100 - weight), Backend(canary, number, name, weight)),
        header=app.canary.header,
        chosen=Backend(canary, number, name, 100) if app.canary.header else None,
        action=service_name(app) if shifts(app) else "weighted",
    )
