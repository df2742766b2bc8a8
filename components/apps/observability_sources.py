"""Who measures an app's requests: the app itself, the proxies beside it, or those on the requests' way. Pure."""

import re

from components.apps.context import AppContext
from components.apps.mesh.protocols import request_ports, speaks_grpc
from components.apps.naming import metrics_name
from components.apps.observability_settings import AppMonitoringSettings
from components.apps.ports import METRICS
from components.apps.request_queries import RequestSource
from components.apps.settings import AppSettings
from components.operations.monitoring_names import INTERVAL_SECONDS, ISTIO_PROXIES

ISTIO_BUCKETS = (1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000)
"""The boundaries, in milliseconds, of Istio's histograms that an objective may name: Envoy's defaults."""

LINKERD_BUCKETS = tuple(digit * 10**power for power in range(5) for digit in (1, 2, 3, 4, 5))
"""The same of Linkerd's proxy: 1 to 5 of each power of ten."""

GRPC_FAILURES = "2|4|8|13|14|15"
"""The statuses of gRPC that are the server's fault: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, INTERNAL,
UNAVAILABLE, DATA_LOSS. HTTP answers 200 with any of them."""

SERVICES = "service|stable|canary|preview|service-primary|service-canary"
"""How the Services that requests to an app go to are called, after its name (naming.py; the last two are Flagger's)."""

_SECONDS = {"s": 1, "m": 60, "h": 3600}


def seconds(duration: str) -> int:
    """Return a duration of the settings (30s, 5m, 1h) in whole seconds, at least one."""
    count, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", duration).groups()  # type: ignore[union-attr]
    return int(count) * _SECONDS[unit] if unit != "ms" else max(1, -(-int(count) // 1000))


def scrape_interval(app: AppSettings) -> int:
    """Return how many seconds are between two scrapes of an app, and of the proxies beside it."""
    return seconds((app.monitoring or AppMonitoringSettings()).interval)


def mesh_job(name: str, namespace: str) -> str:
    """Return the label `job` of what is scraped from the app's proxies: the PodMonitor's, as the operator writes it."""
    return f"{namespace}/{name}-mesh"


def measured_by_mesh(app: AppSettings, context: AppContext) -> bool:
    """Tell whether a proxy beside the app counts its requests: with sidecars, and where it speaks HTTP in any form."""
    return context.mesh_of(app.namespace) != "none" and not context.ambient and bool(request_ports(app))


def measured_on_the_way(app: AppSettings, context: AppContext) -> bool:
    """Tell whether Istio's gateway and the namespace's waypoint count the app's requests: in ambient mode.

    ztunnel counts connections only. What the gateway sends goes past the waypoint, so that no request is counted twice.
    """
    return context.mesh_of(app.namespace) == "istio" and context.ambient and bool(request_ports(app))


def _istio_failures(app: AppSettings) -> tuple[tuple[str, ...], ...]:
    failures: list[tuple[str, ...]] = [('response_code=~"5..|0"',)]
    if speaks_grpc(app):
        failures.append(('response_code!~"5..|0"', f'grpc_response_status=~"{GRPC_FAILURES}"'))
    return tuple(failures)


def _istio(app: AppSettings, name: str, namespace: str) -> RequestSource:
    """Return what the app's own proxy saw; its callers' proxies count the same requests once more.

    https://istio.io/latest/docs/reference/config/metrics/
    """
    job = f'job="{mesh_job(name, namespace)}"'
    histogram, interval = "istio_request_duration_milliseconds", scrape_interval(app)
    labels = (job, 'reporter="destination"')
    return RequestSource(
        "istio_requests_total", labels, _istio_failures(app), histogram, 1, ISTIO_BUCKETS, (job,), interval
    )


def _ambient(app: AppSettings, name: str, namespace: str) -> RequestSource:
    """Return what gateways and waypoints saw of requests to the app's Services, which they name.

    `reporter` is the gateway's `source` and the waypoint's `waypoint`
    (https://istio.io/latest/docs/reference/config/metrics/#labels).
    """
    job = f'job="{ISTIO_PROXIES}"'
    renamed = [f"{each}(-primary|-canary)?" for each in (app.service.name,) if each]
    labels = (
        job,
        'reporter=~"source|waypoint"',
        f'destination_service_namespace="{namespace}"',
        f'destination_service_name=~"{"|".join((*renamed, f"{name}-({SERVICES})"))}"',
    )
    histogram = "istio_request_duration_milliseconds"
    return RequestSource(
        "istio_requests_total", labels, _istio_failures(app), histogram, 1, ISTIO_BUCKETS, (job,), INTERVAL_SECONDS
    )


def _linkerd(app: AppSettings, name: str, namespace: str) -> RequestSource:
    """Return what the app's own proxy saw, without the kubelet's probes and what is asked of the proxy itself.

    https://linkerd.io/2/reference/proxy-metrics/; a probe's route is the proxy's own, called `probe`
    (linkerd2's policy controller), and its own port is 4191.
    """
    job = f'job="{mesh_job(name, namespace)}"'
    labels = (job, 'direction="inbound"', 'route_name!="probe"', 'srv_port!="4191"')
    failures = (('classification="failure"',),)
    return RequestSource(
        "response_total",
        labels,
        failures,
        "response_latency_ms",
        1,
        LINKERD_BUCKETS,
        (job,),
        scrape_interval(app),
    )


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
        failures = ((own.errors,),)
        return RequestSource(own.requests, labels, failures, own.latency, 1000, None, labels, scrape_interval(app))
    if measured_on_the_way(app, context):
        return _ambient(app, name, namespace)
    if not measured_by_mesh(app, context):
        return None
    return _istio(app, name, namespace) if context.mesh == "istio" else _linkerd(app, name, namespace)
