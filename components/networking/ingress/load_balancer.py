"""Who makes the network load balancer of a Service, and what the Service says to get the one that is wanted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.networking.cni import overlay
from components.networking.ingress.selection import load_balancer_controller_needed
from components.networking.ingress.settings import Scheme

if TYPE_CHECKING:
    from components.settings import StackSettings

NLB_CLASS = "service.k8s.aws/nlb"
"""The loadBalancerClass of the AWS Load Balancer Controller."""

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer"


@dataclass(frozen=True, slots=True)
class NetworkLoadBalancer:
    """The annotations of a Service of type LoadBalancer and its loadBalancerClass; without one EKS itself makes it."""

    annotations: dict[str, str] = field(default_factory=dict)
    load_balancer_class: str | None = None


def network_load_balancer(settings: "StackSettings", scheme: Scheme) -> NetworkLoadBalancer:
    """Return what a Service says to get a network load balancer.

    The AWS Load Balancer Controller makes it where the stack has that controller, with pods as targets; under an
    overlay, whose addresses AWS does not know, with nodes. Elsewhere the cloud controller of EKS does, by node ports.
    The class decides, and not the annotation `type: external`: that could change on a Service which has its load
    balancer, which nobody would delete then. The API server refuses to change a class.
    """
    if load_balancer_controller_needed(settings.ingress):
        return NetworkLoadBalancer(
            {
                f"{_PREFIX}-scheme": scheme,
                f"{_PREFIX}-nlb-target-type": "instance" if overlay(settings) else "ip",
                f"{_PREFIX}-attributes": "load_balancing.cross_zone.enabled=true",
            },
            NLB_CLASS,
        )
    internal = {f"{_PREFIX}-internal": "true"} if scheme == "internal" else {}
    return NetworkLoadBalancer(
        {f"{_PREFIX}-type": "nlb", f"{_PREFIX}-cross-zone-load-balancing-enabled": "true", **internal}
    )
