"""The objects by which an app is reached from outside, for whichever controller brings each exposure in."""

from collections.abc import Iterator

from components.apps.affinity import by_envoy_gateway
from components.apps.alb_order import pieces
from components.apps.backends import exposures
from components.apps.certificates import certificates
from components.apps.context import AppContext
from components.apps.exposure import RouteSettings
from components.apps.ingress import ingress
from components.apps.routes import http_route, target_groups
from components.apps.settings import AppSettings
from components.apps.strategies import by_flagger
from components.apps.virtual_server import virtual_server
from components.apps.words import Manifest


def ways_in(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the objects with their suffixes: `ingress`, `route`, those of further hosts, and their certificates.

    A route through Istio's own gateway is among what the app says to the mesh, since it is one with the rules inside.
    """
    balanced = False
    for key, exposure in exposures(app):
        facts, suffix = context.controller_of(exposure), f"{key}{exposure.suffix}"
        if facts.controller == "gateway-api":
            route = http_route(app, key, exposure, context)
            yield suffix, route
            if facts.implementation == "envoy-gateway" and app.service.session_affinity and not by_flagger(app):
                yield f"affinity-{suffix}", by_envoy_gateway(app, route)
            if facts.implementation == "alb" and not balanced:
                balanced = True
                yield from target_groups(app, exposure, facts)
        elif facts.controller == "alb":
            for end, piece in pieces(key, exposure, app, context):
                yield f"{suffix}{end}", ingress(app, key, piece, context, end=end)
        elif not isinstance(exposure, RouteSettings):
            yield suffix, ingress(app, key, exposure, context)
        elif facts.controller == "nginx":
            yield suffix, virtual_server(app, exposure, context)
    yield from certificates(app, context)
