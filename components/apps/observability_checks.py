"""Checks of how apps are watched: somebody measures what is asked for, and somebody listens."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.observability import watched
from components.apps.observability_alerts import DEFAULTS
from components.apps.observability_pod import LOG_PARSER
from components.apps.observability_settings import budget
from components.apps.observability_slo import BURNS, decimal, milliseconds
from components.apps.observability_sources import request_source
from components.apps.observability_tracing import INJECT
from components.apps.ports import METRICS
from components.apps.request_queries import SCRAPES
from components.networking.mesh.membership import collector_namespace
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

SHORTEST_SECONDS = 300
"""How far the alerts AppErrors and AppSlow look back, and the shortest of an objective's windows."""

WAYS_TO_MEASURE = (
    "`monitoring: {metrics: {requests: http_requests_total}}` with a port `metrics`, or a namespace in a mesh with"
    " sidecars and a port that speaks http or grpc"
)


@each_app
def room(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What an app wants of Prometheus, the stack has."""
    wanted = {"monitoring": app.monitoring is not None and app.monitoring.enabled, "slo": app.slo is not None}
    for key in (key for key, given in wanted.items() if given and settings.monitoring is None):
        yield Problem(
            (key,),
            "the stack has no monitoring: nothing would be measured, and nobody alerted",
            f"{key} in a stack without monitoring",
            "the line `slipway:monitoring: {}` in the stack file, or no such line in the app's",
            app=app.name,
        )


@each_app
def slo_measured(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Somebody counts the requests that an objective or an alert is about."""
    stack = context(settings)
    source = request_source(app, stack)
    own = app.monitoring.metrics if app.monitoring else None
    if own is not None and METRICS not in app.ports:
        yield Problem(
            ("monitoring", "metrics"),
            "the app's metrics are scraped from its port `metrics`, which it does not have",
            f"{own.requests} without the port",
            "`ports: {metrics: 9090}`",
            app=app.name,
        )
    if app.slo is None or settings.monitoring is None:
        return
    if not watched(app, stack):
        found = "slo with monitoring off"
    elif source is None:
        found = "slo without a source of request metrics"
    elif app.slo.latency is not None and source.histogram is None:
        found = "slo.latency, and monitoring.metrics without latency"
    else:
        return
    yield Problem(("slo",), "nobody measures what the objective is about", found, WAYS_TO_MEASURE, app=app.name)


@each_app
def scraped_often(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The alerts on requests look back five minutes: over fewer than four scrapes they would say nothing."""
    stack = context(settings)
    source = request_source(app, stack)
    if source is not None and source.shortest > SHORTEST_SECONDS and watched(app, stack):
        yield Problem(
            ("monitoring", "interval"),
            "the alerts on its requests look back five minutes, which hold too few scrapes: with one missed they would"
            " say nothing",
            f"every {source.interval} s",
            f"at most {SHORTEST_SECONDS // SCRAPES} s",
            nearest="1m",
            app=app.name,
        )


@each_app
def slo_boundary(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A proxy counts requests below the boundaries of its buckets, and knows nothing between them."""
    if app.slo is None or app.slo.latency is None:
        return
    source = request_source(app, context(settings))
    quick = milliseconds(app.slo.latency.threshold)
    if source is not None and source.buckets is not None and quick not in source.buckets:
        yield Problem(
            ("slo", "latency", "threshold"),
            f"{settings.mesh.kind} counts requests by the boundaries of its histogram, and this is none of them",
            app.slo.latency.threshold,
            ", ".join(f"{each}ms" for each in source.buckets),
            f"{min(source.buckets, key=lambda each: abs(each - quick))}ms",
            app=app.name,
        )


@each_app
def slo_can_fire(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Each alert of an objective has something to fire at: no more than all requests can fail."""
    if app.slo is None:
        return
    latency = app.slo.latency
    given: dict[tuple[str, ...], float] = {("availability",): app.slo.availability}
    if latency is not None:
        given["latency", "objective"] = latency.objective
    fastest = max(burn.rate(app.slo.days) for burn in BURNS)
    for path, objective in given.items():
        most = fastest * budget(objective)
        if most >= 1:
            least = 100 - 100 / fastest
            yield Problem(
                ("slo", *path),
                f"its fastest alert would fire when {decimal(100 * most)} % of the requests are bad, which is never",
                f"{objective:g}",
                f"more than {least:.2f} for {app.slo.window}",
                app=app.name,
            )


@each_app
def thresholds(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A threshold is given to what has one, and can be passed."""
    for name, each in app.monitoring.alerts.items() if app.monitoring else ():
        path = ("monitoring", "alerts", name, "threshold")
        if each.threshold is None:
            continue
        if DEFAULTS[name].threshold is None:
            having = ", ".join(key for key, default in DEFAULTS.items() if default.threshold is not None)
            yield Problem(path, "this alert has no threshold", f"{each.threshold:g}", f"one of {having}", app=app.name)
        elif name != "latency" and each.threshold > 100:
            text = "a percentage, which is never above 100"
            yield Problem(path, text, f"{each.threshold:g}", "0 to 100", app=app.name)


@each_app
def collector(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Spans have somewhere to go."""
    if app.tracing is None:
        return
    tracing = settings.mesh.tracing
    line = "`slipway:mesh: {tracing: {host: otel-collector.monitoring.svc.cluster.local}}` in the stack file"
    if tracing is None:
        text = "the stack names no collector: there is nowhere to send spans to"
        yield Problem(("tracing",), text, "tracing in a stack without mesh.tracing", line, app=app.name)
    elif collector_namespace(tracing.host) is None:
        text = "the stack's collector is no Service of the cluster: no network policy can open the way to a name"
        yield Problem(("tracing",), text, f"tracing to {tracing.host}", line, app=app.name)


@each_app
def instrumentation(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An agent is put into pods by an operator that somebody else has installed, and that the pods allow."""
    if app.tracing is None:
        return
    language, given = app.tracing.language, app.tracing.instrumentation
    if language == "go":
        yield Problem(
            ("tracing", "language"),
            "the agent for Go runs privileged and as root beside the app, which no namespace of Slipway admits",
            "go",
            "no language: `tracing: {}` and the SDK in the program",
            app=app.name,
        )
    elif language is not None and given is None:
        yield Problem(
            ("tracing", "language"),
            "the agent is put into pods by OpenTelemetry's operator, which Slipway does not install: nothing would"
            " read the annotation",
            f"language {language} without instrumentation",
            "no language: `tracing: {}` gives the variables OTEL_* to an image with the SDK in it; or, where the"
            " operator is there already, `instrumentation: NAMESPACE/NAME` of its Instrumentation",
            app=app.name,
        )
    elif language is None and given is not None:
        text = "an Instrumentation is chosen for a language"
        allowed = "language: java, nodejs, python or dotnet"
        yield Problem(("tracing", "instrumentation"), text, given, allowed, app=app.name)


@each_app
def said_twice(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """The annotations that settings make are not among the app's own."""
    made = {LOG_PARSER: "logs"} if app.logs else {}
    if app.tracing is not None and app.tracing.language is not None:
        made[INJECT + app.tracing.language] = "tracing"
    for key, setting in made.items():
        if key in app.pod_annotations:
            text = f"`{setting}` sets this annotation"
            yield Problem(("podAnnotations", key), text, app.pod_annotations[key], "one of the two", app=app.name)


@each_app
def operator_is_elsewhere(app: "AppSettings", _: "StackSettings") -> Iterator[Advice]:
    """Slipway cannot see whether there is an operator."""
    if app.tracing is not None and app.tracing.language not in (None, "go") and app.tracing.instrumentation:
        yield Advice(
            ("tracing", "language"),
            f"OpenTelemetry's operator and its Instrumentation {app.tracing.instrumentation} must be there before the"
            " pods are: without them they start without an agent, and nobody says so",
            app=app.name,
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    room,
    slo_can_fire,
    thresholds,
    collector,
    instrumentation,
    said_twice,
)
LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (slo_measured, scraped_often, slo_boundary)
"""What asks about the mesh that an app is in."""
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (operator_is_elsewhere,)
