"""Where each part of the platform shows its metrics, and who tells Prometheus of it. Data, each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from components.foundation.addons import ADDONS, EBS_DRIVER, AddonName, AddonSettings
from components.networking.calico_installation import METRICS_PORTS
from components.networking.cni import calico_installed, overlay
from components.networking.consul_settings import METRICS_PORT as CONSUL_PORT
from components.networking.dns import node_local_manifests as node_local
from components.networking.host_network import host_network_values
from components.networking.ingress import names
from components.networking.ingress.facts import gateway_implementation, installed, load_balancer_controller_needed
from components.networking.mesh import membership as mesh
from components.operations.monitoring_names import ISTIO_PROXIES

if TYPE_CHECKING:
    from components.settings import StackSettings

ISTIO_KEPT = "istio_.*|up"
"""The series of Istio's proxies that are kept: Envoy alone has hundreds for each host that it knows."""

CHART_MONITORS: dict[str, tuple[str, ...]] = {
    "cert-manager": ("prometheus.servicemonitor.enabled",),
    "trust-manager": ("app.metrics.service.servicemonitor.enabled",),
    "aws-privateca-issuer": ("serviceMonitor.create",),
    "keda": (
        "prometheus.operator.serviceMonitor.enabled",
        "prometheus.metricServer.serviceMonitor.enabled",
        "prometheus.webhooks.serviceMonitor.enabled",
    ),
    "vpa": ("recommender.podMonitor.enabled", "updater.podMonitor.enabled"),
    "argo-rollouts": ("controller.metrics.enabled", "controller.metrics.serviceMonitor.enabled"),
    "flagger": ("podMonitor.enabled",),
    "external-secrets": ("serviceMonitor.enabled",),
    "sealed-secrets": ("metrics.serviceMonitor.enabled",),
}
"""Charts whose own values make their monitors, by lock entry: rooms that wait for the operator's CRDs anyhow."""

OWN_STACK: dict[str, str] = {
    "kube-prometheus-stack": "it makes its own monitors, of the kubelet, the API server and kube-state-metrics, too",
    "coredns": "kube-prometheus-stack scrapes it by its label k8s-app: kube-dns (its value coreDns.enabled)",
}
"""What kube-prometheus-stack scrapes by default."""

UNMEASURED: dict[str, str] = {
    "calico-crds": "definitions only",
    "istio-base": "definitions only",
    "linkerd-crds": "definitions only",
    "gateway-crds-helm": "definitions only",
    "prometheus-operator-crds": "definitions only",
    "kube-proxy": "EKS has it serve its metrics to its own node only (metricsBindAddress 127.0.0.1:10249)",
    "snapshot-controller": "AWS's add-on is started without --http-endpoint, without which it serves none",
}
"""Charts and add-ons without metrics that a Prometheus could have, and why."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Pods that show metrics: those with `labels` in `namespaces` (none: in all), at `port` and `path`.

    `part` is the lock entry or add-on that they belong to. `named` is a pattern of ports' names in the place of one
    number; `kept` a pattern of the series that are worth their room; `job` the label job, unset the monitor's name.
    With `https` they ask Kubernetes whether Prometheus may look, and are found by their Service. `source` says all
    that.
    """

    name: str
    part: str
    labels: Mapping[str, str]
    namespaces: tuple[str, ...]
    source: str
    port: int | None = None
    path: str = "/metrics"
    named: str | None = None
    kept: str | None = None
    job: str | None = None
    https: bool = field(default=False)


KUBE_SYSTEM = ("kube-system",)
ADDON_EXPORTERS: dict[AddonName, tuple[Exporter, ...]] = {
    "vpc-cni": (
        Exporter(
            "aws-node",
            "vpc-cni",
            {"k8s-app": "aws-node"},
            KUBE_SYSTEM,
            "github.com/aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni/templates/podmonitor.yaml",
            61678,
        ),
    ),
    "eks-pod-identity-agent": (
        Exporter(
            "eks-pod-identity-agent",
            "eks-pod-identity-agent",
            {"app.kubernetes.io/name": "eks-pod-identity-agent"},
            KUBE_SYSTEM,
            "github.com/aws/eks-pod-identity-agent, charts/eks-pod-identity-agent/values.yaml",
            2705,
        ),
    ),
    "metrics-server": (
        Exporter(
            "metrics-server",
            "metrics-server",
            {"app.kubernetes.io/name": "metrics-server"},
            KUBE_SYSTEM,
            "github.com/kubernetes-sigs/metrics-server, charts/metrics-server/templates/servicemonitor.yaml",
            named="https",
            https=True,
        ),
    ),
}
"""The exporters of AWS's add-ons, in every cluster of Slipway's own."""

