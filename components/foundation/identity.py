"""AWS identities for pods: EKS Pod Identity, and the names of AWS's managed policies."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import pulumi
from pulumi_aws.eks.pod_identity_association import PodIdentityAssociation
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_aws.iam.role_policy_attachment import RolePolicyAttachment
from pydantic import Field

from components.component import Component

PrincipalArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:iam::\d{12}:(role|user)/[\w+=,.@/-]+$",
        examples=["arn:aws:iam::123456789012:role/platform-admin"],
    ),
]
"""An IAM role or user. Not an STS session (assumed-role): an access entry names the role behind it."""

RoleArn = Annotated[
    str,
    Field(pattern=r"^arn:aws:iam::\d{12}:role/[\w+=,.@/-]+$", examples=["arn:aws:iam::123456789012:role/efs-driver"]),
]
"""An IAM role."""

KmsKeyArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:kms:[a-z0-9-]+:\d{12}:key/[\w-]+$",
        examples=["arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ),
]
"""A KMS key, not an alias of one: IAM policies match keys."""


def managed_policy(name: str) -> str:
    """Return the ARN of a policy that AWS manages."""
    return f"arn:aws:iam::aws:policy/{name}"


def trust(
    service: str, *, actions: Sequence[str] = ("sts:AssumeRole",), equals: Mapping[str, pulumi.Input[str]] | None = None
) -> pulumi.Output[str]:
    """Return the trust policy (JSON) of a role that an AWS service assumes, where condition keys have these values."""
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
    if equals:
        statement["Condition"] = {"StringEquals": dict(equals)}
    return policy([statement])


def policy(statements: Sequence[Mapping[str, Any]]) -> pulumi.Output[str]:
    """Return a policy document (JSON); statements may hold outputs."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)})


class PodIdentity(Component):
    """A role that the pods of one service account have, through the EKS Pod Identity agent.

    The association injects the credentials when a pod is created, so what creates the pods waits for `association`.
    `statements` are IAM statements for an inline policy; `managed_policy_arns` are attached as they are. The role is
    trusted for this service account of this cluster only, whatever other associations name it; with `account_id`, of
    that account's cluster.
    """

    role_arn: pulumi.Output[str]
    association: PodIdentityAssociation

    def __init__(
        self,
        name: str,
        *,
        cluster_name: pulumi.Input[str],
        namespace: str,
        service_account: str,
        statements: Sequence[Mapping[str, Any]] = (),
        managed_policy_arns: Sequence[str] = (),
        account_id: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:PodIdentity", name, None, opts)
        role = Role(
            f"{name}-role",
            description=f"Pods of the service account {namespace}/{service_account}",
            assume_role_policy=trust(
                "pods.eks.amazonaws.com",
                actions=("sts:AssumeRole", "sts:TagSession"),
                equals={
                    "aws:RequestTag/eks-cluster-name": cluster_name,
                    "aws:RequestTag/kubernetes-namespace": namespace,
                    "aws:RequestTag/kubernetes-service-account": service_account,
                    **({"aws:SourceAccount": account_id} if account_id else {}),
                },
            ),
            opts=self.child(),
        )
        grants: list[pulumi.Resource] = [
            RolePolicyAttachment(f"{name}-{arn.rpartition('/')[2]}", role=role.name, policy_arn=arn, opts=self.child())
            for arn in managed_policy_arns
        ]
        if statements:
            grants.append(RolePolicy(f"{name}-policy", role=role.name, policy=policy(statements), opts=self.child()))
        self.role_arn = role.arn
        self.association = PodIdentityAssociation(
            f"{name}-association",
            cluster_name=cluster_name,
            namespace=namespace,
            service_account=service_account,
            role_arn=role.arn,
            opts=self.child(after=grants),
        )
        self.register_outputs({"role_arn": self.role_arn})
