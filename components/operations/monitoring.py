"""Monitoring: Prometheus, Alertmanager, Grafana and what they measure with, by kube-prometheus-stack."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.networking.v1.NetworkPolicy import NetworkPolicy
from pulumi_kubernetes.rbac.v1.ClusterRole import ClusterRole

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.operations.monitoring_alerting import topic_statements
from components.operations.monitoring_grafana import CONFIGMAP_READER, CONFIGMAP_RULES
from components.operations.monitoring_names import NAMESPACE, NODE_EXPORTER_NAMESPACE, RELEASE
from components.operations.monitoring_policy import policy_spec
from components.operations.monitoring_settings import MonitoringSettings
from components.operations.monitoring_values import (
    ALERTMANAGER_ACCOUNT,
    ENTRY,
    chart_values,
    namespace_level,
)
from components.tenancy.system import system_namespace

INSTALLATION_SECONDS = 900
"""A pod on every node among it, and many objects: longer than most charts take."""


class Monitoring(InCluster):
    """kube-prometheus-stack, in the namespace `monitoring`, and its node exporter in one of its own.

    Prometheus takes every ServiceMonitor, PodMonitor, Probe and PrometheusRule of the cluster; Grafana every ConfigMap
    with the label `grafana_dashboard: "1"`. `ready` is what asks Prometheus waits for; those objects themselves wait
    for their CRDs only. `namespace` is where the platform's own monitors are.
    """

    ready: tuple[pulumi.Resource, ...]
    namespace: pulumi.Resource

    def __init__(
        self,
        name: str,
        settings: MonitoringSettings,
        *,
        target: Target,
        charts: Charts,
        storage_class: str | None,
        crds: Sequence[pulumi.Resource],
        eks_name: pulumi.Input[str] | None,
        account_id: str | None = None,
        overlay: bool = False,
        certificates: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Keep volumes of `storage_class` (None: the cluster's default), whose driver is among `after`.

        `crds` is `MonitoringCrds.ready`. `eks_name` is the EKS cluster's, None where there is no AWS identity to give.
        `certificates` is cert-manager, empty where the stack has none: then the operator has no webhook.
        """
        super().__init__("slipway:operations:Monitoring", name, target, opts)
        level = namespace_level(overlay=overlay, cert_manager=bool(certificates))
        namespace = system_namespace(self, f"{name}-namespace", NAMESPACE, level)
        self.namespace = namespace
        exporter = system_namespace(self, f"{name}-node-exporter", NODE_EXPORTER_NAMESPACE, "privileged")
        beside: list[pulumi.Resource] = [namespace, exporter, self._policy(name, settings, namespace)]
        if settings.grafana.enabled:
            beside.append(
                ClusterRole(
                    f"{name}-grafana",
                    metadata={"name": CONFIGMAP_READER},
                    rules=_any(CONFIGMAP_RULES),
                    opts=self.inside(),
                )
            )
        if (statements := topic_statements(settings.alertmanager)) and eks_name is not None:
            identity = PodIdentity(
                f"{name}-identity",
                cluster_name=eks_name,
                namespace=NAMESPACE,
                service_account=ALERTMANAGER_ACCOUNT,
                statements=statements,
                account_id=account_id,
                opts=pulumi.ResourceOptions(parent=self),
            )
            beside.append(identity.association)
        release = charts.release(
            f"{name}-release",
            ENTRY,
            release_name=RELEASE,
            namespace=NAMESPACE,
            values=chart_values(
                settings,
                cluster_name=target.name,
                storage_class=storage_class,
                overlay=overlay,
                cert_manager=bool(certificates),
            ),
            skip_crds=True,
            timeout_seconds=INSTALLATION_SECONDS,
            # It makes volumes: they are detached while their driver still runs.
            opts=self.inside(after=[*beside, *crds, *certificates, *after], outlived=False),
        )
        self.ready = (release,)
        self.register_outputs({})

    def _policy(self, name: str, settings: MonitoringSettings, namespace: pulumi.Resource) -> NetworkPolicy:
        return NetworkPolicy(
            f"{name}-readers",
            metadata={"name": "readers", "namespace": NAMESPACE},
            spec=_any(policy_spec(settings)),
            opts=self.inside(after=[namespace]),
        )


def _any(manifest: Any) -> Any:
    """Return a part of a manifest as the SDK's inputs, which take it as it is, untyped."""
    return manifest
