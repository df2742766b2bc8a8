"""Argo Rollouts: blue-green and canary with steps, analysis and automatic abort."""

from collections.abc import Collection, Sequence

import pulumi

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.operations.argo_rollouts_values import (
    NAMESPACE,
    SERVICE_ACCOUNT,
    TrafficRouter,
    chart_values,
    load_balancer_statements,
)
from components.operations.delivery_settings import ArgoRolloutsSettings
from components.tenancy.system import system_namespace


class ArgoRollouts(InCluster):
    """The controller of Rollouts. `ready` is what a Rollout or an AnalysisTemplate waits for."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: ArgoRolloutsSettings,
        *,
        target: Target,
        charts: Charts,
        eks_name: pulumi.Input[str] | None,
        account_id: str | None = None,
        region: str | None = None,
        routers: Collection[TrafficRouter],
        monitoring: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`. `eks_name` is the EKS cluster's, None where there is no AWS identity to give.

        `routers` are what `traffic_routers` says. `monitoring` are the CRDs of the Prometheus operator, empty where
        nothing is to be scraped. It has no webhook, so nothing of it is on the host network.
        """
        super().__init__("slipway:operations:ArgoRollouts", name, target, opts)
        namespace = system_namespace(self, f"{name}-namespace", NAMESPACE, "restricted")
        identity: list[pulumi.Resource] = []
        if settings.verify_target_groups and eks_name is not None:
            identity.append(
                PodIdentity(
                    f"{name}-identity",
                    cluster_name=eks_name,
                    namespace=NAMESPACE,
                    service_account=SERVICE_ACCOUNT,
                    statements=load_balancer_statements(),
                    account_id=account_id,
                    opts=pulumi.ResourceOptions(parent=self),
                ).association
            )
        release = charts.release(
            f"{name}-release",
            "argo-rollouts",
            namespace=NAMESPACE,
            values=chart_values(settings, routers=routers, region=region, monitoring=bool(monitoring)),
            opts=self.inside(after=[namespace, *identity, *monitoring, *after]),
        )
        self.ready = (release,)
        self.register_outputs({})
