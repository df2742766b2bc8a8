"""What kube-prometheus-stack is told: pure."""

from typing import TYPE_CHECKING, Any

from components.foundation.addons import merged
from components.foundation.storage import storage_class_names
from components.networking.host_network import host_network_level, host_network_values
from components.operations.monitoring_alerting import alertmanager_config, mounted_secrets
from components.operations.monitoring_grafana import grafana_values
from components.operations.monitoring_names import NODE_EXPORTER_NAMESPACE
from components.operations.monitoring_settings import MonitoringSettings
from components.quantity import parse
from components.tenancy.pod_security import PodSecurityLevel

if TYPE_CHECKING:
    from components.settings import StackSettings

ENTRY = "kube-prometheus-stack"

ALERTMANAGER_ACCOUNT = "kube-prometheus-stack-alertmanager"
"""Alertmanager's service account, as the chart names it after the release."""

USABLE = 85
"""The percentage of a volume that samples may take: the log of the newest ones, and compaction, need the rest
("Operational aspects" in Prometheus's documentation of its storage advises 80 to 85)."""

SELECTORS = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")

COLLECTORS = (
    "certificatesigningrequests",
    "configmaps",
    "cronjobs",
    "daemonsets",
    "deployments",
    "endpointslices",
    "horizontalpodautoscalers",
    "ingresses",
    "jobs",
    "leases",
    "limitranges",
    "mutatingwebhookconfigurations",
    "namespaces",
    "networkpolicies",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumes",
    "poddisruptionbudgets",
    "pods",
    "replicasets",
    "replicationcontrollers",
    "resourcequotas",
    "services",
    "statefulsets",
    "storageclasses",
    "validatingwebhookconfigurations",
    "volumeattachments",
)
"""What kube-state-metrics reads: its chart's own list but for `secrets`, whose contents it would be allowed to read."""


def retention_size(storage: str) -> str:
    """Return how much samples may take of a volume, in MiB as Prometheus writes them: the oldest go first."""
    return f"{int(parse(storage) * USABLE / 100 / 1024**2)}MiB"


def storage_class(settings: "StackSettings") -> str | None:
    """Return the class of the volumes: the room's, the stack's default, or None for the cluster's own default."""
    if settings.monitoring is not None and settings.monitoring.storage_class is not None:
        return settings.monitoring.storage_class
    names = storage_class_names(settings.storage, existing=settings.cluster.existing is not None)
    return settings.storage.default_class if settings.storage.default_class in names else None


def webhook_on_host(*, overlay: bool, cert_manager: bool) -> bool:
    """Tell whether the operator is on the host network: for its webhook, which there is with cert-manager only."""
    return overlay and cert_manager


def namespace_level(*, overlay: bool, cert_manager: bool) -> PodSecurityLevel:
    """Return the Pod Security level of the namespace `monitoring`, which the node exporter is not in."""
    return host_network_level(ENTRY, "restricted", overlay=webhook_on_host(overlay=overlay, cert_manager=cert_manager))


def _claim(storage: str, storage_class_name: str | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}
    if storage_class_name is not None:
        spec["storageClassName"] = storage_class_name
    return {"volumeClaimTemplate": {"spec": spec}}


def _pods(name: str, replicas: int) -> dict[str, Any]:
    """Return what Prometheus's pods and Alertmanager's have in common: never two on a node, if it can be in a zone."""
    return {
        "replicas": replicas,
        "priorityClassName": "system-cluster-critical",
        "podAntiAffinity": "hard",
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app.kubernetes.io/name": name}},
            }
        ],
        # As the apps' volumes: taking monitoring out of the stack loses no history.
        "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain", "whenScaled": "Retain"},
    }


def _budget(replicas: int) -> dict[str, Any]:
    """Return the disruption budget: a single pod is away during a drain, or no drain would end."""
    return {"enabled": replicas > 1}


def _operator(*, cert_manager: bool) -> dict[str, Any]:
    """Return the operator's values.

    Its webhook only tells early what it would find out itself: without cert-manager there is none, and while its only
    pod moves to another node nothing is refused.
    """
    webhooks: dict[str, Any] = {"enabled": False}
    if cert_manager:
        webhooks = {
            "enabled": True,
            "failurePolicy": "Ignore",
            "certManager": {"enabled": True},
            # The jobs that would make the certificate otherwise.
            "patch": {"enabled": False},
        }
    return {
        "admissionWebhooks": webhooks,
        "tls": {"enabled": cert_manager},
        "priorityClassName": "system-cluster-critical",
        "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "prometheusConfigReloader": {
            "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}}
        },
    }


def _alertmanager(settings: MonitoringSettings, storage_class_name: str | None) -> dict[str, Any]:
    wanted = settings.alertmanager
    return {
        "config": alertmanager_config(wanted),
        "podDisruptionBudget": _budget(wanted.replicas),
        "alertmanagerSpec": {
            **_pods("alertmanager", wanted.replicas),
            "secrets": mounted_secrets(wanted),
            "storage": _claim(wanted.storage, storage_class_name),
            "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        },
    }


def _prometheus(settings: MonitoringSettings, cluster_name: str, storage_class_name: str | None) -> dict[str, Any]:
    wanted = settings.prometheus
    return {
        "podDisruptionBudget": _budget(wanted.replicas),
        "prometheusSpec": {
            **_pods("prometheus", wanted.replicas),
            # False is all of the cluster's; True would be those that carry this release's label.
            **{f"{selector}SelectorNilUsesHelmValues": False for selector in SELECTORS},
            "externalLabels": {"cluster": cluster_name},
            "retention": wanted.retention,
            "retentionSize": retention_size(wanted.storage),
            "storageSpec": _claim(wanted.storage, storage_class_name),
            "resources": {
                "requests": {"cpu": wanted.cpu, "memory": wanted.memory},
                "limits": {"memory": wanted.memory},
            },
        },
    }


def chart_values(
    settings: MonitoringSettings, *, cluster_name: str, storage_class: str | None, overlay: bool, cert_manager: bool
) -> dict[str, Any]:
    """Return the chart's values.

    EKS runs the controllers of the control plane where nobody can scrape them, and kube-proxy serves its metrics to its
    own node only: an alert that always fires helps nobody. `storage_class` None is the cluster's default.
    """
    unreachable = {"enabled": False}
    values: dict[str, Any] = {
        # They have one owner in the cluster: components/operations/monitoring_crds.py.
        "crds": {"enabled": False},
        "kubeControllerManager": unreachable,
        "kubeScheduler": unreachable,
        "kubeEtcd": unreachable,
        "kubeProxy": unreachable,
        "prometheusOperator": _operator(cert_manager=cert_manager),
        "prometheus": _prometheus(settings, cluster_name, storage_class),
        "alertmanager": _alertmanager(settings, storage_class),
        "grafana": grafana_values(settings.grafana),
        "kube-state-metrics": {
            "collectors": list(COLLECTORS),
            "priorityClassName": "system-cluster-critical",
            "resources": {"requests": {"cpu": "20m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}},
        },
        "prometheus-node-exporter": {
            "namespaceOverride": NODE_EXPORTER_NAMESPACE,
            "priorityClassName": "system-node-critical",
            # Every node, whatever its taints.
            "tolerations": [{"operator": "Exists"}],
            "resources": {"requests": {"cpu": "20m", "memory": "32Mi"}, "limits": {"memory": "128Mi"}},
        },
    }
    on_host = webhook_on_host(overlay=overlay, cert_manager=cert_manager)
    return merged(values, host_network_values(ENTRY, overlay=on_host))
