"""The objects by which an app is reached from outside, for whichever controller brings each exposure in."""

from collections.abc import Iterator

from components.apps.backends import exposures
from components.apps.certificates import certificates
from components.apps.context import AppContext
from components.apps.exposure import RouteSettings
from components.apps.ingress import ingress
from components.apps.routes import http_route, target_groups
from components.apps.settings import AppSettings
from components.apps.virtual_server import virtual_server
from components.apps.words import Manifest


def ways_in(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the objects with their suffixes: `ingress`, `route`, and the certificates that they need.

    A route through Istio's own gateway is among what the app says to the mesh, since it is one with the rules inside.
    """
    balanced = False
    for key, exposure in exposures(app):
        facts = context.controller_of(exposure)
        if facts.controller == "gateway-api":
            yield key, http_route(app, key, exposure, context)
            if facts.implementation == "alb" and not balanced:
                balanced = True
                yield from target_groups(app, exposure, facts)
        elif not isinstance(exposure, RouteSettings) or facts.controller == "alb":
            yield key, ingress(app, key, exposure, context)
        elif facts.controller == "nginx":
            yield key, virtual_server(app, exposure, context)
    yield from certificates(app, context)
