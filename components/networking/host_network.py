"""How what the API server calls is put on the host network, where pods have addresses that it has no route to."""

from copy import deepcopy
from typing import Any

from components.networking.called import CALLED
from components.tenancy.pod_security import PodSecurityLevel

RESERVED: dict[int, str] = {
    53: "NodeLocal DNS",
    80: "EKS Pod Identity agent",
    179: "BGP",
    2703: "EKS Pod Identity agent",
    2705: "EKS Pod Identity agent",
    5473: "Calico Typha",
    8080: "NodeLocal DNS, health",
    9081: "Calico, Felix and Typha",
    8162: "VPC CNI, network policy agent",
    8163: "VPC CNI, network policy agent",
    9091: "Calico Felix, metrics",
    9093: "Calico Typha, metrics",
    9098: "Calico Typha, health",
    9099: "Calico Felix, health",
    9100: "Prometheus node exporter",
    9253: "NodeLocal DNS, metrics",
    9353: "NodeLocal DNS, metrics",
    10248: "kubelet, health",
    10249: "kube-proxy, metrics",
    10250: "kubelet",
    10255: "kubelet, read-only",
    10256: "kube-proxy, health",
    50051: "VPC CNI",
    61678: "VPC CNI",
    61679: "VPC CNI",
}
"""TCP ports that something else has on every node."""


def host_network_values(entry: str, *, overlay: bool) -> dict[str, Any]:
    """Return the values that put a chart's webhook on the host network, on its own port; {} where pods are reachable.

    `entry` is the chart's entry in the lock, or an EKS add-on's name. A chart without a webhook gets {}, too. Raises
    ValueError for a chart that cannot be reached on an overlay at all, which the checks refuse first.
    """
    row = CALLED.get(entry)
    if row is None or not overlay:
        return {}
    if row.unreachable:
        raise ValueError(f"{entry} on an overlay: {row.unreachable}")
    return deepcopy(dict(row.host.values if row.host else row.without or {}))


def host_network_level(entry: str, level: PodSecurityLevel, *, overlay: bool) -> PodSecurityLevel:
    """Return the Pod Security level of a chart's namespace: only `privileged` admits pods on the host network."""
    row = CALLED.get(entry)
    return "privileged" if overlay and row is not None and row.host else level
