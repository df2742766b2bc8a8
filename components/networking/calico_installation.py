"""What Calico's operator is told: its chart's values, and the Installation."""

from typing import Any

from components.networking.cni import CniSettings


def operator_values() -> dict[str, Any]:
    """Return the chart's values: the operator alone, since Slipway makes the custom resources and the CRDs."""
    return {
        "installation": {"enabled": False},
        "apiServer": {"enabled": False},
        "goldmane": {"enabled": False},
        "whisker": {"enabled": False},
        "manageCRDs": False,
        "priorityClassName": "system-cluster-critical",
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
    }


METRICS_PORTS = {"nodeMetricsPort": 9091, "typhaMetricsPort": 9093}
"""The ports of the nodes at which Felix and Typha show their metrics, off by default: those that Calico's own page
names (docs.tigera.io/calico/latest/operations/monitor/monitor-component-metrics)."""


def installation_spec(settings: CniSettings, *, monitoring: bool = False) -> dict[str, Any]:
    """Return the spec of the Installation. CNI and BGP are explicit: the operator would guess them otherwise.

    `monitoring` is whether a Prometheus looks at Felix and Typha.
    """
    cni = "Calico" if settings.mode == "cni" else "AmazonVPC"
    network: dict[str, Any] = {"bgp": "Disabled"}
    if settings.mode == "cni":
        # Every field: the list is one value to the API server, and the operator takes it over to fill in the rest.
        network["ipPools"] = [
            {
                "name": "default-ipv4-ippool",
                "cidr": settings.pod_cidr,
                "encapsulation": "VXLAN",
                "natOutgoing": "Enabled",
                "nodeSelector": "all()",
                "blockSize": 26,
                "disableBGPExport": False,
                "disableNewAllocations": False,
                "allowedUses": ["Workload", "Tunnel"],
                "assignmentMode": "Automatic",
            }
        ]
    return {
        "variant": "Calico",
        "kubernetesProvider": "EKS",
        "cni": {"type": cni, "ipam": {"type": cni}},
        "calicoNetwork": network,
        "controlPlaneReplicas": 2,
        # Neither the CSI driver nor the FlexVolume driver is used, and both are privileged.
        "kubeletVolumePluginPath": "None",
        "flexVolumePath": "None",
        **(METRICS_PORTS if monitoring else {}),
    }
