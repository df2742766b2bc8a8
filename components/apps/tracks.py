"""How the two versions of an app are told apart: by the pods' labels behind one Service, or by a Service of each."""

from components.apps.backends import divided_outside
from components.apps.context import AppContext
from components.apps.labels import Track
from components.apps.settings import AppSettings
from components.apps.strategies import shifts

TRACKS: tuple[Track, ...] = ("stable", "canary")


def by_virtual_service(app: AppSettings, context: AppContext) -> bool:
    """Tell whether calls inside the mesh are decided by Istio's VirtualService, not by the Gateway API's HTTPRoute.

    A waypoint takes both. HTTPRoute is the supported way there, and has no retries in its standard channel: an app that
    declares some gets a VirtualService, whose support by waypoints Istio calls alpha, for all that it declares, because
    the two must not be mixed for one Service.
    """
    if context.mesh_of(app.namespace) != "istio":
        return False
    return not context.ambient or app.retries is not None


def by_http_route(app: AppSettings, context: AppContext) -> bool:
    """Tell whether calls inside the mesh are decided by HTTPRoutes that have the app's Service as their parent."""
    mesh = context.mesh_of(app.namespace)
    return mesh != "none" and not by_virtual_service(app, context)


def needs_track_services(app: AppSettings, context: AppContext) -> bool:
    """Tell whether each of the app's two versions needs a Service of its own, which a route can name."""
    # A Rollout's versions are told apart by their Services, in Istio's measurements, too.
    return app.canary is not None and (shifts(app) or by_http_route(app, context) or divided_outside(app, context))
