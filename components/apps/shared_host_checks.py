"""Checks of hosts that several apps share at Istio's gateway: a request means one app, whoever came first."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app, gather
from components.apps.exposure import RouteSettings
from components.apps.exposure_checks import brought_in_by
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def _sharing(app: "AppSettings", settings: "StackSettings") -> "Iterator[tuple[AppSettings, RouteSettings]]":
    """Yield the other apps with a route of the same host through Istio's gateway."""

    def routes(each: "AppSettings") -> Iterator[RouteSettings]:
        if each.route is not None and brought_in_by(each.route, settings) == "istio":
            yield each.route

    own = next(routes(app), None)
    for other, route in gather(routes, settings):
        if own is not None and other.name != app.name and route.host == own.host:
            yield other, route


@each_app
def nested_paths(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No path is below another app's: istiod asks the older VirtualService of a host first, all but `/` at the end."""
    if app.route is None:
        return
    for other, route in _sharing(app, settings):
        above = [path.rstrip("/") for path in route.paths if path != "/"]
        for index, path in enumerate(app.route.paths):
            outer = next((each for each in above if path.startswith(f"{each}/") and path.rstrip("/") != each), None)
            if outer is not None:
                yield Problem(
                    path=("route", "paths", index),
                    message=f"{other.name} has {outer} of this host, and all below it: of two apps, Istio asks the one"
                    " that came first",
                    found=path,
                    allowed="a path beside those of the host's other apps, or another host; / may have others below it",
                    app=app.name,
                )


@each_app
def header_for_all_paths(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An app that has `/` takes no requests by header: they would be those of the others' paths, too."""
    if app.route is None or "/" not in app.route.paths:
        return
    key, header = ("canary", app.canary.header) if app.canary is not None else ("strategy", app.strategy.header)
    others = sorted(other.name for other, _ in _sharing(app, settings))
    if header is not None and others:
        yield Problem(
            path=(key, "header"),
            message=f"requests with this header would come here on the paths of {', '.join(others)}, too: the host is"
            " theirs as well, and what matches a header is asked before what matches /",
            found=header.name,
            allowed="no header, a host of the app's own, or a path other than /",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (nested_paths, header_for_all_paths)
