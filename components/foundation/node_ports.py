"""The ports of the nodes that Services of type NodePort open, for the clients that their apps name."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.component import Component

NODE_PORTS = (30000, 32767)
"""The ports that Kubernetes chooses from: the API server's own default, which EKS leaves as it is."""


@dataclass(frozen=True, slots=True, order=True)
class NodePortRule:
    """One network that reaches one app's ports on every node; `ports` are the first and the last, both included."""

    app: str
    cidr: str
    protocol: str
    ports: tuple[int, int]

    @property
    def name(self) -> str:
        """What tells the rule from the others."""
        first, last = self.ports
        return f"{self.app}-{self.cidr.replace('/', '-')}-{self.protocol.lower()}-{first}-{last}"


class NodePortAccess(Component):
    """Ways through the nodes' security group: it admits only nodes and the control plane otherwise."""

    def __init__(
        self,
        name: str,
        rules: Sequence[NodePortRule],
        *,
        security_group_id: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:NodePortAccess", name, None, opts)
        for rule in sorted(rules):
            SecurityGroupIngressRule(
                f"{name}-{rule.name}",
                security_group_id=security_group_id,
                cidr_ipv4=rule.cidr,
                ip_protocol=rule.protocol.lower(),
                from_port=rule.ports[0],
                to_port=rule.ports[1],
                description=f"Clients of {rule.app} to its node ports",
                opts=self.child(),
            )
        self.register_outputs({})
