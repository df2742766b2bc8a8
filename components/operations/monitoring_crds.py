"""The CRDs of the Prometheus operator, for alerts and scrape targets that come before any Prometheus."""

from typing import TYPE_CHECKING

import pulumi

from components.charts import Charts
from components.component import InCluster, Target

if TYPE_CHECKING:
    from components.settings import StackSettings

NAMESPACE = "kube-system"
"""Of the release's own Secret, nothing else: definitions belong to the cluster. This namespace is always there."""


def monitoring_crds_needed(settings: "StackSettings") -> bool:
    """Tell whether a room makes objects of the Prometheus operator: monitoring, or certificates with `expiryAlerts`."""
    alerts = settings.certificates is not None and settings.certificates.expiry_alerts is not None
    return alerts or settings.monitoring is not None


class MonitoringCrds(InCluster):
    """The definitions of the API group monitoring.coreos.com. `ready` is what its first object waits for.

    They are the only ones of the cluster: kube-prometheus-stack is installed beside them with `crds.enabled: false`.
    They stay when the release goes, since with them every alert and every scrape target of the cluster would go. Packed
    they take 0.6 MB of the 1 MiB that a Helm release can have.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self, name: str, *, target: Target, charts: Charts, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:operations:MonitoringCrds", name, target, opts)
        release = charts.release(
            f"{name}-definitions",
            "prometheus-operator-crds",
            namespace=NAMESPACE,
            values={"crds": {"annotations": {"helm.sh/resource-policy": "keep"}}},
            opts=self.inside(),
        )
        self.ready = (release,)
        self.register_outputs({})