EBS_EXPORTERS = {
    part: Exporter(
        f"ebs-csi-{part}",
        EBS_DRIVER,
        {"app": f"ebs-csi-{part}"},
        KUBE_SYSTEM,
        "github.com/kubernetes-sigs/aws-ebs-csi-driver, docs/metrics.md",
        port,
    )
    for part, port in (("controller", 3301), ("node", 3302))
}
"""Those of the storage driver, by the part of its configuration that turns them on with `enableMetrics: true`."""


def _addons(settings: "StackSettings") -> list[Exporter]:
    if settings.cluster.existing is not None:
        return []
    wanted = {name: settings.cluster.addons.get(name, AddonSettings()) for name in ADDONS}
    there = {name: each for name, each in wanted.items() if each.enabled}
    if overlay(settings):
        there.pop("vpc-cni", None)
    found = [each for name in there for each in ADDON_EXPORTERS.get(name, ())]
    # Off unless the add-on's configuration says otherwise, which AWS takes from some version on.
    driver = there[EBS_DRIVER].configuration if EBS_DRIVER in there else {}
    return found + [each for part, each in EBS_EXPORTERS.items() if driver.get(part, {}).get("enableMetrics") is True]


def _calico(settings: "StackSettings") -> list[Exporter]:
    if not calico_installed(settings):
        return []
    source = "docs.tigera.io/calico/latest/operations/monitor/monitor-component-metrics"
    return [
        Exporter(f"calico-{part}", "tigera-operator", {"k8s-app": f"calico-{part}"}, ("calico-system",), source, port)
        for part, port in (
            ("node", METRICS_PORTS["nodeMetricsPort"]),
            ("typha", METRICS_PORTS["typhaMetricsPort"]),
            ("kube-controllers", 9094),
        )
    ]


def istio_proxy(name: str, part: str, labels: Mapping[str, str], *namespaces: str) -> Exporter:
    """Return the exporter of Envoys of Istio that are no sidecars; all of them have one job, as queries name it."""
    source = "github.com/istio/istio, samples/addons/extras/prometheus-operator.yaml (envoy-stats-monitor)"
    return Exporter(
        f"istio-{name}",
        part,
        labels,
        namespaces,
        source,
        15090,
        "/stats/prometheus",
        kept=ISTIO_KEPT,
        job=ISTIO_PROXIES,
    )


def _istio(settings: "StackSettings") -> list[Exporter]:
    source = "github.com/istio/istio, manifests/charts: prometheus.io annotations of the pods"
    cni = (mesh.ISTIO_CNI_NAMESPACE,)
    found = [
        Exporter("istiod", "istiod", {"app": "istiod"}, (mesh.ISTIO_NAMESPACE,), source, 15014),
        Exporter("istio-cni", "istio-cni", {"k8s-app": "istio-cni-node"}, cni, source, 15014),
    ]
    if mesh.is_ambient(settings.mesh):
        meshed = tuple(sorted(name for name, each in settings.namespaces.items() if each.mesh))
        found.append(Exporter("istio-ztunnel", "istio-ztunnel", {"app": "ztunnel"}, cni, source, 15020))
        if meshed:
            found.append(istio_proxy("waypoints", "istiod", mesh.WAYPOINT_LABELS, *meshed))
    if "istio" in installed(settings.ingress):
        found.append(istio_proxy("ingress-gateway", "istio-gateway", mesh.GATEWAY_LABELS, mesh.GATEWAY_NAMESPACE))
    if settings.mesh.istio.egress_gateway is not None:
        labels, namespace = mesh.EGRESS_GATEWAY_LABELS, mesh.EGRESS_GATEWAY_NAMESPACE
        found.append(istio_proxy("egress-gateway", "istio-gateway", labels, namespace))
    return found


