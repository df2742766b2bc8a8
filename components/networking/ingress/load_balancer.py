"""Who makes the network load balancer of a Service, and what the Service says to get the one that is wanted."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.networking.cni import overlay
from components.networking.ingress.names import READINESS_GATES
from components.networking.ingress.selection import load_balancer_controller_needed
from components.networking.ingress.settings import Scheme

if TYPE_CHECKING:
    from components.settings import StackSettings

NLB_CLASS = "service.k8s.aws/nlb"
"""The loadBalancerClass of the AWS Load Balancer Controller."""

_PREFIX = "service.beta.kubernetes.io/aws-load-balancer"

TARGET_GROUP = f"{_PREFIX}-target-group-attributes"
"""The annotation with the attributes of the target groups, as KEY=VALUE, separated by commas
(kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations)."""


@dataclass(frozen=True, slots=True)
class NetworkLoadBalancer:
    """The annotations of a Service of type LoadBalancer and its loadBalancerClass; without one EKS itself makes it.

    `deregistration_delay` is how many seconds it waits for the connections of a pod that leaves: None where ports of
    the nodes are its targets, which stay.
    """

    annotations: dict[str, str] = field(default_factory=dict)
    load_balancer_class: str | None = None
    deregistration_delay: int | None = None

    @property
    def namespace_labels(self) -> dict[str, str]:
        """The labels of a namespace whose pods are its targets."""
        return {} if self.deregistration_delay is None else READINESS_GATES

    def sticky(self) -> dict[str, str]:
        """Return the annotations with those by which a client's address stays with one pod; none but for pods.

        A node passes a connection on to whichever pod it likes, so that staying with a node is no use.
        """
        if self.deregistration_delay is None:
            return self.annotations
        attributes = f"{self.annotations[TARGET_GROUP]},stickiness.enabled=true,stickiness.type=source_ip"
        return {**self.annotations, TARGET_GROUP: attributes}


def network_load_balancer(settings: "StackSettings", scheme: Scheme) -> NetworkLoadBalancer:
    """Return what a Service says to get a network load balancer.

    The AWS Load Balancer Controller makes it where the stack has that controller, with pods as targets; under an
    overlay, whose addresses AWS does not know, with nodes. Elsewhere the cloud controller of EKS does, by node ports.
    Pods that leave keep their connections for `ingress.alb.deregistrationDelay`, as behind an application load
    balancer.
    The class decides, and not the annotation `type: external`: that could change on a Service which has its load
    balancer, which nobody would delete then. The API server refuses to change a class.
    """
    if load_balancer_controller_needed(settings.ingress):
        delay = None if overlay(settings) else settings.ingress.alb.deregistration_delay
        drained = {} if delay is None else {TARGET_GROUP: f"deregistration_delay.timeout_seconds={delay}"}
        return NetworkLoadBalancer(
            {
                f"{_PREFIX}-scheme": scheme,
                f"{_PREFIX}-nlb-target-type": "instance" if delay is None else "ip",
                f"{_PREFIX}-attributes": "load_balancing.cross_zone.enabled=true",
                **drained,
            },
            NLB_CLASS,
            delay,
        )
    internal = {f"{_PREFIX}-internal": "true"} if scheme == "internal" else {}
    return NetworkLoadBalancer(
        {f"{_PREFIX}-type": "nlb", f"{_PREFIX}-cross-zone-load-balancing-enabled": "true", **internal}
    )
