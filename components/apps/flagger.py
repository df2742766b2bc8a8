"""The Canary of an app whose versions Flagger replaces: it makes the Services, routes and serving pods itself.

https://docs.flagger.app/usage/how-it-works
"""

from collections.abc import Iterator

from components.apps.analysis import Queries, analysis_of, queries
from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.istio import MESH, gateway_reference, path_matches
from components.apps.labels import metadata
from components.apps.mesh.istio_traffic import request_policy, traffic_policy
from components.apps.naming import service_name
from components.apps.ports import main_port
from components.apps.routes import parent
from components.apps.settings import AppSettings
from components.apps.shared_hosts import istio_routes
from components.apps.strategies import by_flagger, scale_target
from components.apps.tracks import by_http_route
from components.apps.words import Manifest
from components.operations.monitoring_names import PROMETHEUS_URL

API = "flagger.app/v1beta1"

ITERATIONS = 10
"""How often Flagger itself looks where nothing is said."""


def provider(app: AppSettings, context: AppContext) -> str:
    """Return by whom Flagger splits an app's requests: Istio's VirtualServices, else the Gateway API's HTTPRoutes."""
    at_gateway = any(context.controller_of(each).controller == "gateway-api" for _, each in exposures(app))
    return "gatewayapi:v1" if at_gateway or by_http_route(app, context) else "istio"


def _at_istio(app: AppSettings, context: AppContext) -> Manifest:
    """Return the Gateways of the VirtualService and what of their requests it takes; of the mesh's it takes all."""
    gateways: list[str] = []
    matches: list[Manifest] = []
    for route in istio_routes(app, context):
        reference = gateway_reference(app, route, context)
        gateways.append(reference)
        matches += [{**match, "gateways": [reference]} for match in path_matches(route.paths)]
    within = [{"gateways": [MESH]}] if matches else []
    return {"gateways": [*gateways, MESH], **({"match": [*matches, *within]} if matches else {})}


def _uris(paths: tuple[str, ...]) -> list[Manifest]:
    return [{"uri": {"prefix": path}} for path in paths] if paths != ("/",) else []


def _service(app: AppSettings, context: AppContext) -> Manifest:
    """Return `service`: the app's own Service and the routes to it, which are Flagger's from now on."""
    name = main_port(app.ports) or next(iter(app.ports))
    port = app.ports[name].port
    found: Manifest = {
        "name": service_name(app),
        "port": port,
        "targetPort": name,
        "portName": name,
        "portDiscovery": True,
    }
    hosts = [each.host for _, each in exposures(app)]
    if provider(app, context) == "istio":
        found |= {**_at_istio(app, context), **request_policy(app)}
        if policy := traffic_policy(app, context, tcp=False):
            found["trafficPolicy"] = policy
    else:
        gateways = [parent(each, context.controller_of(each)) for _, each in exposures(app)]
        own = {"group": "core", "kind": "Service", "name": service_name(app), "namespace": app.namespace, "port": port}
        found["gatewayRefs"] = [*gateways, *([own] if by_http_route(app, context) else [])]
        if matches := [match for _, each in exposures(app) for match in _uris(each.paths)]:
            found["match"] = matches
    return {**found, **({"hosts": hosts} if hosts else {})}


def _templates(app: AppSettings, asked: Queries, address: str) -> Iterator[tuple[str, Manifest]]:
    for suffix, query in (("success-rate", asked.success), ("latency-p99", asked.latency)):
        yield (
            suffix,
            {
                "apiVersion": API,
                "kind": "MetricTemplate",
                "metadata": metadata(app, f"{app.name}-{suffix}"),
                "spec": {"provider": {"type": "prometheus", "address": address}, "query": query},
            },
        )


def _stages(app: AppSettings) -> Manifest:
    """Return how requests come to the new version: by weight, or those with the header and, in the end, all.

    Weights and a header are one or the other to Flagger, which calls the second A/B testing
    (https://docs.flagger.app/usage/deployment-strategies).
    """
    header = app.strategy.header
    if header is None:
        return {"stepWeights": [weight for weight in app.strategy.steps if weight < 100] or [99]}
    return {
        "iterations": app.strategy.iterations or ITERATIONS,
        "match": [{"headers": {header.name: {"exact": header.value}}}],
    }


def canary_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Canary, after what it measures by, with their suffixes; nothing for an app of another strategy.

    `interval` is both a step and a measurement. Flagger stops before 100 percent and copies the new version to the
    pods that serve. An answer that is missing is a bad one to it, and NaN a good one: the queries never say that.
    """
    if not by_flagger(app):
        return
    analysis = analysis_of(app)
    metrics: list[Manifest] = []
    if analysis is not None:
        yield from _templates(app, queries(app, context, analysis), analysis.prometheus or PROMETHEUS_URL)
        ranges = {"success-rate": {"min": analysis.success_rate}, "latency-p99": {"max": analysis.latency_p99_ms}}
        metrics = [
            {
                "name": name,
                "interval": f"{analysis.interval_seconds}s",
                "thresholdRange": allowed,
                "templateRef": {"name": f"{app.name}-{name}", "namespace": app.namespace},
            }
            for name, allowed in ranges.items()
        ]
    scaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "name": f"{app.name}-hpa"}
    yield (
        "flagger",
        {
            "apiVersion": API,
            "kind": "Canary",
            "metadata": metadata(app, app.name),
            "spec": {
                "provider": provider(app, context),
                "targetRef": scale_target(app),
                **({"autoscalerRef": scaler} if app.scaling is not None else {}),
                "progressDeadlineSeconds": 600,
                "service": _service(app, context),
                "analysis": {
                    "interval": app.strategy.pause,
                    "threshold": analysis.failure_limit + 1 if analysis is not None else 3,
                    **_stages(app),
                    **({"metrics": metrics} if metrics else {}),
                },
            },
        },
    )
