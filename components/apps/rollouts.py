"""The Rollout of an app whose versions Argo Rollouts replaces: blue-green or canary, with who splits the requests.

https://argo-rollouts.readthedocs.io/en/stable/features/specification/
"""

import json
from collections.abc import Iterator, Mapping

from components.apps.alb import PREFIX
from components.apps.analysis import analysis_name, analysis_of, analysis_template
from components.apps.context import AppContext
from components.apps.disruption import surge, unavailable
from components.apps.istio import leads_nowhere
from components.apps.naming import preview_name, service_name, track_service_name
from components.apps.settings import AppSettings
from components.apps.strategies import by_argo
from components.apps.words import Manifest
from components.apps.workload import deployment
from components.operations.argo_rollouts_values import GATEWAY_PLUGIN

API = "argoproj.io/v1alpha1"

HEADER_ROUTE = "header"
"""The name of the route that Argo Rollouts makes for requests with the canary's header, before all others."""

SHARING_ROUTE = "weighted"
"""The name of the route in a VirtualService whose weights it changes."""

FORCED = {"pulumi.com/patchForce": "true"}
"""Argo Rollouts writes weights into the object; a change of ours goes through all the same, and it writes them anew."""


def _analysis(app: AppSettings) -> Manifest:
    version = {"name": "hash", "valueFrom": {"podTemplateHashValue": "Latest"}}
    return {"templates": [{"templateName": analysis_name(app)}], "args": [version]}


def _served_by_load_balancer(manifest: Manifest) -> bool:
    """Tell whether an Ingress shares requests by an action of the AWS Load Balancer Controller."""
    annotations = manifest["metadata"].get("annotations", {})
    return manifest["kind"] == "Ingress" and any(key.startswith(f"{PREFIX}actions.") for key in annotations)


def _shared_port(ingress: Manifest, service: str) -> int:
    """Return the port of the Service that an Ingress's sharing names."""
    action = json.loads(ingress["metadata"]["annotations"][f"{PREFIX}actions.{service}"])
    return int(action["forwardConfig"]["targetGroups"][0]["servicePort"])


def traffic_routing(app: AppSettings, routes: Mapping[str, Manifest]) -> Manifest:
    """Return `trafficRouting`: every object among the app's that shares requests between the versions."""
    sharing: dict[str, list[Manifest]] = {}
    for manifest in routes.values():
        if leads_nowhere(manifest):
            continue
        if manifest["kind"] in {"VirtualService", "HTTPRoute"} or _served_by_load_balancer(manifest):
            sharing.setdefault(manifest["kind"], []).append(manifest)
    named = {kind: [each["metadata"]["name"] for each in objects] for kind, objects in sharing.items()}
    found: Manifest = {}
    if services := named.get("VirtualService"):
        found["istio"] = {"virtualServices": [{"name": name, "routes": [SHARING_ROUTE]} for name in services]}
    if ingresses := named.get("Ingress"):
        port = _shared_port(sharing["Ingress"][0], service_name(app))
        found["alb"] = {"ingresses": ingresses, "rootService": service_name(app), "servicePort": port}
    if http_routes := named.get("HTTPRoute"):
        told = [{"name": name, "useHeaderRoutes": True} for name in http_routes]
        found["plugins"] = {GATEWAY_PLUGIN: {"httpRoutes": told, "namespace": app.namespace}}
    if app.strategy.header is not None:
        found["managedRoutes"] = [{"name": HEADER_ROUTE}]
    return found


def _steps(app: AppSettings) -> Iterator[Manifest]:
    """Yield the steps: each weight, and a pause in which the measurements count; nothing pauses at 100."""
    strategy = app.strategy
    if strategy.header is not None:
        match = {"headerName": strategy.header.name, "headerValue": {"exact": strategy.header.value}}
        # One pod for those who ask for the new version by name, before anybody else gets it.
        yield {"setCanaryScale": {"replicas": 1}}
        yield {"setHeaderRoute": {"name": HEADER_ROUTE, "match": [match]}}
        yield {"pause": {"duration": strategy.pause}}
        yield {"setCanaryScale": {"matchTrafficWeight": True}}
    for weight in strategy.steps:
        yield {"setWeight": weight}
        if weight < 100:
            yield {"pause": {"duration": strategy.pause}}


def _canary(app: AppSettings, routes: Mapping[str, Manifest]) -> Manifest:
    judged = {"analysis": {**_analysis(app), "startingStep": 1}} if analysis_of(app) else {}
    return {
        "stableService": track_service_name(app, "stable"),
        "canaryService": track_service_name(app, "canary"),
        "maxSurge": surge(app.strategy),
        "maxUnavailable": unavailable(app.strategy),
        "trafficRouting": traffic_routing(app, routes),
        "steps": [*_steps(app)],
        **judged,
    }


def _blue_green(app: AppSettings) -> Manifest:
    after, stays = app.strategy.auto_promotion_seconds, app.strategy.scale_down_delay_seconds
    promotion: Manifest = {"autoPromotionEnabled": after is not None}
    if after:
        promotion["autoPromotionSeconds"] = after
    return {
        "activeService": service_name(app),
        "previewService": preview_name(app),
        **promotion,
        "scaleDownDelaySeconds": 30 if stays is None else stays,
        **({"prePromotionAnalysis": _analysis(app)} if analysis_of(app) else {}),
    }


def rollout(app: AppSettings, context: AppContext, routes: Mapping[str, Manifest]) -> Manifest:
    """Return the Rollout; `routes` are the app's other objects, among them what shares its requests.

    What has not become ready within ten minutes is aborted: all requests are the old version's again.
    """
    plain = deployment(app, context, name=app.name, image=app.image, track="stable", replicas=app.initial_replicas)
    kept = {
        key: plain["spec"][key]
        for key in ("replicas", "minReadySeconds", "selector", "template")
        if key in plain["spec"]
    }
    chosen = {"canary": _canary(app, routes)} if app.strategy.type == "canary" else {"blueGreen": _blue_green(app)}
    metadata = {key: value for key, value in plain["metadata"].items() if key != "annotations"}
    return {
        "apiVersion": API,
        "kind": "Rollout",
        "metadata": metadata,
        "spec": {**kept, "progressDeadlineSeconds": 600, "progressDeadlineAbort": True, "strategy": chosen},
    }


def forced(manifest: Manifest) -> Manifest:
    """Return an object that Argo Rollouts writes weights into, so that a change of ours is no conflict."""
    if manifest["kind"] not in {"VirtualService", "HTTPRoute", "Ingress"} or leads_nowhere(manifest):
        return manifest
    described = manifest["metadata"]
    return {**manifest, "metadata": {**described, "annotations": {**described.get("annotations", {}), **FORCED}}}


def rollout_objects(
    app: AppSettings, context: AppContext, routes: Mapping[str, Manifest]
) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the Rollout and its AnalysisTemplate with their suffixes; nothing for an app of another strategy."""
    if by_argo(app):
        yield "analysis", analysis_template(app, context)
        yield "rollout", rollout(app, context, routes)
