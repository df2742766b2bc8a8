"""Series as the real exporters name them, of requests to the versions of an app called `api` in the namespace `web`.

Labels: https://istio.io/latest/docs/reference/config/metrics/, https://linkerd.io/2/reference/proxy-metrics/; those of
the target are what the Prometheus operator writes (namespace, pod, container, endpoint, job, instance; service for a
ServiceMonitor).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LONG = 60
"""Scrapes in a test: half an hour."""

SILENT = f"5000+0x{LONG}"
"""A counter of requests that were long ago."""

BUCKETS = ("1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "+Inf")
SECONDS = ("0.005", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf")


def counter(per_scrape: float, *, missed: int | None = None) -> str:
    """Return a counter that grows by so much between two scrapes, the scrape `missed` being lost."""
    if missed is None:
        return f"0+{per_scrape:g}x{LONG}"
    return f"0+{per_scrape:g}x{missed - 1} _ {per_scrape * (missed + 1):g}+{per_scrape:g}x{LONG - missed - 1}"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the app: a pod's name, the Service that leads to this version alone, and who called it.

    `good` and `bad` are counters of requests that succeeded and that failed, None for a series that is not there;
    `milliseconds` is how long each took. Unless `scraped` nothing of it is known.
    """

    pod: str
    service: str
    good: str | None = None
    bad: str | None = None
    milliseconds: float = 20
    scraped: bool = True


def series(metric: str, labels: Mapping[str, str]) -> str:
    """Return a series in Prometheus's notation."""
    matchers = ",".join(f'{key}="{value}"' for key, value in labels.items())
    return f"{metric}{{{matchers}}}"


def _histogram(
    name: str, labels: Mapping[str, str], samples: str, took: float, buckets: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    """Yield a histogram's buckets: those below what the requests took are there, and stay at nothing."""
    for bound in buckets:
        yield series(f"{name}_bucket", {**labels, "le": bound}), samples if took <= float(bound) else f"0x{LONG}"


def _pod(version: Version, job: str, endpoint: str, port: int) -> dict[str, str]:
    return {
        "job": job,
        "namespace": "web",
        "pod": version.pod,
        "container": endpoint,
        "endpoint": endpoint,
        "instance": f"10.0.0.{sum(version.pod.encode()) % 250}:{port}",
    }


def _istio(version: Version, target: Mapping[str, str], reporter: str) -> Iterator[tuple[str, str]]:
    asked = {
        **target,
        "reporter": reporter,
        "source_workload": "shop",
        "destination_workload": "api",
        "destination_service": f"{version.service}.web.svc.cluster.local",
        "destination_service_name": version.service,
        "destination_service_namespace": "web",
        "request_protocol": "http",
    }
    for code, samples in (("200", version.good), ("503", version.bad)):
        if samples is not None:
            answered = {**asked, "response_code": code, "response_flags": "-"}
            yield series("istio_requests_total", answered), samples
            name = "istio_request_duration_milliseconds"
            yield from _histogram(name, answered, samples, version.milliseconds, BUCKETS)


def sidecars(*versions: Version) -> dict[str, str]:
    """Return what the proxies beside the pods show, their own calls to others among it."""
    found: dict[str, str] = {}
    for each in versions:
        target = _pod(each, "web/api-mesh", "http-envoy-prom", 15090)
        if each.scraped:
            found[series("up", target)] = f"1x{LONG}"
            found |= _istio(each, target, "destination")
            elsewhere = Version(each.pod, "billing", good=counter(500), bad=counter(500), milliseconds=9000)
            found |= _istio(elsewhere, target, "source")
    return found


def _on_the_way(reporter: str, namespace: str) -> Callable[..., dict[str, str]]:
    def shown(*versions: Version) -> dict[str, str]:
        found: dict[str, str] = {}
        proxy = Version("proxy-6b7f-x2x4z", "")
        target = {**_pod(proxy, "monitoring/istio-proxies", "http-envoy-prom", 15090), "namespace": namespace}
        if any(each.scraped for each in versions):
            found[series("up", target)] = f"1x{LONG}"
        for each in versions:
            if each.scraped:
                found |= _istio(each, target, reporter)
        return found

    return shown


waypoint = _on_the_way("waypoint", "web")
"""What the namespace's waypoint shows, and nobody else: calls between apps in ambient mode."""

gateway = _on_the_way("source", "istio-ingress")
"""What Istio's gateway shows: calls from outside in ambient mode."""


def linkerd(*versions: Version) -> dict[str, str]:
    """Return what Linkerd's proxies show: among it the kubelet's probes, which never fail, and calls to others."""
    found: dict[str, str] = {}
    for each in versions:
        if not each.scraped:
            continue
        target = _pod(each, "web/api-mesh", "linkerd-admin", 4191)
        found[series("up", target)] = f"1x{LONG}"
        inbound = {**target, "direction": "inbound", "srv_port": "8080", "route_name": "default", "tls": "true"}
        others = {
            "probe": {**inbound, "route_name": "probe", "tls": "no_identity"},
            "scrape": {**inbound, "srv_port": "4191"},
            "outbound": {**target, "direction": "outbound", "dst_service": "billing"},
        }
        told = [(inbound, "success", each.good), (inbound, "failure", each.bad)]
        told += [(labels, "success", counter(3000)) for labels in others.values()]
        for labels, classification, samples in told:
            if samples is not None:
                code = "200" if classification == "success" else "500"
                counted = {**labels, "classification": classification, "status_code": code}
                found[series("response_total", counted)] = samples
                took = each.milliseconds if labels is inbound else 1
                found |= _histogram("response_latency_ms", {**labels, "status_code": code}, samples, took, BUCKETS)
    return found


def own(*versions: Version) -> dict[str, str]:
    """Return what the app itself shows on its port `metrics`, as a ServiceMonitor finds it."""
    found: dict[str, str] = {}
    for each in versions:
        target = {**_pod(each, "api-metrics", "metrics", 9090), "service": "api-metrics", "container": "api"}
        if each.scraped:
            found[series("up", target)] = f"1x{LONG}"
            for code, samples in (("200", each.good), ("500", each.bad)):
                if samples is not None:
                    answered = {**target, "code": code}
                    found[series("http_requests_total", answered)] = samples
                    name = "http_request_duration_seconds"
                    found |= _histogram(name, answered, samples, each.milliseconds / 1000, SECONDS)
    return found
