"""Which of the apps that share a host at Istio's gateway opens it there."""

from components.apps.context import AppContext
from components.apps.exposure import RouteSettings
from components.apps.settings import AppSettings


def istio_route(app: AppSettings, context: AppContext) -> RouteSettings | None:
    """Return the app's route where Istio's own gateway serves it."""
    served = app.route is not None and context.controller_of(app.route).controller == "istio"
    return app.route if served else None


def opens_host(app: AppSettings, context: AppContext) -> AppSettings:
    """Return the app whose Gateway the route of this one belongs to: itself where it has the host to itself.

    Of two Gateways with one host istiod skips the second one's TLS ("skipping server on gateway, duplicate host
    names"), and what is bound to that is never reached. So one app opens the host and the others bind their routes to
    its Gateway: one with TLS before one without, the one with the path `/` before the others, then by name.
    """
    route = istio_route(app, context)
    sharing = [
        (not other.tls, "/" not in other.paths, each.name, each)
        for each in {**context.apps, app.name: app}.values()
        if (other := istio_route(each, context)) is not None and route is not None and other.host == route.host
    ]
    return min(sharing, key=lambda each: each[:3])[3] if sharing else app
