"""The controllers that test contexts have, as an EKS stack that installs each of them tells its apps of it."""

from typing import Any

from components.networking.ingress.facts import ControllerFacts, Source, controllers
from components.networking.ingress.settings import Controller
from tests.support.stacks import stack

ISTIO = ControllerFacts(
    "istio",
    class_name="istio",
    source=Source("istio-ingress", {"istio": "ingressgateway"}),
    awaits_address=True,
    tls_namespace="istio-ingress",
    weights=True,
    service_account=("istio-ingress", "istio-ingressgateway"),
)
EXTERNAL = ControllerFacts("external")
ISSUER = {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": "letsencrypt-production"}
"""The `issuerRef` of test contexts."""


def facts_of(controller: Controller, **rooms: Any) -> ControllerFacts:
    """Return the facts of a controller of an EKS stack, whose rooms are given as in YAML; `ingress` is its settings."""
    ingress = {"controller": controller, **rooms.pop("ingress", {})}
    return controllers(stack(ingress=ingress, **rooms))[controller]


def alb(**settings: Any) -> ControllerFacts:
    """Return the facts of the AWS Load Balancer Controller, with `ingress.alb`."""
    return facts_of("alb", ingress={"alb": settings})


def nginx() -> ControllerFacts:
    """Return the facts of NGINX."""
    return facts_of("nginx")


def gateway_api(implementation: str = "envoy-gateway") -> ControllerFacts:
    """Return the facts of the Gateway API by an implementation."""
    mesh = {"mesh": "istio"} if implementation == "istio" else {}
    return facts_of("gateway-api", ingress={"gatewayApi": {"implementation": implementation}}, **mesh)
