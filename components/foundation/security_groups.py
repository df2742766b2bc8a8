"""Who talks to whom: the nodes' security group and what it and the control plane let in."""

from collections.abc import Sequence

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.component import Component
from components.networking.host_network import called_ports

CONTROL_PLANE_TO_NODES: dict[int, str] = {
    443: "webhooks and APIs that listen on the port of their Service",
    5443: "Calico API server",
    6443: "trust-manager webhook, KEDA metrics API",
    8443: "Linkerd proxy injector, Karpenter and Gatekeeper webhooks",
    9443: "controller-runtime webhooks: load balancer controller, Kyverno, KEDA, OpenTelemetry operator",
    10250: "kubelet (logs, exec, port-forward), and the webhooks of cert-manager and External Secrets",
    10251: "metrics-server, as the EKS add-on sets its port",
    15012: "istiod, secured discovery",
    15017: "istiod webhooks: sidecar injection and validation",
}
"""TCP ports on which the API server calls nodes and pods, and who listens there. A webhook is added here."""


def control_plane_ports(*, overlay: bool) -> dict[int, str]:
    """Return the TCP ports that nodes open for the control plane, with who listens there.

    On an overlay pods have no address that it could call: what it calls is on the host network, each on its own port.
    """
    return {**CONTROL_PLANE_TO_NODES, **called_ports()} if overlay else dict(CONTROL_PLANE_TO_NODES)


class ClusterSecurityGroups(Component):
    """The security group of the nodes, and the rules between it and the control plane's.

    The launch templates name the nodes' group, so EKS does not attach its cluster security group to nodes, and the
    rules here are all that nodes and control plane have. Only the nodes' group carries the discovery tag among those
    attached to a node: the cloud controller refuses two. The control plane's side is the group that EKS makes with
    the cluster, which lets everything out.
    """

    node_security_group_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        cluster_name: str,
        control_plane_security_group_id: pulumi.Input[str],
        vpc_id: pulumi.Input[str],
        private_access_cidrs: Sequence[str] = (),
        overlay: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:ClusterSecurityGroups", name, None, opts)
        nodes = SecurityGroup(
            f"{name}-nodes",
            description=f"Nodes of the EKS cluster {cluster_name}",
            vpc_id=vpc_id,
            tags={"Name": f"{cluster_name}-nodes", f"kubernetes.io/cluster/{cluster_name}": "owned"},
            # The load balancers' rules are made by a controller; with them left over, the group cannot be deleted.
            revoke_rules_on_delete=True,
            opts=self.child(),
        )
        self.node_security_group_id = nodes.id
        SecurityGroupIngressRule(
            f"{name}-nodes-to-nodes",
            security_group_id=nodes.id,
            referenced_security_group_id=nodes.id,
            ip_protocol="-1",
            description="Nodes and pods among themselves",
            opts=self.child(),
        )
        SecurityGroupEgressRule(
            f"{name}-nodes-out",
            security_group_id=nodes.id,
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="-1",
            description="Nodes and pods to registries, AWS APIs and the control plane",
            opts=self.child(),
        )
        for port, listener in control_plane_ports(overlay=overlay).items():
            SecurityGroupIngressRule(
                f"{name}-control-plane-to-nodes-{port}",
                security_group_id=nodes.id,
                referenced_security_group_id=control_plane_security_group_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"Control plane to {listener}",
                opts=self.child(),
            )
        SecurityGroupIngressRule(
            f"{name}-nodes-to-control-plane",
            security_group_id=control_plane_security_group_id,
            referenced_security_group_id=nodes.id,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            description="Nodes and pods to the API server",
            opts=self.child(),
        )
        for cidr in private_access_cidrs:
            SecurityGroupIngressRule(
                f"{name}-to-control-plane-{cidr.replace('/', '-')}",
                security_group_id=control_plane_security_group_id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                description="Private network to the API server",
                opts=self.child(),
            )
        self.register_outputs({"node_security_group_id": self.node_security_group_id})
