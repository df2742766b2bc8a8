"""What Prometheus is asked of a new version: by Argo Rollouts in an AnalysisTemplate, by Flagger in MetricTemplates."""

from dataclasses import dataclass

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.naming import preview_name, track_service_name
from components.apps.settings import AppSettings
from components.apps.strategy_settings import AnalysisSettings
from components.apps.words import Manifest
from components.operations.monitoring_names import PROMETHEUS_URL

PERCENTILE = "0.99"


@dataclass(frozen=True, slots=True)
class Queries:
    """PromQL for the percentage of requests that do not fail, and for the 99th percentile in milliseconds."""

    success: str
    latency: str


def istio_queries(selection: str, window: str) -> Queries:
    """Return what Istio's proxies count; `selection` are the labels of the version's requests.

    https://istio.io/latest/docs/reference/config/metrics/
    """
    total, good = f"istio_requests_total{{{selection}}}", f'istio_requests_total{{{selection},response_code!~"5.."}}'
    bucket = f"istio_request_duration_milliseconds_bucket{{{selection}}}"
    return Queries(
        f"100 * sum(rate({good}[{window}])) / sum(rate({total}[{window}]))",
        f"histogram_quantile({PERCENTILE}, sum(rate({bucket}[{window}])) by (le))",
    )


def linkerd_queries(selection: str, window: str) -> Queries:
    """Return what Linkerd's proxies count; `selection` are the labels of the version's pods.

    https://linkerd.io/2/reference/proxy-metrics/
    """
    total = f'response_total{{{selection},direction="inbound"}}'
    good = f'response_total{{{selection},direction="inbound",classification="success"}}'
    bucket = f'response_latency_ms_bucket{{{selection},direction="inbound"}}'
    return Queries(
        f"100 * sum(rate({good}[{window}])) / sum(rate({total}[{window}]))",
        f"histogram_quantile({PERCENTILE}, sum(rate({bucket}[{window}])) by (le))",
    )


def mesh_queries(mesh: str, namespace: str, *, service: str, pods: str, window: str) -> Queries | None:
    """Return the queries of a version in a mesh, None outside every mesh.

    Istio's callers, and waypoints, name the Service that a request went to; Linkerd's proxies know their pod, whose
    name is a match of `pods`.
    """
    if mesh == "istio":
        named = f'destination_service_namespace="{namespace}",destination_service_name="{service}"'
        return istio_queries(f'reporter=~"source|waypoint",{named}', window)
    if mesh == "linkerd":
        return linkerd_queries(f'namespace="{namespace}",pod=~"{pods}"', window)
    return None


def with_own(analysis: AnalysisSettings, known: Queries | None) -> Queries:
    """Return the app's own queries, each else the mesh's. Raises ValueError where there is neither."""
    success = analysis.success_query or (known.success if known else None)
    latency = analysis.latency_query or (known.latency if known else None)
    if success is None or latency is None:
        raise ValueError("nothing to judge by: the checks refuse such an app")
    return Queries(success, latency)


def analysis_of(app: AppSettings) -> AnalysisSettings | None:
    """Return what judges an app's versions: a canary's always, blue-green's where the app file says so."""
    strategy = app.strategy
    wanted = strategy.by is not None and (strategy.type == "canary" or "analysis" in strategy.model_fields_set)
    return strategy.analysis if wanted else None


def analysis_name(app: AppSettings) -> str:
    """Return the name of the AnalysisTemplate."""
    return f"{app.name}-analysis"


def judged_service(app: AppSettings) -> str:
    """Return the Service by which the requests of a Rollout's new version are counted."""
    return track_service_name(app, "canary") if app.strategy.type == "canary" else preview_name(app)


def analysis_template(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the AnalysisTemplate of a Rollout, None where nothing judges.

    A version that nobody has called yet is not judged: its share of the requests may be too small for the first
    minutes. Without `count` the measurements go on until the rollout ends; before the switch of blue-green they must
    come to an end, after three.
    """
    analysis = analysis_of(app)
    if analysis is None:
        return None
    known = mesh_queries(
        context.mesh_of(app.namespace),
        app.namespace,
        service=judged_service(app),
        pods=f"{app.name}-{{{{args.hash}}}}-.*",
        window=f"{analysis.interval_seconds}s",
    )
    queries = with_own(analysis, known)
    address = analysis.prometheus or PROMETHEUS_URL

    def metric(name: str, query: str, good: str) -> Manifest:
        return {
            "name": name,
            "interval": f"{analysis.interval_seconds}s",
            **({"count": 3} if app.strategy.type == "blue-green" else {}),
            "initialDelay": f"{analysis.interval_seconds}s",
            "failureLimit": analysis.failure_limit,
            "successCondition": f"len(result) == 0 || isNaN(result[0]) || result[0] {good}",
            "provider": {"prometheus": {"address": address, "query": query}},
        }

    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": metadata(app, analysis_name(app)),
        "spec": {
            "args": [{"name": "hash"}],
            "metrics": [
                metric("success-rate", queries.success, f">= {analysis.success_rate:g}"),
                metric("latency-p99", queries.latency, f"<= {analysis.latency_p99_ms}"),
            ],
        },
    }
