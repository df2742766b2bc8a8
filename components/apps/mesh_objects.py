"""All that an app says to its mesh: the one entry point, whichever mesh it is."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.istio import destination_rules, gateways, inner_service, outer_services, redirects
from components.apps.mesh.http_routes import http_routes
from components.apps.mesh.istio_authorization import istio_authorization
from components.apps.mesh.istio_egress import istio_egress
from components.apps.mesh.linkerd_authorization import linkerd_authorization
from components.apps.mesh.linkerd_egress import linkerd_egress
from components.apps.settings import AppSettings
from components.apps.tracks import by_http_route
from components.apps.words import Manifest


def mesh_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the app's objects for its mesh with their suffixes; nothing for a namespace outside every mesh.

    Only Istio's gateway takes routes to there, too: what it reads comes with the route, whether the pods are meshed or
    not.
    """
    mesh = context.mesh_of(app.namespace)
    found: list[tuple[str, Manifest | None]] = [*redirects(app, context), *gateways(app, context)]
    if context.mesh == "istio":
        found += destination_rules(app, context)
    found += outer_services(app, context)
    found.append(("mesh", inner_service(app, context)))
    if by_http_route(app, context):
        found += http_routes(app, context)
    if mesh == "istio":
        found += istio_authorization(app, context)
        found += istio_egress(app, context)
    if mesh == "linkerd":
        found += linkerd_authorization(app, context)
        found += linkerd_egress(app, context)
    yield from ((suffix, manifest) for suffix, manifest in found if manifest is not None)