def _linkerd() -> list[Exporter]:
    charts = "github.com/linkerd/linkerd2, charts"
    return [
        Exporter(
            "linkerd-control-plane",
            "linkerd-control-plane",
            {"linkerd.io/control-plane-ns": mesh.LINKERD_NAMESPACE},
            (mesh.LINKERD_NAMESPACE,),
            f"{charts}/linkerd-control-plane/templates/podmonitor.yaml",
            named="(ident|dest|spval|injector|policy)-admin",
        ),
        Exporter(
            "linkerd-cni",
            "linkerd2-cni",
            {"k8s-app": "linkerd-cni"},
            (mesh.LINKERD_CNI_NAMESPACE,),
            f"{charts}/linkerd2-cni/templates/cni-plugin.yaml (repair-controller, --admin-addr)",
            9990,
        ),
    ]


def _mesh(settings: "StackSettings") -> list[Exporter]:
    if settings.mesh.kind == "istio":
        return _istio(settings)
    return _linkerd() if settings.mesh.kind == "linkerd" else []


def _ways_in(settings: "StackSettings") -> list[Exporter]:
    there = installed(settings.ingress)
    found: list[Exporter] = []
    if load_balancer_controller_needed(settings.ingress):
        part = "aws-load-balancer-controller"
        moved = host_network_values(part, overlay=overlay(settings)).get("metricsBindAddr", ":8080").removeprefix(":")
        source = "github.com/aws/eks-charts, stable/aws-load-balancer-controller (metricsBindAddr, its default)"
        found.append(Exporter(part, part, names.LBC_LABELS, (names.LBC_NAMESPACE,), source, int(moved)))
    if "nginx" in there:
        source = "github.com/nginx/kubernetes-ingress, charts/nginx-ingress/values.yaml (prometheus.port)"
        namespaces = (names.NGINX_NAMESPACE,)
        found.append(Exporter("nginx-ingress", "nginx-ingress", names.NGINX_LABELS, namespaces, source, 9113))
    if "gateway-api" in there and gateway_implementation(settings.ingress) == "envoy-gateway":
        source, namespaces = "gateway.envoyproxy.io/docs/tasks/observability", (names.ENVOY_NAMESPACE,)
        controller, proxies = {"control-plane": "envoy-gateway"}, names.ENVOY_LABELS
        found += [
            Exporter("envoy-gateway", "gateway-helm", controller, namespaces, source, 19001),
            Exporter("envoy-proxies", "gateway-helm", proxies, namespaces, source, 19001, "/stats/prometheus"),
        ]
    if "gateway-api" in there and gateway_implementation(settings.ingress) == "istio":
        labels, namespace = names.ISTIO_GATEWAY_LABELS, names.ISTIO_GATEWAY_NAMESPACE
        found.append(istio_proxy("gateway-api", "istiod", labels, namespace))
    return found


def _names(settings: "StackSettings") -> list[Exporter]:
    found: list[Exporter] = []
    if settings.dns.external is not None and settings.cluster.existing is None:
        source = "github.com/kubernetes-sigs/external-dns, charts/external-dns/templates/service.yaml"
        labels = {"app.kubernetes.io/name": "external-dns"}
        found.append(Exporter("external-dns", "external-dns", labels, ("external-dns",), source, 7979))
    if settings.dns.node_local.enabled and settings.cluster.existing is None:
        source = "the stack's own manifest of the cache (`prometheus :9253` in its Corefile)"
        port = node_local.METRICS_PORT
        found.append(Exporter("node-local-dns", "node-local-dns", node_local.LABELS, KUBE_SYSTEM, source, port))
    if settings.consul is not None:
        source = "github.com/prometheus/statsd_exporter, beside each server (components/networking/consul_values.py)"
        labels = {"app": "consul", "component": "server"}
        found.append(Exporter("consul", "consul", labels, ("consul",), source, CONSUL_PORT))
    return found


def exporters(settings: "StackSettings") -> tuple[Exporter, ...]:
    """Return what of a stack Slipway itself tells Prometheus of: all that is installed and not in the other tables."""
    return (
        *_addons(settings),
        *_calico(settings),
        *_mesh(settings),
        *_ways_in(settings),
        *_names(settings),
    )
