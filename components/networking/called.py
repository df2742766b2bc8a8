"""Whom the API server calls: webhooks, aggregated APIs, Services that it is proxy for; on which ports, by which values.

Where pods have addresses of the VPC it calls the pods. With Calico as the CNI it has no route to them: each has to
listen on its node's address, on a port of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLUSTER_DNS: dict[str, Any] = {"dnsPolicy": "ClusterFirstWithHostNet"}
"""On the host network a pod resolves names as its node does, unless it says this: then Services' names resolve, too."""


@dataclass(frozen=True, slots=True)
class HostNetworked:
    """How a chart, or add-on, that the API server calls is put on the host network.

    `called` are the TCP ports on which it is called there, `values` are the chart's values that set them. `beside` are
    further ports that the same pods take on their node (metrics, health), set by `values` or fixed in the chart: two
    programs on one node cannot have the same.
    """

    called: tuple[int, ...]
    values: Mapping[str, Any]
    beside: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Called:
    """What the API server calls of one chart, or EKS add-on: webhooks, an aggregated API, a Service that it proxies.

    `serves` says what it wants of it. `ports` are the pods' TCP ports on which it does where pods have addresses of the
    VPC: those of the containers, not of their Service. On an overlay one of three holds: the pods are on the host
    network (`host`), the chart works without it, with `without` as its values, or it is not reached, `unreachable` says
    why, and nothing is open for it.
    """

    serves: str
    ports: tuple[int, ...]
    host: HostNetworked | None = None
    without: Mapping[str, Any] | None = None
    unreachable: str | None = None

    def called(self, *, overlay: bool) -> tuple[int, ...]:
        """Return the TCP ports on which the API server calls it: its pods', or on an overlay its nodes'."""
        if overlay:
            return self.host.called if self.host else ()
        return self.ports


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


CALLED: dict[str, Called] = {
    # Tigera's operator puts it on the host network where pods are on an overlay, and on the same port.
    "tigera-operator": Called("Calico API server", (5443,), HostNetworked((5443,), {})),
    # An EKS add-on: this is its configuration. 10251 is the port that the add-on itself sets.
    "metrics-server": Called(
        "metrics API (kubectl top, HorizontalPodAutoscaler)",
        (10251,),
        HostNetworked((10251,), {"hostNetwork": {"enabled": True}}),
    ),
    "cert-manager": Called(
        "cert-manager webhook",
        (10250,),
        HostNetworked((10260,), {"webhook": {"hostNetwork": True, "securePort": 10260}}, (6080, 9402)),
    ),
    "trust-manager": Called(
        "trust-manager webhook",
        (6443,),
        HostNetworked(
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
    ),
    "aws-load-balancer-controller": Called(
        "load balancer controller webhooks",
        (9443,),
        HostNetworked(
            (10262,),
            {"hostNetwork": True, "webhookBindPort": 10262, "metricsBindAddr": ":10283"},
            (10283, 61779),
        ),
    ),
    "kyverno": Called(
        "Kyverno (admission, clean-up)",
        (9443,),
        HostNetworked(
            (10263, 10264),
            {
                "admissionController": _kyverno("webhookServer", 10263, 10284),
                "cleanupController": _kyverno("server", 10264, 10285),
            },
            (10284, 10285),
        ),
    ),
    "keda": Called(
        "KEDA (webhook, metrics API)",
        (9443, 6443),
        HostNetworked(
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
    ),
    "external-secrets": Called(
        "External Secrets webhook",
        (10250,),
        HostNetworked(
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
    ),
    "gatekeeper": Called(
        "Gatekeeper webhooks",
        (8443,),
        HostNetworked(
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
    ),
    "opentelemetry-operator": Called(
        "OpenTelemetry operator webhooks",
        (9443,),
        HostNetworked(
            (10269,),
            {
                "hostNetwork": True,
                "manager": {"ports": {"webhookPort": 10269, "metricsPort": 10293, "healthzPort": 10294}},
            },
            (10293, 10294),
        ),
    ),
    "kube-prometheus-stack": Called(
        "Prometheus operator webhooks",
        (10250,),
        HostNetworked((10270,), {"prometheusOperator": {"hostNetwork": True, "tls": {"internalPort": 10270}}}),
    ),
    "vpa": Called(
        "Vertical Pod Autoscaler webhook",
        (8000,),
        HostNetworked(
            (10271,),
            {
                "admissionController": {
                    "useHostNetwork": True,
                    "httpPort": 10271,
                    "metricsPort": 10295,
                    # Those two are the Service's and the container's ports; the program listens where its flags say.
                    "extraArgs": {"port": "10271", "address": ":10295"},
                }
            },
            (10295,),
        ),
    ),
    "vault": Called(
        "Vault agent injector",
        (8080,),
        HostNetworked((10272,), {"injector": {"hostNetwork": True, "port": 10272}}),
    ),
    "gateway-helm": Called(
        "topology injector of Envoy Gateway",
        (9443,),
        # It only labels Envoy's pods with their zone, and its failure policy is Ignore: each pod would wait for a
        # time-out.
        without={"topologyInjector": {"enabled": False}},
    ),
    "istiod": Called(
        "istiod (sidecar injection, validation)",
        (15017,),
        unreachable="istiod's chart has no value that puts its webhooks (sidecar injection, validation) on the host"
        " network",
    ),
    "linkerd-control-plane": Called(
        "Linkerd (proxy injector, validators)",
        (8443, 9443),
        unreachable="the chart of Linkerd has no value that puts its proxy injector on the host network",
    ),
    "consul": Called(
        "Consul injector",
        (8080,),
        unreachable="the chart of Consul has no value that puts its injector on the host network",
    ),
    "longhorn": Called(
        "Longhorn (conversion, admission)",
        (9501, 9502),
        unreachable="the chart of Longhorn has no value that puts its admission webhook on the host network",
    ),
    # kubeseal asks the API server, which asks the controller; nothing in the cluster does.
    "sealed-secrets": Called("Sealed Secrets, its certificate for kubeseal", (8080,), without={}),
}
"""By lock entry or EKS add-on, all that the API server calls, what the stack installs and some that others do: the one
table from which charts get their values, and the nodes' security group its rules. What is called on the host network
has ports from 10260, the rest of those pods from 10281: above those of the kubelet and of control planes (10248 to
10259), below the node ports (from 30000). tests/data/chart_contracts says where each of the charts' ports was read."""
