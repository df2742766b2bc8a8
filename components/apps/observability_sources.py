"""Who measures an app's requests, and what is asked of Prometheus about them: pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from components.apps.context import AppContext
from components.apps.mesh.protocols import request_ports, speaks_grpc
from components.apps.naming import metrics_name
from components.apps.ports import METRICS
from components.apps.settings import AppSettings

ISTIO_BUCKETS = (1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000)
"""The boundaries, in milliseconds, of Istio's histograms that an objective may name: Envoy's defaults."""

LINKERD_BUCKETS = tuple(digit * 10**power for power in range(5) for digit in (1, 2, 3, 4, 5))
"""The same of Linkerd's proxy: 1 to 5 of each power of ten."""

GRPC_FAILURES = "2|4|8|13|14|15"
"""The statuses of gRPC that are the server's fault: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL,
UNAVAILABLE, DATA_LOSS. HTTP answers 200 with any of them."""


@dataclass(frozen=True, slots=True)
class RequestSource:
    """The series of an app's requests. `labels` are the matchers that all have in common.

    `failures` are alternative sets of matchers, no request in two of them. `histogram` is None where nobody measures
    time; it counts in `unit` milliseconds. `buckets` are its boundaries in milliseconds, None where they are the app's
    own to know.
    """

    requests: str
    labels: tuple[str, ...]
    failures: tuple[tuple[str, ...], ...]
    histogram: str | None
    unit: int
    buckets: tuple[int, ...] | None


def selector(metric: str, matchers: Iterable[str]) -> str:
    """Return a selector of PromQL."""
    return f"{metric}{{{','.join(matchers)}}}"


def mesh_job(name: str, namespace: str) -> str:
    """Return the label `job` of what is scraped from the app's proxies: the PodMonitor's, as the operator writes it."""
    return f"{namespace}/{name}-mesh"


def measured_by_mesh(app: AppSettings, context: AppContext) -> bool:
    """Tell whether a proxy beside the app counts its requests: with sidecars, and where it speaks HTTP in any form.

    In ambient mode ztunnel counts connections only; the waypoint counts requests, but not those that go past it.
    """
    return context.mesh_of(app.namespace) != "none" and not context.ambient and bool(request_ports(app))


def _istio(app: AppSettings, name: str, namespace: str) -> RequestSource:
    failures: list[tuple[str, ...]] = [('response_code=~"5..|0"',)]
    if speaks_grpc(app):
        failures.append(('response_code!~"5..|0"', f'grpc_response_status=~"{GRPC_FAILURES}"'))
    # What the app's own proxy saw; its callers' proxies count the same requests once more.
    labels = (f'job="{mesh_job(name, namespace)}"', 'reporter="destination"')
    histogram = "istio_request_duration_milliseconds"
    return RequestSource("istio_requests_total", labels, tuple(failures), histogram, 1, ISTIO_BUCKETS)


def _linkerd(name: str, namespace: str) -> RequestSource:
    labels = (f'job="{mesh_job(name, namespace)}"', 'direction="inbound"')
    failures = (('classification="failure"',),)
    return RequestSource("response_total", labels, failures, "response_latency_ms", 1, LINKERD_BUCKETS)


def request_source(
    app: AppSettings, context: AppContext, *, name: str | None = None, namespace: str | None = None
) -> RequestSource | None:
    """Return who measures the app's requests, None where nobody does: its own metrics, else its mesh's.

    `name` and `namespace` stand for the app's own: a dashboard's variables.
    """
    name, namespace = name or app.name, namespace or app.namespace
    own = app.monitoring.metrics if app.monitoring else None
    if own is not None and METRICS in app.ports:
        labels = (f'namespace="{namespace}"', f'service="{name}{metrics_name(app).removeprefix(app.name)}"')
        return RequestSource(own.requests, labels, ((own.errors,),), own.latency, 1000, None)
    if not measured_by_mesh(app, context):
        return None
    return _istio(app, name, namespace) if context.mesh == "istio" else _linkerd(name, namespace)


def rate(source: RequestSource, window: str) -> str:
    """Return the requests per second."""
    return f"sum(rate({selector(source.requests, source.labels)}[{window}]))"


def failure_ratio(source: RequestSource, window: str) -> str:
    """Return the share of requests that fail: 0 without failures, NaN without requests."""
    failed = " + ".join(
        f"(sum(rate({selector(source.requests, (*source.labels, *each))}[{window}])) or vector(0))"
        for each in source.failures
    )
    return f"({failed}) / {rate(source, window)}"


def quantile_ms(source: RequestSource, quantile: float, window: str) -> str:
    """Return a quantile of how long requests take, in milliseconds. The source measures time."""
    buckets = selector(f"{source.histogram}_bucket", source.labels)
    found = f"histogram_quantile({quantile}, sum by (le) (rate({buckets}[{window}])))"
    return found if source.unit == 1 else f"{source.unit} * {found}"


def slow_ratio(source: RequestSource, milliseconds: int, window: str) -> str:
    """Return the share of requests that take longer than a boundary of the buckets. The source measures time."""
    bound = f"{Decimal(milliseconds) / source.unit:f}"
    # Prometheus 3 writes the boundary 1 as 1.0 where an app's text says 1.
    escaped = bound.replace(".", "\\\\.") if "." in bound else f"{bound}(\\\\.0)?"
    metric = f"{source.histogram}_bucket"
    quick = selector(metric, (*source.labels, f'le=~"{escaped}"'))
    every = selector(metric, (*source.labels, 'le="+Inf"'))
    return f"1 - sum(rate({quick}[{window}])) / sum(rate({every}[{window}]))"
