"""Who the API server calls, and how it is reached where pods have addresses that the control plane has no route to.

With Calico as the CNI every webhook and every aggregated API has to listen on its node's address, on a port of its own.
One table says on which; the security group of the nodes opens the ports of the same table.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from components.tenancy.pod_security import PodSecurityLevel

CLUSTER_DNS: dict[str, Any] = {"dnsPolicy": "ClusterFirstWithHostNet"}
"""On the host network a pod resolves names as its node does, unless it says this: then Services' names resolve, too."""


@dataclass(frozen=True, slots=True)
class HostNetworked:
    """One chart, or add-on, whose webhook can be put on the host network.

    `serves` says what the API server wants of it, `called` are the TCP ports on which it does, `values` are the chart's
    values that set them. `beside` are further ports that the same pods take on their node (metrics, health), set by
    `values` or fixed in the chart: two programs on one node cannot have the same.
    """

    serves: str
    called: tuple[int, ...]
    values: Mapping[str, Any]
    beside: tuple[int, ...] = field(default=())


def _kyverno(server_key: str, port: int, metrics: int) -> dict[str, Any]:
    # The probes name the port once more.
    probes = {probe: {"httpGet": {"port": port}} for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    return {
        "hostNetwork": True,
        **CLUSTER_DNS,
        server_key: {"port": port},
        "metering": {"port": metrics},
        **probes,
    }


HOST_NETWORKED: dict[str, HostNetworked] = {
    # An EKS add-on: this is its configuration. 10251 is the port that the add-on itself sets.
    "metrics-server": HostNetworked(
        "metrics API (kubectl top, HorizontalPodAutoscaler)", (10251,), {"hostNetwork": {"enabled": True}}
    ),
    "cert-manager": HostNetworked(
        "cert-manager webhook", (10260,), {"webhook": {"hostNetwork": True, "securePort": 10260}}, (6080, 9402)
    ),
    "trust-manager": HostNetworked(
        "trust-manager webhook",
        (10261,),
        {
            "app": {
                "webhook": {"hostNetwork": True, "port": 10261},
                "metrics": {"port": 10281},
                "readinessProbe": {"port": 10282},
            }
        },
        (10281, 10282),
    ),
    "aws-load-balancer-controller": HostNetworked(
        "load balancer controller webhooks",
        (10262,),
        {"hostNetwork": True, "webhookBindPort": 10262, "metricsBindAddr": ":10283"},
        (10283, 61779),
    ),
    "kyverno": HostNetworked(
        "Kyverno webhooks: admission, clean-up",
        (10263, 10264),
        {
            "admissionController": _kyverno("webhookServer", 10263, 10284),
            "cleanupController": _kyverno("server", 10264, 10285),
        },
        (10284, 10285),
    ),
    "keda": HostNetworked(
        "KEDA webhook, and its metrics API",
        (10265, 10266),
        {
            "webhooks": {"useHostNetwork": True, "port": 10265, "healthProbePort": 10287},
            # It asks the operator by the name of its Service.
            "metricsServer": {"useHostNetwork": True, **CLUSTER_DNS},
            "service": {"portHttpsTarget": 10266},
            # Off, the webhook's metrics would listen on controller-runtime's default, 8080.
            "prometheus": {"metricServer": {"port": 10286}, "webhooks": {"enabled": True, "port": 10288}},
        },
        (10286, 10287, 10288),
    ),
    "external-secrets": HostNetworked(
        "External Secrets webhook",
        (10267,),
        {
            "webhook": {
                "hostNetwork": True,
                "port": 10267,
                "metrics": {"listen": {"port": 10289}},
                "readinessProbe": {"port": 10290},
                "livenessProbe": {"port": 10290},
            }
        },
        (10289, 10290),
    ),
    "gatekeeper": HostNetworked(
        "Gatekeeper webhooks",
        (10268,),
        {
            "controllerManager": {
                "hostNetwork": True,
                **CLUSTER_DNS,
                "port": 10268,
                "metricsPort": 10291,
                "healthPort": 10292,
            }
        },
        (10291, 10292),
    ),
    "opentelemetry-operator": HostNetworked(
        "OpenTelemetry operator webhooks",
        (10269,),
        {
            "hostNetwork": True,
            "manager": {"ports": {"webhookPort": 10269, "metricsPort": 10293, "healthzPort": 10294}},
        },
        (10293, 10294),
    ),
    "kube-prometheus-stack": HostNetworked(
        "Prometheus operator webhooks",
        (10270,),
        {"prometheusOperator": {"hostNetwork": True, "tls": {"internalPort": 10270}}},
    ),
    "vpa": HostNetworked(
        "Vertical Pod Autoscaler webhook",
        (10271,),
        {"admissionController": {"useHostNetwork": True, "httpPort": 10271, "metricsPort": 10295}},
        (10295,),
    ),
    "vault": HostNetworked("Vault agent injector", (10272,), {"injector": {"hostNetwork": True, "port": 10272}}),
}
"""By lock entry or EKS add-on. What is called has ports from 10260, the rest from 10281: above those of the kubelet and
of control planes (10248 to 10259), below the node ports (from 30000)."""

WITHOUT_WEBHOOK: dict[str, Mapping[str, Any]] = {
    # It only labels Envoy's pods with their zone, and its failure policy is Ignore: each pod would wait for a time-out.
    "gateway-helm": {"topologyInjector": {"enabled": False}},
}
"""Charts that have no way to the host network, and work with their webhook off: the values that turn it off."""

UNREACHABLE: dict[str, str] = {
    "istiod": "istiod's chart has no value that puts its webhooks (sidecar injection, validation) on the host network",
    "linkerd-control-plane": "the chart of Linkerd has no value that puts its proxy injector on the host network",
    "consul": "the chart of Consul has no value that puts its injector on the host network",
    "longhorn": "the chart of Longhorn has no value that puts its admission webhook on the host network",
}
"""Charts that do not work without a webhook, or part of them, and cannot put it on the host network: why."""

RESERVED: dict[int, str] = {
    53: "NodeLocal DNS",
    80: "EKS Pod Identity agent",
    179: "BGP",
    2703: "EKS Pod Identity agent",
    2705: "EKS Pod Identity agent",
    5443: "Calico API server",
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
    if not overlay:
        return {}
    if entry in UNREACHABLE:
        raise ValueError(f"{entry} on an overlay: {UNREACHABLE[entry]}")
    found = HOST_NETWORKED.get(entry)
    return deepcopy(dict(found.values if found else WITHOUT_WEBHOOK.get(entry, {})))


def host_network_level(entry: str, level: PodSecurityLevel, *, overlay: bool) -> PodSecurityLevel:
    """Return the Pod Security level of a chart's namespace: only `privileged` admits pods on the host network."""
    return "privileged" if overlay and entry in HOST_NETWORKED else level


def called_ports() -> dict[int, str]:
    """Return the ports on which the API server calls the nodes of an overlay, and who listens there."""
    return {port: row.serves for row in HOST_NETWORKED.values() for port in row.called}
