"""Checks of an app's strategy: its fields belong together, its controller is there, somebody divides the requests."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.backends import ways
from components.apps.each_app import each_app
from components.apps.exposure_checks import brought_in_by
from components.apps.mesh.protocols import request_ports
from components.apps.mesh_limits import mesh_of
from components.apps.ports import serving
from components.apps.strategies import colours
from components.apps.tiers import TIERS
from components.networking.ingress.facts import gateway_implementation
from components.networking.mesh.membership import is_ambient
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

NEW = frozenset({"blue-green", "canary"})
KEYS = {
    "by": "by",
    "active": "active",
    "blue": "blue",
    "green": "green",
    "auto_promotion_seconds": "autoPromotionSeconds",
    "scale_down_delay_seconds": "scaleDownDelaySeconds",
    "steps": "steps",
    "pause": "pause",
    "header": "header",
    "iterations": "iterations",
    "analysis": "analysis",
    "max_surge": "maxSurge",
    "max_unavailable": "maxUnavailable",
}
FIELDS: dict[tuple[str, str | None], frozenset[str]] = {
    ("RollingUpdate", None): frozenset({"max_surge", "max_unavailable"}),
    ("Recreate", None): frozenset({"max_surge", "max_unavailable"}),  # rollout_checks says more of these
    ("blue-green", None): frozenset({"active", "blue", "green", "max_surge", "max_unavailable"}),
    ("blue-green", "argo-rollouts"): frozenset(
        {"by", "auto_promotion_seconds", "scale_down_delay_seconds", "analysis"}
    ),
    ("canary", "argo-rollouts"): frozenset(
        {"by", "steps", "pause", "header", "analysis", "max_surge", "max_unavailable"}
    ),
    ("canary", "flagger"): frozenset(
        {"by", "steps", "pause", "header", "iterations", "analysis", "max_surge", "max_unavailable"}
    ),
}
"""What each strategy, by whom, takes."""

CONTROLLERS = {"argo-rollouts": "argoRollouts", "flagger": "flagger"}


@each_app
def known_strategy(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A strategy has the fields that mean something to it, and somebody who carries it out."""
    kind, by = app.strategy.type, app.strategy.by
    if (kind, by) not in FIELDS:
        able = sorted(who for what, who in FIELDS if what == kind and who is not None)
        yield Problem(
            path=("strategy", "by"),
            message=f"{kind} is carried out by a controller" if able else f"{kind} is Kubernetes' own",
            found=by or "unset",
            allowed=f"{' or '.join(able)}" if able else "unset",
            nearest=able[0] if able else None,
            app=app.name,
        )
        return
    for field in sorted((app.strategy.model_fields_set & KEYS.keys()) - FIELDS[kind, by]):
        if getattr(app.strategy, field) is not None or field == "analysis":
            yield Problem(
                path=("strategy", KEYS[field]),
                message=f"means nothing to {kind}" + (f" by {by}" if by else " without a controller"),
                found=f"strategy.type {kind}",
                allowed=", ".join(sorted(KEYS[each] for each in FIELDS[kind, by])),
                app=app.name,
            )


