"""Which of the apps that share a host at Istio's gateway opens it there."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.exposure import RouteSettings
from components.apps.settings import AppSettings


def istio_routes(app: AppSettings, context: AppContext) -> Iterator[RouteSettings]:
    """Yield the hosts of the app's route where Istio's own gateway serves it."""
    if app.route is not None and context.controller_of(app.route).controller == "istio":
        yield from app.route.each()


def opens_host(host: str, context: AppContext, app: AppSettings) -> tuple[AppSettings, RouteSettings]:
    """Return the app whose Gateway a host belongs to, with its own route of that host; `app` has one.

    Of two Gateways with one host istiod skips the second one's TLS ("skipping server on gateway, duplicate host
    names"), and what is bound to that is never reached. So one app opens the host and the others bind their routes to
    its Gateway: one with TLS before one without, the one with the path `/` before the others, then by name.
    """
    sharing = [
        (not route.tls, "/" not in route.paths, each.name, index, each, route)
        for each in {**context.apps, app.name: app}.values()
        for index, route in enumerate(istio_routes(each, context))
        if route.host == host
    ]
    *_, opener, own = min(sharing, key=lambda each: each[:4])
    return opener, own
