"""IAM roles for service accounts (IRSA): AWS trusts the cluster's OpenID Connect provider."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.component import Component
from components.foundation.identity import policy

ANNOTATION = "eks.amazonaws.com/role-arn"
"""The annotation of a ServiceAccount by which EKS gives its pods a role."""

AUDIENCE = "sts.amazonaws.com"


def web_identity_trust(provider_arn: str, *, namespace: str, service_account: str) -> dict[str, Any]:
    """Return the statement by which the pods of one service account assume a role, and nobody else.

    An issuer's name is what follows `oidc-provider/` in its provider's ARN.
    """
    issuer = provider_arn.partition(":oidc-provider/")[2]
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}",
                f"{issuer}:aud": AUDIENCE,
            }
        },
    }


class ServiceAccountRole(Component):
    """A role that the pods of one service account have by its annotation `eks.amazonaws.com/role-arn`.

    Pods that start before `grant` have the role without its rights.
    """

    role_arn: pulumi.Output[str]
    grant: RolePolicy

    def __init__(
        self,
        name: str,
        *,
        oidc_provider_arn: pulumi.Input[str],
        namespace: str,
        service_account: str,
        statements: Sequence[Mapping[str, Any]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:foundation:ServiceAccountRole", name, None, opts)
        trusted = pulumi.Output.from_input(oidc_provider_arn).apply(
            lambda arn: web_identity_trust(arn, namespace=namespace, service_account=service_account)
        )
        role = Role(
            f"{name}-role",
            description=f"Pods of the service account {namespace}/{service_account}",
            assume_role_policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [trusted]}),
            opts=self.child(),
        )
        self.role_arn = role.arn
        self.grant = RolePolicy(f"{name}-policy", role=role.name, policy=policy(statements), opts=self.child())
        self.register_outputs({"role_arn": self.role_arn})
