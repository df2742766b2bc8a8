"""What Prometheus is asked of a new version: by Argo Rollouts in an AnalysisTemplate, by Flagger in MetricTemplates."""

from dataclasses import dataclass

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.naming import preview_name, service_name, track_service_name
from components.apps.observability import watched
from components.apps.observability_sources import measured_on_the_way, request_source, seconds
from components.apps.request_queries import RequestSource, failure_ratio, quantile_ms, scraped
from components.apps.settings import AppSettings
from components.apps.strategies import by_flagger
from components.apps.strategy_settings import AnalysisSettings
from components.apps.words import Manifest
from components.operations.monitoring_names import PROMETHEUS_URL

PERCENTILE = 0.99
LEAST_COUNT = 3
"""How often a version is measured, at the least, before blue-green's switch."""


@dataclass(frozen=True, slots=True)
class Queries:
    """PromQL for the percentage of requests that do not fail, and for the 99th percentile in milliseconds.

    `window` is the number of seconds that they look back: before that nothing can be said of a new version.
    """

    success: str
    latency: str
    window: int


def version_source(app: AppSettings, context: AppContext) -> RequestSource | None:
    """Return who counts the requests of the new version alone; None where nobody does, or nobody is scraped.

    The proxies beside the pods, and the app itself, are told apart by their pods' names, which hold the version's hash
    (`{{args.hash}}` is Argo's; Flagger's new version has the pods of the Deployment, what serves those of a copy).
    Gateways and waypoints name the version's Service.
    """
    source = request_source(app, context)
    if source is None or not watched(app, context):
        return None
    own = app.monitoring is not None and app.monitoring.metrics is not None
    if measured_on_the_way(app, context) and not own:
        return source.narrowed([f'destination_service_name="{judged_service(app)}"'])
    pods = f"{app.name}-[0-9a-z]+-[0-9a-z]+" if by_flagger(app) else f"{app.name}-{{{{args.hash}}}}-.*"
    return source.narrowed([f'pod=~"{pods}"'], [f'pod=~"{pods}"'])


def _answered(query: str, source: RequestSource, analysis: AnalysisSettings, silent: int) -> str:
    """Return a query that says nothing where there were no requests, never NaN.

    With `withoutRequests: pass` it says `silent` instead, provided that the version is scraped: of what nobody measures
    nobody knows that it is silent.
    """
    said = f"({query}) >= 0"
    return said if analysis.without_requests == "wait" else f"{said} or ({scraped(source)}) * 0 + {silent}"


def queries(app: AppSettings, context: AppContext, analysis: AnalysisSettings) -> Queries:
    """Return the app's own queries, each else those of whoever counts its requests.

    Raises ValueError where there is neither: the checks refuse such an app.
    """
    source = version_source(app, context)
    window = max(analysis.interval_seconds, source.shortest if source is not None else 0)
    success, latency = analysis.success_query, analysis.latency_query
    if source is not None and success is None:
        # Rates are extrapolated, and two of them may be more than their whole by a hair.
        share = f"clamp_min(100 * (1 - {failure_ratio(source, f'{window}s')}), 0)"
        success = _answered(share, source, analysis, 100)
    if source is not None and source.histogram is not None and latency is None:
        latency = _answered(quantile_ms(source, PERCENTILE, f"{window}s"), source, analysis, 0)
    if success is None or latency is None:
        raise ValueError("nothing to judge by: the checks refuse such an app")
    return Queries(success, latency, window)


def analysis_of(app: AppSettings) -> AnalysisSettings | None:
    """Return what judges an app's versions: a canary's always, blue-green's where the app file says so."""
    strategy = app.strategy
    wanted = strategy.by is not None and (strategy.type == "canary" or "analysis" in strategy.model_fields_set)
    return strategy.analysis if wanted else None


def analysis_name(app: AppSettings) -> str:
    """Return the name of the AnalysisTemplate."""
    return f"{app.name}-analysis"


def judged_service(app: AppSettings) -> str:
    """Return the Service of the new version alone."""
    if by_flagger(app):
        return f"{service_name(app)}-canary"
    return track_service_name(app, "canary") if app.strategy.type == "canary" else preview_name(app)


def measurements(app: AppSettings, analysis: AnalysisSettings, window: int) -> int:
    """Return how many measurements of a new version there are for certain before it has all requests."""
    if app.strategy.type == "blue-green":
        return max(LEAST_COUNT, analysis.failure_limit + 1)
    pauses = sum(1 for weight in app.strategy.steps if weight < 100) * seconds(app.strategy.pause)
    return max(0, (pauses - window) // analysis.interval_seconds)


def inconclusive_limit(app: AppSettings, analysis: AnalysisSettings, window: int) -> int:
    """Return how many measurements may say nothing: those of one step, and never all that there are."""
    step = seconds(app.strategy.pause) // analysis.interval_seconds if app.strategy.type == "canary" else LEAST_COUNT
    return max(0, min(max(analysis.failure_limit, step), measurements(app, analysis, window) - 1))


def analysis_template(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the AnalysisTemplate of a Rollout, None where nothing judges.

    An answer is good, bad, or neither where Prometheus has none: no requests, or no measurements. More than
    `failureLimit` bad ones end the rollout; more than `inconclusiveLimit` without an answer pause it, until somebody
    looks (https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#inconclusive-runs). Without `count` the
    measurements go on until the rollout ends; before the switch of blue-green they must come to an end.
    """
    analysis = analysis_of(app)
    if analysis is None:
        return None
    asked = queries(app, context, analysis)
    address = analysis.prometheus or PROMETHEUS_URL
    known = "len(result) > 0 && !isNaN(result[0])"
    count = {"count": measurements(app, analysis, asked.window)} if app.strategy.type == "blue-green" else {}

    def metric(name: str, query: str, good: str, bad: str) -> Manifest:
        return {
            "name": name,
            "interval": f"{analysis.interval_seconds}s",
            **count,
            "initialDelay": f"{asked.window}s",
            "failureLimit": analysis.failure_limit,
            "inconclusiveLimit": inconclusive_limit(app, analysis, asked.window),
            "successCondition": f"{known} && result[0] {good}",
            "failureCondition": f"{known} && result[0] {bad}",
            "provider": {"prometheus": {"address": address, "query": query}},
        }

    rate, quick = f"{analysis.success_rate:g}", f"{analysis.latency_p99_ms}"
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": metadata(app, analysis_name(app)),
        "spec": {
            "args": [{"name": "hash"}],
            "metrics": [
                metric("success-rate", asked.success, f">= {rate}", f"< {rate}"),
                metric("latency-p99", asked.latency, f"<= {quick}", f"> {quick}"),
            ],
        },
    }
