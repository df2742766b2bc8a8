"""KEDA: workloads scaled by queues, schedules and metrics."""

from collections.abc import Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.host_network import host_network_level
from components.operations.autoscaling_settings import KedaSettings
from components.operations.keda_values import NAMESPACE, SERVICE_ACCOUNT, aws_statements, chart_values
from components.tenancy.system import system_namespace


class Keda(InCluster):
    """KEDA's operator, its server of the API external.metrics.k8s.io, and its webhook.

    `ready` is what a ScaledObject, ScaledJob or TriggerAuthentication waits for. When the stack is destroyed those go
    first: the operator takes its finalizer off them.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: KedaSettings,
        *,
        target: Target,
        charts: Charts,
        eks_name: pulumi.Input[str] | None,
        account_id: str | None = None,
        overlay: bool = False,
        scaled_resources: Sequence[str] = (),
        certificates: Sequence[pulumi.Resource] = (),
        monitoring: Sequence[pulumi.Resource] = (),
        namespaces: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`. `eks_name` is the EKS cluster's, None where there is no AWS identity to give.

        `scaled_resources` are what `keda_values.scaled_resources` says. `certificates` is cert-manager, empty where the
        stack has none; `monitoring` are the CRDs of the Prometheus operator, empty where nothing is to be scraped.
        `namespaces` are those of `watchNamespaces`: the chart binds the operator's role in each of them.
        """
        super().__init__("slipway:operations:Keda", name, target, opts)
        namespace = system_namespace(
            self, f"{name}-namespace", NAMESPACE, host_network_level("keda", "restricted", overlay=overlay)
        )
        identity: list[pulumi.Resource] = []
        if settings.aws is not None and eks_name is not None:
            identity.append(
                PodIdentity(
                    f"{name}-identity",
                    cluster_name=eks_name,
                    namespace=NAMESPACE,
                    service_account=SERVICE_ACCOUNT,
                    statements=aws_statements(settings.aws),
                    account_id=account_id,
                    opts=pulumi.ResourceOptions(parent=self),
                ).association
            )
        release = charts.release(
            f"{name}-release",
            "keda",
            namespace=NAMESPACE,
            values=chart_values(
                settings,
                cluster_name=target.name,
                scaled_resources=scaled_resources,
                overlay=overlay,
                certificates=bool(certificates),
                monitoring=bool(monitoring),
            ),
            opts=self.inside(after=[namespace, *identity, *certificates, *monitoring, *namespaces, *after]),
        )
        self.ready = (release,)
        self.register_outputs({})
