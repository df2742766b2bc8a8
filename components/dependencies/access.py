"""Who reaches a database or cache on AWS."""

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

from components.component import Component


class DependencyAccess(Component):
    """The security group of a database or cache: one port from the cluster's nodes in, nothing out.

    Pods share their node's security groups; which of them may call is the network policies' to say.
    """

    security_group_id: pulumi.Output[str]
    admission: pulumi.Resource

    def __init__(
        self,
        name: str,
        *,
        vpc_id: pulumi.Input[str],
        client_security_group_id: pulumi.Input[str],
        port: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:dependencies:DependencyAccess", name, None, opts)
        group = SecurityGroup(
            name,
            description="A database or cache of an app: the cluster nodes in, nothing out",
            vpc_id=vpc_id,
            tags={"Name": name},
            opts=self.child(),
        )
        self.security_group_id = group.id
        self.admission = SecurityGroupIngressRule(
            f"{name}-from-nodes",
            security_group_id=group.id,
            referenced_security_group_id=client_security_group_id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description="Nodes and pods of the cluster",
            opts=self.child(),
        )
        self.register_outputs({"securityGroupId": self.security_group_id})
