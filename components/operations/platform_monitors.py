"""The monitors of the platform's own parts: a PodMonitor for each kind of pods that shows metrics."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.operations.exporters import Exporter
from components.operations.monitoring_names import INTERVAL_SECONDS, NAMESPACE

API = "monitoring.coreos.com/v1"
OWN_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"
"""Where Prometheus finds its own ServiceAccount's token, as every pod does."""


def _relabelings(exporter: Exporter) -> list[dict[str, Any]]:
    """Return how Prometheus comes to one target for each pod, whichever containers and ports it declares.

    Without a port in the monitor it finds each of them; the same labels are one target.
    """
    found: list[dict[str, Any]] = []
    if exporter.named is not None:
        port = "__meta_kubernetes_pod_container_port_name"
        found.append({"action": "keep", "sourceLabels": [port], "regex": exporter.named})
    if exporter.port is not None:
        address = {"targetLabel": "__address__", "replacement": f"$1:{exporter.port}"}
        found.append({"action": "replace", "sourceLabels": ["__meta_kubernetes_pod_ip"], **address})
        found.append({"action": "labeldrop", "regex": "container"})
    if exporter.job is not None:
        found.append({"action": "replace", "targetLabel": "job", "replacement": exporter.job})
    return found


def _endpoint(exporter: Exporter) -> dict[str, Any]:
    found: dict[str, Any] = {"path": exporter.path, "interval": f"{INTERVAL_SECONDS}s"}
    if exporter.kept is not None:
        found["metricRelabelings"] = [{"action": "keep", "sourceLabels": ["__name__"], "regex": exporter.kept}]
    if exporter.https:
        # The certificate is the pod's own; who looks proves itself by its token.
        secure = {"scheme": "https", "bearerTokenFile": OWN_ACCOUNT, "tlsConfig": {"insecureSkipVerify": True}}
        return {"port": exporter.named, **secure, **found}
    return {**found, "relabelings": _relabelings(exporter)}


def monitor(exporter: Exporter) -> tuple[str, dict[str, Any]]:
    """Return the kind and the spec of an exporter's monitor."""
    namespaces = {"matchNames": list(exporter.namespaces)}
    chosen = {"selector": {"matchLabels": dict(exporter.labels)}, "namespaceSelector": namespaces}
    if exporter.https:
        return "ServiceMonitor", {**chosen, "endpoints": [_endpoint(exporter)]}
    return "PodMonitor", {**chosen, "podMetricsEndpoints": [_endpoint(exporter)]}


class PlatformMonitors(InCluster):
    """The monitors, all in the namespace `monitoring`: turning monitoring on changes no release of the network."""

    def __init__(
        self,
        name: str,
        exporters: Sequence[Exporter],
        *,
        target: Target,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`: the operator's CRDs, and the namespace."""
        super().__init__("slipway:operations:PlatformMonitors", name, target, opts)
        for exporter in exporters:
            kind, spec = monitor(exporter)
            CustomResource(
                f"{name}-{exporter.name}",
                api_version=API,
                kind=kind,
                metadata={"name": exporter.name, "namespace": NAMESPACE},
                spec=spec,
                opts=self.inside(after=after),
            )
        self.register_outputs({})
