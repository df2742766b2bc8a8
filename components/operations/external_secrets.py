"""External Secrets: Secrets in the cluster as they are in AWS or in Vault."""

from collections.abc import Sequence

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.host_network import host_network_level
from components.operations.external_secrets_values import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    WEBHOOK_ISSUER,
    aws_statements,
    chart_values,
    store_specs,
)
from components.operations.secret_settings import ExternalSecretsSettings
from components.tenancy.system import system_namespace


class ExternalSecrets(InCluster):
    """External Secrets, and the stores of the settings. `ready` is what an ExternalSecret waits for.

    `role_arn` is its identity in AWS, None where it has none.

    When the stack is destroyed ExternalSecrets go first, then the stores, then what serves them.
    """

    ready: tuple[pulumi.Resource, ...]
    role_arn: pulumi.Output[str] | None

    def __init__(
        self,
        name: str,
        settings: ExternalSecretsSettings,
        *,
        target: Target,
        charts: Charts,
        namespaces: Sequence[str],
        eks_name: pulumi.Input[str] | None,
        region: str | None = None,
        account_id: str | None = None,
        takes_roles: bool = False,
        overlay: bool = False,
        certificates: Sequence[pulumi.Resource] = (),
        monitoring: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Admit `namespaces` to the stores: what `store_namespaces` says. Wait for `after`.

        `eks_name` and `region` are the EKS cluster's, None where there is no AWS identity to give: then no store of
        AWS. With `takes_roles` it has an identity even if that may read nothing: roles that stores name trust it.
        `certificates` is cert-manager, empty where the stack has none; `monitoring` are the CRDs of the Prometheus
        operator, empty where nothing is to be scraped.
        """
        super().__init__("slipway:operations:ExternalSecrets", name, target, opts)
        namespace = system_namespace(
            self, f"{name}-namespace", NAMESPACE, host_network_level("external-secrets", "restricted", overlay=overlay)
        )
        before: list[pulumi.Resource] = [namespace]
        self.role_arn = None
        in_aws = region if eks_name is not None else None
        if eks_name is not None and in_aws is not None:
            statements = aws_statements(settings, region=in_aws, account_id=account_id)
            if statements or takes_roles:
                identity = PodIdentity(
                    f"{name}-identity",
                    cluster_name=eks_name,
                    namespace=NAMESPACE,
                    service_account=SERVICE_ACCOUNT,
                    statements=statements,
                    account_id=account_id,
                    opts=pulumi.ResourceOptions(parent=self),
                )
                before.append(identity.association)
                self.role_arn = identity.role_arn
        if certificates:
            before.append(
                CustomResource(
                    f"{name}-webhook-issuer",
                    api_version="cert-manager.io/v1",
                    kind="Issuer",
                    metadata={"name": WEBHOOK_ISSUER, "namespace": NAMESPACE},
                    spec={"selfSigned": {}},
                    opts=self.inside(after=[namespace, *certificates]),
                )
            )
        release = charts.release(
            f"{name}-release",
            "external-secrets",
            namespace=NAMESPACE,
            values=chart_values(
                settings, overlay=overlay, cert_manager=bool(certificates), monitoring=bool(monitoring)
            ),
            opts=self.inside(after=[*before, *certificates, *monitoring, *after]),
        )
        stores = (
            CustomResource(
                f"{name}-{store}",
                api_version="external-secrets.io/v1",
                kind="ClusterSecretStore",
                metadata={"name": store},
                spec=spec,
                # Its webhook looks at them.
                opts=self.inside(after=[release]),
            )
            for store, spec in store_specs(settings, region=in_aws, namespaces=namespaces).items()
        )
        self.ready = (release, *stores)
        self.register_outputs({})
