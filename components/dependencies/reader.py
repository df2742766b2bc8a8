"""How the credentials of one app's databases and caches come out of Secrets Manager, for its namespace alone."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.foundation.identity import policy


def statements(
    secret_arns: Sequence[pulumi.Input[str]], kms_key_arns: Sequence[str], region: str
) -> list[dict[str, Any]]:
    """Return IAM statements: these secrets may be read, and these keys decrypt for Secrets Manager only."""
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    found: list[dict[str, Any]] = [{"Effect": "Allow", "Action": actions, "Resource": list(secret_arns)}]
    if kms_key_arns:
        found.append(
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": list(kms_key_arns),
                "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{region}.amazonaws.com"}},
            }
        )
    return found


class SecretReader(InCluster):
    """A role that reads the secrets of one app's databases, and the store by which its namespace alone uses it.

    External Secrets takes the role on for this store only: through its other stores, which more namespaces may use,
    nobody sees these secrets. `ready` is what an ExternalSecret waits for.
    """

    store: str
    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        *,
        role_name: str,
        namespace: str,
        reader_role_arn: pulumi.Input[str],
        secret_arns: Sequence[pulumi.Input[str]],
        kms_key_arns: Sequence[str],
        region: str,
        target: Target,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Trust `reader_role_arn`, the role of External Secrets; `after` is External Secrets itself."""
        super().__init__("slipway:dependencies:SecretReader", name, target, opts)
        role = Role(
            role_name,
            description=f"External Secrets, for the databases of {name} in {namespace}",
            assume_role_policy=policy(
                [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": reader_role_arn},
                        # Pod Identity's session tags are transitive: they come along to the next role.
                        "Action": ["sts:AssumeRole", "sts:TagSession"],
                    }
                ]
            ),
            opts=self.child(),
        )
        permission = RolePolicy(
            role_name,
            role=role.name,
            policy=policy(statements(secret_arns, kms_key_arns, region)),
            opts=self.child(),
        )
        self.store = name
        store = CustomResource(
            name,
            api_version="external-secrets.io/v1",
            kind="ClusterSecretStore",
            metadata={"name": name, "labels": {"app.kubernetes.io/managed-by": "slipway"}},
            spec={
                "conditions": [{"namespaces": [namespace]}],
                "provider": {"aws": {"service": "SecretsManager", "region": region, "role": role.arn}},
            },
            opts=self.inside(after=[permission, *after]),
        )
        self.ready = (permission, store)
        self.register_outputs({"store": name})
