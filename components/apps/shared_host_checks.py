"""Checks of hosts that several apps share at Istio's gateway: a request means one app, whoever came first."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import exposures
from components.apps.each_app import each_app, gather
from components.apps.exposure import ExposedSettings, RouteSettings
from components.apps.exposure_checks import brought_in_by
from components.apps.strategies import by_argo
from components.networking.ingress.facts import ControllerFacts, controllers
from components.problem import Advice, KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.networking.ingress.settings import Controller
    from components.settings import StackSettings


def _sharing(
    app: "AppSettings", settings: "StackSettings"
) -> "Iterator[tuple[RouteSettings, AppSettings, RouteSettings]]":
    """Yield each host of the app's route through Istio's gateway with each other app that has a route of it."""

    def routes(each: "AppSettings") -> Iterator[RouteSettings]:
        if each.route is not None and brought_in_by(each.route, settings) == "istio":
            yield from each.route.each()

    for own in routes(app):
        for other, route in gather(routes, settings):
            if other.name != app.name and route.host == own.host:
                yield own, other, route


@each_app
def nested_paths(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No path is below another app's: istiod asks the older VirtualService of a host first, all but `/` at the end."""
    for own, other, route in _sharing(app, settings):
        above = [path.rstrip("/") for path in route.paths if path != "/"]
        for index, path in enumerate(own.paths):
            outer = next((each for each in above if path.startswith(f"{each}/") and path.rstrip("/") != each), None)
            if outer is not None:
                yield Problem(
                    path=("route", *own.place, "paths", index),
                    message=f"{other.name} has {outer} of this host, and all below it: of two apps, Istio asks the one"
                    " that came first",
                    found=path,
                    allowed="a path beside those of the host's other apps, or another host; / may have others below it",
                    app=app.name,
                )


@each_app
def header_for_all_paths(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An app that has `/` takes no requests by header: they would be those of the others' paths, too.

    Nor does one whose header's route Argo Rollouts makes: that matches the header alone, whatever the paths.
    """
    key, header = ("canary", app.canary.header) if app.canary is not None else ("strategy", app.strategy.header)
    sharing = _sharing(app, settings)
    others = sorted({other.name for own, other, _ in sharing if "/" in own.paths or by_argo(app)})
    if header is not None and others:
        yield Problem(
            path=(key, "header"),
            message=f"requests with this header would come here on the paths of {', '.join(others)}, too: the host is"
            " theirs as well, and what matches a header is asked before what matches /",
            found=header.name,
            allowed="no header, or a host of the app's own" + ("" if by_argo(app) else ", or a path other than /"),
            app=app.name,
        )


def one_ingress_each(settings: "StackSettings") -> Iterator[Problem]:
    """A host with TLS has one Ingress at Istio's gateway, and no route beside it.

    istiod makes a Gateway of each Ingress and one VirtualService of all of a host, bound to the oldest one's Gateway;
    of several Gateways the first by name has the host's TLS, and what is bound to another is not reached over it
    (pilot/pkg/config/kube/ingress, mergeGateways).
    """

    def through_istio(each: "AppSettings") -> "Iterator[tuple[str, ExposedSettings]]":
        yield from ((key, way) for key, way in exposures(each) if brought_in_by(way, settings) == "istio")

    known: dict[str, list[tuple[str, str, ExposedSettings]]] = {}
    for app, (key, own) in gather(through_istio, settings):
        known.setdefault(own.host, []).append((app.name, key, own))
    for app, (key, own) in gather(through_istio, settings):
        same = known[own.host]
        name, where, first = same[0]
        mixed = any(each == "ingress" for _, each, _ in same) and any(way.tls for _, _, way in same)
        # Where a path is the other's, too, unique_addresses says so.
        twice = {path.rstrip("/") for path in first.paths} & {path.rstrip("/") for path in own.paths}
        if mixed and (name, where, first.place) != (app.name, key, own.place) and not twice:
            yield Problem(
                path=(key, *own.place, "host"),
                message=f"Istio takes {own.host} over TLS from one Ingress, and the {where} of {name} has it",
                found=own.host,
                allowed="route instead of ingress, in both: routes may share a host; or another host",
                app=app.name,
            )


def _load_balancer(way: ExposedSettings, facts: ControllerFacts, owner: object) -> object:
    """Return what tells the load balancers of AWS's controller apart: their group, else whose Ingress it is."""
    return facts.annotations_of(way) if facts.group is not None else owner


def one_load_balancer_each(settings: "StackSettings") -> Iterator[Problem]:
    """A host's name leads to one load balancer of AWS, which knows the paths of all its apps."""
    facts = controllers(settings).get("alb")
    if facts is None:
        return

    def balanced(each: "AppSettings") -> "Iterator[tuple[KeyPath, ExposedSettings]]":
        yield from (((key, *way.place), way) for key, way in exposures(each) if brought_in_by(way, settings) == "alb")

    known: dict[str, tuple[str, KeyPath, ExposedSettings]] = {}
    for app, (place, own) in gather(balanced, settings):
        name, where, first = known.setdefault(own.host, (app.name, place, own))
        apart = _load_balancer(own, facts, (app.name, place)) != _load_balancer(first, facts, (name, where))
        if apart and own.internal == first.internal:
            separate = "each Ingress has one of its own" if facts.group is None else "TLS and plain HTTP have one each"
            yield Problem(
                path=(*place, "host"),
                message=f"{own.host} would be at two load balancers, of which its name finds one: {separate}, and the"
                f" {where[0]} of {name} is at another",
                found=own.host,
                allowed="the same tls as there; or another host"
                if facts.group is not None
                else "ingress: {alb: {group: platform}} in the stack file, or another host",
                app=app.name,
            )


def two_ways_for_one_name(settings: "StackSettings") -> Iterator[Advice]:
    """Say where a host is brought in by two controllers, or from inside and from outside: its name leads to one."""
    owners: dict[str, tuple[str, str, Controller, bool]] = {}
    for app, (key, own) in gather(exposures, settings):
        mine = brought_in_by(own, settings)
        name, where, controller, internal = owners.setdefault(own.host, (app.name, key, mine, own.internal))
        if (controller, internal) != (mine, own.internal):
            yield Advice(
                (key, *own.place, "host"),
                f"the {where} of {name} has {own.host}, too, by another load balancer ({controller}"
                f"{', internal' if internal else ''}): clients reach the one that DNS names, and only its paths",
                app=app.name,
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (two_ways_for_one_name,)
CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    nested_paths,
    header_for_all_paths,
    one_ingress_each,
    one_load_balancer_each,
)
