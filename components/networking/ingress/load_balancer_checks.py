"""What is wrong about the load balancers of AWS that the AWS Load Balancer Controller makes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.networking.ingress.selection import (
    gateway_implementation,
    installed,
    load_balancer_controller_needed,
)
from components.problem import Problem

if TYPE_CHECKING:
    from components.settings import StackSettings


def needs_aws(settings: "StackSettings") -> Iterator[Problem]:
    """The AWS Load Balancer Controller needs an AWS identity, which Slipway gives only in a cluster that it builds."""
    if settings.cluster.existing is None:
        return
    ingress = settings.ingress
    reason = "the AWS Load Balancer Controller needs an AWS identity, and an existing cluster gets none from Slipway"
    if "alb" in installed(ingress):
        place = (
            ("controller",) if ingress.controller == "alb" else ("additional", list(ingress.additional).index("alb"))
        )
        yield Problem(
            ("ingress", *place),
            reason,
            "alb with cluster.existing",
            "nginx, gateway-api with envoy-gateway, or external for a controller that runs there already",
            "external",
        )
    if gateway_implementation(ingress) == "alb":
        yield Problem(
            ("ingress", "gatewayApi", "implementation"),
            reason,
            "alb with cluster.existing",
            "envoy-gateway, or istio with mesh.kind istio",
            "envoy-gateway",
        )


def firewall(settings: "StackSettings") -> Iterator[Problem]:
    """A web ACL stands before application load balancers only."""
    if settings.ingress.alb.waf is not None and not load_balancer_controller_needed(settings.ingress):
        yield Problem(
            ("ingress", "alb", "waf"),
            "nothing makes application load balancers, and AWS WAF protects no network load balancer",
            f"waf with controller {', '.join(installed(settings.ingress))}",
            "no waf; or controller alb, or gateway-api with implementation alb",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (needs_aws, firewall)