@each_app
def strategy_workload(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Two versions side by side are two sets of pods of a Deployment, with a Service, and no third one."""
    if app.strategy.type not in NEW:
        return
    if app.kind != "Deployment":
        yield Problem(
            path=("strategy", "type"),
            message=f"{app.strategy.type} runs two versions side by side, and a {app.kind} has one set of pods",
            found=app.kind,
            allowed="kind: Deployment; RollingUpdate for others",
            nearest="RollingUpdate",
            app=app.name,
        )
    elif not serving(app.ports):
        yield Problem(
            path=("strategy", "type"),
            message="nothing calls the app, so that there are no requests to switch or to divide",
            found="no port besides metrics",
            allowed="an app with a port, or RollingUpdate",
            nearest="RollingUpdate",
            app=app.name,
        )
    if app.canary is not None:
        yield Problem(
            path=("canary",),
            message=f"canary is a second version with fixed weights, and the strategy {app.strategy.type} has two"
            " versions of its own",
            found=f"canary and strategy.type {app.strategy.type}",
            allowed="one of the two",
            app=app.name,
        )


@each_app
def installed_delivery(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The controller that carries a strategy out is one of the stack's."""
    by = app.strategy.by
    there = {"argo-rollouts": settings.delivery.argo_rollouts, "flagger": settings.delivery.flagger}
    if by is not None and there[by] is None:
        yield Problem(
            path=("strategy", "by"),
            message=f"the stack has switched {by} off: nobody would run the app",
            found=by,
            allowed=f"`slipway:delivery: {{{CONTROLLERS[by]}: {{}}}}` in the stack file, or another strategy",
            app=app.name,
        )


def _by_waypoint(app: "AppSettings", settings: "StackSettings") -> bool:
    """Tell whether calls of the app are decided by HTTPRoutes in ambient mode (see tracks.by_virtual_service)."""
    return is_ambient(settings.mesh) and mesh_of(app, settings) == "istio" and app.retries is None


def _unable(app: "AppSettings", key: str, controller: str, settings: "StackSettings") -> str | None:
    """Return why the app's controller cannot divide what comes in by a controller; None where it can."""
    if controller == "nginx":
        return "the routers for NGINX write annotations of the community's ingress-nginx, which F5's does not read"
    if controller == "external":
        return "an external controller is told of an Ingress only, which divides no requests"
    if controller == "istio" and key == "ingress":
        return "Istio divides the requests of a route, not of an Ingress"
    return _unable_by_flagger(app, controller, settings) if app.strategy.by == "flagger" else None


def _unable_by_flagger(app: "AppSettings", controller: str, settings: "StackSettings") -> str | None:
    if controller == "istio" and _by_waypoint(app, settings):
        return "in ambient mode Flagger writes HTTPRoutes, which Istio's own gateway does not follow"
    if controller == "alb":
        return "Flagger has no router for the AWS Load Balancer Controller"
    if controller == "gateway-api" and gateway_implementation(settings.ingress) == "alb":
        return "Flagger's own Services would have no health checks of the load balancer's"
    return None


@each_app
def divided_requests(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Whoever brings requests in, or a mesh, divides them as the canary's steps say."""
    if app.strategy.type != "canary" or app.strategy.by is None:
        return
    for key, exposure in ways(app):
        controller = brought_in_by(exposure, settings)
        reason = _unable(app, key, controller, settings)
        if reason is not None:
            yield Problem(
                path=(key,),
                message=f"{app.strategy.by} could not divide these requests: {reason}",
                found=f"{key} by {controller}",
                allowed="route: {controller: istio}, or one by gateway-api"
                + ("" if app.strategy.by == "flagger" else " or alb")
                + "; or another strategy",
                app=app.name,
            )
    meshed = mesh_of(app, settings) != "none" and bool(request_ports(app))
    if not meshed and not any(True for _ in ways(app)):
        yield Problem(
            path=("strategy", "type"),
            message="nobody would divide requests by weight between the two versions",
            found=f"no mesh in the namespace {app.namespace} that sees the app's requests, and no way in",
            allowed="mesh: istio or mesh: linkerd in the stack file, with the namespace in it; or a route by istio,"
            " gateway-api or alb",
            app=app.name,
        )


@each_app
def one_route(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Flagger makes one route."""
    if app.strategy.by != "flagger":
        return
    told = dict(ways(app))
    if len(told) > 1:
        yield Problem(
            path=("ingress",),
            message="Flagger makes one route for the app, which cannot keep the paths of two hosts apart",
            found="ingress and route",
            allowed="one of the two, or strategy: {by: argo-rollouts}",
            app=app.name,
        )
    for key, way in told.items():
        if way.hosts:
            yield Problem(
                path=(key, "hosts"),
                message="Flagger makes one route for the app, which cannot keep the paths of several hosts apart",
                found=", ".join(each.host for each in way.hosts),
                allowed="one host, or strategy: {by: argo-rollouts}",
                app=app.name,
            )


def recreated(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps that matter stop for every update."""
    for app in settings.apps:
        if TIERS[app.tier].gapless and app.kind == "Deployment" and app.strategy.type == "Recreate":
            yield Advice(
                ("strategy", "type"),
                f"tier {app.tier}, but Recreate: every update is an outage, from the last old pod's end to the first"
                " new one's readiness",
                app=app.name,
            )


def one_colour(settings: "StackSettings") -> Iterator[Advice]:
    """Say where blue-green has two colours of one image."""
    for app in settings.apps:
        images = colours(app)
        if len(images) == 2 and len(set(images.values())) == 1:
            yield Advice(
                ("strategy",),
                "blue and green run the same image: the idle one costs as much as the active one, and there is nothing"
                " to switch to; leave it out until there is a next version",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    known_strategy,
    strategy_workload,
    installed_delivery,
    divided_requests,
    one_route,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (recreated, one_colour)
