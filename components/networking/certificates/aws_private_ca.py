"""AWS Private CA as an issuer: its controller, the controller's rights, and the issuer itself."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.certificates.settings import AwsPrivateCaSettings
from components.networking.certificates.values import NAMESPACE

ISSUER = "aws-private-ca"
SERVICE_ACCOUNT = "aws-privateca-issuer"


def authority_region(arn: str) -> str:
    """Return the region of a certificate authority, the fourth part of its ARN."""
    return arn.split(":")[3]


def authority_statements(arn: str) -> list[dict[str, Any]]:
    """Return the IAM statements for issuing from one authority: the minimal policy of aws-privateca-issuer's README."""
    actions = ["acm-pca:DescribeCertificateAuthority", "acm-pca:GetCertificate", "acm-pca:IssueCertificate"]
    return [{"Effect": "Allow", "Action": actions, "Resource": arn}]


def issuer_values(*, replicas: int, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values: pods that the level restricted admits, which the chart's own are not.

    Issuers of a namespace stay without the controller's AWS rights (the chart's default): else whoever may make one
    would issue from the platform's authority.
    """
    return {
        "replicaCount": replicas,
        "serviceAccount": {"create": True, "name": SERVICE_ACCOUNT},
        "podSecurityContext": {
            "runAsNonRoot": True,
            "runAsUser": 65532,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "priorityClassName": "system-cluster-critical",
        "serviceMonitor": {"create": monitoring},
    }


class AwsPrivateCa(InCluster):
    """The issuer `aws-private-ca`, an AWSPCAClusterIssuer; `issuer` is what a Certificate waits for."""

    issuer: pulumi.Resource

    def __init__(
        self,
        name: str,
        settings: AwsPrivateCaSettings,
        *,
        target: Target,
        charts: Charts,
        cluster_name: pulumi.Input[str],
        account_id: str | None = None,
        replicas: int = 2,
        monitoring: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`: cert-manager, whose CRDs the controller watches, and what else its pods need."""
        super().__init__("slipway:networking:AwsPrivateCa", name, target, opts)
        identity = PodIdentity(
            f"{name}-identity",
            cluster_name=cluster_name,
            namespace=NAMESPACE,
            service_account=SERVICE_ACCOUNT,
            statements=authority_statements(settings.arn),
            account_id=account_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        release = charts.release(
            f"{name}-controller",
            "aws-privateca-issuer",
            namespace=NAMESPACE,
            values=issuer_values(replicas=replicas, monitoring=monitoring),
            opts=self.inside(after=[identity.association, *after]),
        )
        self.issuer = CustomResource(
            f"{name}-issuer",
            api_version="awspca.cert-manager.io/v1beta1",
            kind="AWSPCAClusterIssuer",
            metadata={"name": ISSUER},
            spec={"arn": settings.arn, "region": authority_region(settings.arn)},
            opts=self.inside(after=[release]),
        )
        self.register_outputs({})
