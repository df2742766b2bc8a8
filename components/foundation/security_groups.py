"""Who talks to whom: the nodes' security group and what it and the control plane let in."""

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.component import Component


class ClusterSecurityGroups(Component):
    """The security group of the nodes, and the rules between it and the control plane's.

    The launch templates name the nodes' group, so EKS does not attach its cluster security group to nodes, and the
    rules here are all that nodes and control plane have. Only the nodes' group carries the discovery tag among those
    attached to a node: the cloud controller refuses two. The control plane's side is the group that EKS makes with
    the cluster, which lets everything out. `called` are the rules by which the API server reaches webhooks: what it
    calls comes after them, and goes before.
    """

    node_security_group_id: pulumi.Output[str]
    called: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        *,
        cluster_name: str,
        control_plane_security_group_id: pulumi.Input[str],
        vpc_id: pulumi.Input[str],
        private_access_cidrs: Sequence[str] = (),
        called_ports: Mapping[int, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Let the control plane in on `called_ports`, TCP ports with who listens there, and nowhere else."""
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
        self.called = tuple(
            SecurityGroupIngressRule(
                f"{name}-control-plane-to-nodes-{port}",
                security_group_id=nodes.id,
                referenced_security_group_id=control_plane_security_group_id,
                ip_protocol="tcp",
                from_port=port,
                to_port=port,
                description=f"Control plane to {listeners}",
                opts=self.child(),
            )
            for port, listeners in called_ports.items()
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
