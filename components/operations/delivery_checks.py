"""What is wrong, or worth knowing, about who moves apps to their next version."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.operations.argo_rollouts_values import traffic_routers
from components.operations.flagger_values import WITHOUT_ROUTER, mesh_provider
from components.operations.monitoring_names import PROMETHEUS_URL
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.settings import StackSettings

ARGO = ("delivery", "argoRollouts")
FLAGGER = ("delivery", "flagger")


def verified_load_balancers(settings: "StackSettings") -> Iterator[Problem]:
    """Verification needs a load balancer to verify, and an AWS identity to ask with."""
    argo = settings.delivery.argo_rollouts
    if argo is None or not argo.verify_target_groups:
        return
    if settings.cluster.existing is not None:
        yield Problem(
            (*ARGO, "verifyTargetGroups"),
            "an existing cluster gets no AWS identity from Slipway, and every step would wait for an answer that AWS"
            " refuses",
            "true with cluster.existing",
            "false",
            "false",
        )
    elif "alb" not in traffic_routers(settings):
        yield Problem(
            (*ARGO, "verifyTargetGroups"),
            "is about the Ingress objects of application load balancers, and the stack has no such way in",
            "true without alb in ingress.controller or ingress.additional",
            "false; or `ingress: alb`",
            "false",
        )


def unused_plugin(settings: "StackSettings") -> Iterator[Problem]:
    """An image that was chosen is one that is loaded."""
    argo = settings.delivery.argo_rollouts
    if argo is None or "gateway_plugin_image" not in argo.model_fields_set:
        return
    if "gateway-api" not in traffic_routers(settings):
        yield Problem(
            (*ARGO, "gatewayPluginImage"),
            "has no effect: nothing in the stack reads the Gateway API, so that the plugin is not loaded",
            argo.gateway_plugin_image,
            "no gatewayPluginImage; or gateway-api in ingress, mesh linkerd, or Istio's dataPlane ambient",
        )


def flaggers_prometheus(settings: "StackSettings") -> Iterator[Problem]:
    """Flagger judges by a Prometheus."""
    flagger = settings.delivery.flagger
    if flagger is not None and flagger.metrics_server is None and settings.monitoring is None:
        yield Problem(
            (*FLAGGER, "metricsServer"),
            f"no Prometheus answers at {PROMETHEUS_URL}, since the stack has no monitoring: every canary would fail for"
            " want of measurements",
            "flagger without metricsServer and without monitoring",
            "the line `slipway:monitoring: {}`, or metricsServer: http://prometheus.example.com:9090",
        )


def both(settings: "StackSettings") -> Iterator[Advice]:
    """Two controllers stand beside each other as long as no app has both."""
    if settings.delivery.argo_rollouts is not None and settings.delivery.flagger is not None:
        yield Advice(
            ("delivery",),
            "Argo Rollouts and Flagger are both installed: they work side by side, each for its own apps, and what one"
            " of them would do is run and upgraded once less",
        )


def argo_by_pods(settings: "StackSettings") -> Iterator[Advice]:
    """Without a router a weight is a number of pods."""
    if settings.delivery.argo_rollouts is None or traffic_routers(settings):
        return
    nginx = (
        "; its router for NGINX writes annotations of the community's ingress-nginx, which F5's controller does not"
        " read"
        if settings.ingress.controller == "nginx"
        else ""
    )
    yield Advice(
        ARGO,
        "nothing in the stack splits requests for it: a canary's weight is the share of its pods, so that 2 % of 3"
        f" replicas is one pod of four{nginx}. A mesh, alb or gateway-api splits by weight",
    )


def flagger_by_switch(settings: "StackSettings") -> Iterator[Advice]:
    """Without a router Flagger switches all requests at once."""
    if settings.delivery.flagger is None or mesh_provider(settings) != "kubernetes":
        return
    reason = WITHOUT_ROUTER.get(settings.ingress.controller, WITHOUT_ROUTER["external"])
    yield Advice(
        FLAGGER,
        f"splits no requests: {reason}. It tests the next version beside the current one and then switches all requests"
        " (blue-green); a mesh or gateway-api splits by weight",
    )


def flaggers_metrics(settings: "StackSettings") -> Iterator[Advice]:
    """Flagger's own two metrics are of Istio, or of the app."""
    if settings.delivery.flagger is None or mesh_provider(settings) == "istio":
        return
    yield Advice(
        FLAGGER,
        f"with {mesh_provider(settings)} its own metrics, request-success-rate and request-duration, read"
        " http_request_duration_seconds, which the app itself has to expose (only with Istio's sidecars they read"
        " Istio's); a MetricTemplate reads any other",
    )


def alone(settings: "StackSettings") -> Iterator[Advice]:
    """What production is delivered by does not stop with one pod."""
    if settings.environment != "production":
        return
    parts = {"argoRollouts": settings.delivery.argo_rollouts, "flagger": settings.delivery.flagger}
    for key, part in parts.items():
        if part is not None and part.replicas == 1:
            yield Advice(
                ("delivery", key, "replicas"),
                "while the only pod moves to another node, every step of every app waits, an abort too",
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    verified_load_balancers,
    unused_plugin,
    flaggers_prometheus,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    both,
    argo_by_pods,
    flagger_by_switch,
    flaggers_metrics,
    alone,
)
