"""Where each chart has the settings of its pods: one path of its values for each part and typed key.

The paths are held against the charts' own values (`components/chart_data`) by tests, both ways: each exists, and none
that a part has is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Key = Literal["replicas", "resources", "tolerations", "nodeSelector"]
KEYS: tuple[Key, ...] = ("replicas", "resources", "tolerations", "nodeSelector")


@dataclass(frozen=True, slots=True)
class Part:
    """One set of alike pods of a chart: its value path by key.

    `on_every_node` is a DaemonSet of the platform, which keeps its own tolerations unless it is named. `text` is for a
    chart that takes tolerations and node selectors as text in YAML. `why` says what a key that is missing is for.
    """

    paths: Mapping[Key, str]
    on_every_node: bool = False
    text: bool = False
    why: str = ""


def _at(prefix: str = "", *, replicas: str | None = "replicaCount", without: tuple[Key, ...] = ()) -> dict[Key, str]:
    names: dict[Key, str | None] = {
        "replicas": replicas,
        "resources": "resources",
        "tolerations": "tolerations",
        "nodeSelector": "nodeSelector",
    }
    start = f"{prefix}." if prefix else ""
    return {key: f"{start}{name}" for key, name in names.items() if name is not None and key not in without}


def _keda(part: str, resources: str) -> Part:
    return Part({**_at(part), "resources": f"resources.{resources}"})


_ONE = "it is one pod"
_SCALES_ITSELF = "an autoscaler of its own owns the number"
_EVERY_NODE = "it is on every node"

PARTS: Mapping[str, Mapping[str, Part]] = {
    "calico-crds": {},
    "tigera-operator": {"operator": Part(_at(replicas=None), why=_ONE)},
    "cert-manager": {
        "controller": Part(_at()),
        "webhook": Part(_at("webhook")),
        "cainjector": Part(_at("cainjector")),
        "startupapicheck": Part(_at("startupapicheck", replicas=None), why="it is a Job"),
    },
    "istio-base": {},
    "istio-cni": {
        "agent": Part(_at(replicas=None, without=("nodeSelector",)), on_every_node=True, why=_EVERY_NODE),
    },
    "istiod": {"istiod": Part(_at(replicas=None), why=f"{_SCALES_ITSELF} (values: autoscaleMin, autoscaleMax)")},
    "istio-gateway": {
        "gateway": Part(_at(replicas=None), why=f"{_SCALES_ITSELF}: minReplicas and maxReplicas of the gateway"),
    },
    "linkerd-crds": {},
    "linkerd2-cni": {
        "agent": Part(
            {"tolerations": "tolerations"},
            on_every_node=True,
            why=f"{_EVERY_NODE}, with resources in Linkerd's form (values: resources)",
        ),
    },
    "linkerd-control-plane": {
        "controllers": Part(
            {"replicas": "controllerReplicas", "nodeSelector": "nodeSelector"},
            why="what it takes of these has no default in the chart (values: tolerations, destinationResources ...)",
        ),
    },
    "istio-ztunnel": {
        "agent": Part(_at(replicas=None, without=("nodeSelector",)), on_every_node=True, why=_EVERY_NODE),
    },
    "aws-load-balancer-controller": {"controller": Part(_at())},
    "gateway-crds-helm": {},
    "gateway-helm": {
        "controller": Part(
            {
                "replicas": "deployment.replicas",
                "resources": "deployment.envoyGateway.resources",
                "tolerations": "deployment.pod.tolerations",
                "nodeSelector": "deployment.pod.nodeSelector",
            }
        ),
        "certgen": Part(_at("certgen.job", replicas=None), why="it is a Job"),
    },
    "nginx-ingress": {
        "controller": Part(_at("controller", replicas=None), why=f"{_SCALES_ITSELF}: ingress.nginx"),
    },
    "external-dns": {"controller": Part(_at(replicas=None), why=_ONE)},
    "consul": {"server": Part(_at("server", replicas="replicas"), text=True)},
    "trust-manager": {"controller": Part(_at())},
    "aws-privateca-issuer": {"controller": Part(_at())},
    "prometheus-operator-crds": {},
    "keda": {
        "operator": _keda("operator", "operator"),
        "metricsServer": _keda("metricsServer", "metricServer"),
        "webhooks": _keda("webhooks", "webhooks"),
    },
    "vpa": {
        "recommender": Part(_at("recommender")),
        "updater": Part(_at("updater")),
        "admissionController": Part(_at("admissionController")),
    },
    "argo-rollouts": {"controller": Part(_at("controller", replicas="replicas"))},
    "flagger": {
        "controller": Part(
            _at(replicas=None), why="its leader election goes with the number: delivery.flagger.replicas"
        ),
    },
    "kube-prometheus-stack": {
        "prometheus": Part(_at("prometheus.prometheusSpec", replicas="replicas")),
        "alertmanager": Part(_at("alertmanager.alertmanagerSpec", replicas="replicas")),
        "operator": Part(_at("prometheusOperator", replicas=None), why=_ONE),
        "grafana": Part({"resources": "grafana.resources"}, why="the rest is in a chart of its own (values: grafana)"),
        "kube-state-metrics": Part(
            {"resources": "kube-state-metrics.resources"},
            why="the rest is in a chart of its own (values: kube-state-metrics)",
        ),
        "node-exporter": Part(
            _at("prometheus-node-exporter", replicas=None, without=("nodeSelector",)),
            on_every_node=True,
            why=_EVERY_NODE,
        ),
    },
    "external-secrets": {
        "controller": Part(_at()),
        "webhook": Part(_at("webhook")),
        "certController": Part(_at("certController")),
    },
    "sealed-secrets": {"controller": Part(_at(replicas=None), why=_ONE)},
}
"""The parts of each entry of the lock, the main one first; a chart of definitions alone has none."""

FAMILIES: tuple[tuple[str, ...], ...] = (
    ("istio-base", "istio-cni", "istiod", "istio-gateway", "istio-ztunnel"),
    ("linkerd-crds", "linkerd2-cni", "linkerd-control-plane"),
    ("calico-crds", "tigera-operator"),
    ("gateway-crds-helm", "gateway-helm"),
)
"""Charts that are parts of one system, and have one version."""
