"""The control plane: the EKS cluster itself, the key of its Secrets, its role and its logs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi_aws.cloudwatch.log_group import LogGroup
from pulumi_aws.eks.cluster import Cluster
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment
from pulumi_aws.kms.alias import Alias
from pulumi_aws.kms.key import Key

from components.component import Component
from components.foundation.identity import managed_policy, policy, trust
from components.foundation.inputs import given

if TYPE_CHECKING:
    from components.foundation.cluster import ClusterSettings

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""Every log that EKS offers."""

KEY_DELETION_DAYS = 30
"""How long AWS keeps a deleted KMS key for second thoughts: its longest."""


class ControlPlane(Component):
    """The API server, scheduler and etcd that AWS runs, with their key, logs and role."""

    cluster: Cluster
    key: Key

    def __init__(
        self,
        name: str,
        settings: "ClusterSettings",
        *,
        cluster_name: str,
        subnet_ids: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:ControlPlane", name, None, opts)
        protect = settings.protect or None
        self.key = Key(
            f"{name}-key",
            description=f"Envelope encryption of the Secrets of the EKS cluster {cluster_name}",
            enable_key_rotation=True,
            deletion_window_in_days=KEY_DELETION_DAYS,
            opts=self.child(protect=protect),
        )
        Alias(f"{name}-key", name=f"alias/eks/{cluster_name}", target_key_id=self.key.key_id, opts=self.child())
        role = Role(
            f"{name}-role",
            description=f"Control plane of the EKS cluster {cluster_name}",
            assume_role_policy=trust("eks.amazonaws.com", actions=("sts:AssumeRole", "sts:TagSession")),
            opts=self.child(),
        )
        # EKS would make this log group itself, and keep it for ever, if it were not there before the cluster.
        logs = LogGroup(
            f"{name}-logs",
            name=f"/aws/eks/{cluster_name}/cluster",
            retention_in_days=settings.log_retention_days,
            kms_key_id=settings.log_kms_key_arn,
            opts=self.child(),
        )
        endpoint = settings.endpoint
        self.cluster = Cluster(
            name,
            name=cluster_name,
            version=settings.version,
            role_arn=role.arn,
            access_config={"authentication_mode": "API", "bootstrap_cluster_creator_admin_permissions": False},
            # CNI, kube-proxy and CoreDNS come as managed add-ons, or the CNI is Calico: EKS's own would be in the way.
            bootstrap_self_managed_addons=False,
            deletion_protection=settings.protect,
            enabled_cluster_log_types=list(LOGS),
            encryption_config={"provider": {"key_arn": self.key.arn}, "resources": ["secrets"]},
            kubernetes_network_config={"ip_family": "ipv4", "service_ipv4_cidr": settings.service_cidr},
            upgrade_policy={"support_type": settings.support_type},
            vpc_config=given(
                subnet_ids=list(subnet_ids),
                endpoint_private_access=True,
                endpoint_public_access=endpoint.public_access,
                public_access_cidrs=list(endpoint.public_access_cidrs) if endpoint.public_access else None,
            ),
            zonal_shift_config={"enabled": settings.zonal_shift},
            opts=self.child(
                after=[logs, *self._permissions(name, role)],
                protect=protect,
                # AWS does not give it back, and it acts at creation only: a difference would replace the cluster.
                ignore_changes=["bootstrapSelfManagedAddons"],
            ),
        )
        self.register_outputs({"endpoint": self.cluster.endpoint})

    def _permissions(self, name: str, role: Role) -> list[pulumi.Resource]:
        """Give the role its permissions. They outlive the cluster: EKS cleans up with them."""
        use_of_key = {
            "Effect": "Allow",
            "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ListGrants", "kms:DescribeKey"],
            "Resource": self.key.arn,
        }
        return [
            RolePolicyAttachment(
                f"{name}-AmazonEKSClusterPolicy",
                role=role.name,
                policy_arn=managed_policy("AmazonEKSClusterPolicy"),
                opts=self.child(),
            ),
            RolePolicy(f"{name}-key", role=role.name, policy=policy([use_of_key]), opts=self.child()),
        ]
