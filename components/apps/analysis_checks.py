"""Checks of what judges a new version: Prometheus is asked what it knows, often enough, about all requests."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.analysis import analysis_of, measurements, version_source
from components.apps.backends import exposures
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.exposure_checks import brought_in_by
from components.apps.observability_sources import measured_on_the_way, request_source
from components.networking.ingress.facts import gateway_implementation
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


@each_app
def judged(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """An analysis has a Prometheus that answers, and something to ask it."""
    analysis = analysis_of(app)
    if analysis is None:
        return
    if analysis.prometheus is None and settings.monitoring is None:
        yield Problem(
            path=("strategy", "analysis"),
            message="the stack has no Prometheus to ask: every measurement would fail, and every rollout with them",
            found="analysis without prometheus, in a stack without monitoring",
            allowed="`slipway:monitoring: {}` in the stack file; or prometheus: http://prometheus.example.com:9090; or"
            " analysis: null",
            app=app.name,
        )
    elif analysis.success_query is None or analysis.latency_query is None:
        yield from _countable(app, settings)


def _countable(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What an analysis without queries of its own asks for is counted, scraped, and counts all requests."""
    stack = context(settings)
    source = version_source(app, stack)
    path = ("strategy", "analysis")
    ways = (
        "successQuery and latencyQuery in PromQL; `monitoring: {metrics: {requests: http_requests_total, latency:"
        " http_request_duration_seconds}}` with a port `metrics`; a mesh for the namespace; or analysis: null"
    )
    if source is None or source.histogram is None:
        if source is not None:
            found = "monitoring.metrics without latency, and no latencyQuery"
        elif request_source(app, stack) is not None:
            found = "requests that are counted, and an app that no Prometheus of the stack scrapes"
        else:
            found = f"the namespace {app.namespace}, without successQuery and latencyQuery"
        text = "nobody counts the requests of a new version, so that there is nothing to judge it by"
        yield Problem(path=path, message=text, found=found, allowed=ways, app=app.name)
        return
    if measured_on_the_way(app, stack) and not (app.monitoring and app.monitoring.metrics):
        for key, exposure in exposures(app):
            controller = brought_in_by(exposure, settings)
            by_istio = controller == "gateway-api" and gateway_implementation(settings.ingress) == "istio"
            if controller != "istio" and not by_istio:
                yield Problem(
                    path=path,
                    message="in ambient mode requests are counted by Istio's gateway and by waypoints, and these pass"
                    " neither: a new version would be judged without them",
                    found=f"{key} by {controller}",
                    allowed=f"{key}: {{controller: istio}}; {ways}",
                    app=app.name,
                )


@each_app
def judged_in_time(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A version is measured so often before it has all requests that it can fail."""
    analysis = analysis_of(app)
    if analysis is None or app.strategy.by != "argo-rollouts":
        return
    source = version_source(app, context(settings))
    window = max(analysis.interval_seconds, source.shortest if source is not None else 0)
    count = measurements(app, analysis, window)
    if count <= analysis.failure_limit:
        yield Problem(
            path=("strategy", "analysis", "failureLimit"),
            message=f"the new version has all requests before more than {analysis.failure_limit} measurements could"
            f" fail: each looks back over {window} s, and the steps leave time for {count}",
            found=f"{analysis.failure_limit}, with intervalSeconds {analysis.interval_seconds} and pause"
            f" {app.strategy.pause}",
            allowed="a longer pause, more steps, shorter intervalSeconds or a lower failureLimit",
            app=app.name,
        )


def unjudged(settings: "StackSettings") -> Iterator[Advice]:
    """Say which canaries go on whatever happens."""
    for app in settings.apps:
        if app.strategy.type == "canary" and app.strategy.analysis is None:
            yield Advice(
                ("strategy", "analysis"),
                "nothing judges the new version: it gets all requests as long as its pods are ready",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (judged, judged_in_time)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unjudged,)
