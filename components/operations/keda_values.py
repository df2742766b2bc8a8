"""What KEDA is told, and what it may read in AWS: pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from components.foundation.addons import merged
from components.networking.host_network import host_network_values
from components.operations.autoscaling_settings import KedaAwsSettings, KedaSettings
from components.spread import over_zones_and_nodes

if TYPE_CHECKING:
    from components.settings import StackSettings

NAMESPACE = "keda"

SERVICE_ACCOUNT = "keda-operator"
"""The operator's: it asks AWS, the metrics server asks the operator."""

ROLLOUTS = "rollouts.argoproj.io"

# By the chart's names for the parts under `topologySpreadConstraints`: the label `app` of their pods.
_PODS = {
    "operator": "keda-operator",
    "metricsServer": "keda-operator-metrics-apiserver",
    "webhooks": "keda-admission-webhooks",
}


def aws_statements(settings: KedaAwsSettings) -> list[dict[str, Any]]:
    """Return IAM statements: what the scalers `aws-sqs-queue` and `aws-cloudwatch` call, and nothing else.

    GetMetricData knows no resources and no conditions on metrics ("Actions, resources, and condition keys for Amazon
    CloudWatch" in the Service Authorization Reference).
    """
    queues = {"Effect": "Allow", "Action": "sqs:GetQueueAttributes", "Resource": list(settings.queue_arns)}
    metrics = {"Effect": "Allow", "Action": "cloudwatch:GetMetricData", "Resource": "*"}
    return [*([queues] if settings.queue_arns else []), *([metrics] if settings.cloudwatch else [])]


def scaled_resources(settings: "StackSettings") -> tuple[str, ...]:
    """Return what KEDA may scale beside Deployments and StatefulSets: the settings' own, and Rollouts with Argo's."""
    keda = settings.autoscaling.keda
    own = keda.scaled_resources if keda is not None else ()
    rollouts = (ROLLOUTS,) if settings.delivery.argo_rollouts is not None else ()
    return tuple(sorted({*own, *rollouts}))


def _scalable(resources: Sequence[str]) -> dict[str, Any]:
    """Return the rights on custom resources. The chart's default is to read everything of the cluster, Secrets too."""
    kinds = [dict(zip(("kind", "apiGroup"), each.split(".", 1), strict=True)) for each in resources]
    return {"enabledCustomScaledRefKinds": bool(kinds), "scaledRefKinds": kinds}


def chart_values(
    settings: KedaSettings,
    *,
    cluster_name: str,
    scaled_resources: Sequence[str],
    overlay: bool,
    certificates: bool,
    monitoring: bool,
) -> dict[str, Any]:
    """Return the chart's values; resources are the chart's own, which KEDA's documentation asks for.

    With `certificates` cert-manager makes the certificates of the webhook and of the metrics API, else the operator
    does, in the cluster. `monitoring` has the Prometheus operator scrape all parts, which needs its CRDs.
    """
    scraped = {"enabled": True, "serviceMonitor": {"enabled": True}}
    several = {"maxUnavailable": 1} if settings.replicas > 1 else {}
    values: dict[str, Any] = {
        # Kept when the release goes: with the CRDs, everything that scales by KEDA would stop to.
        "crds": {"install": True, "additionalAnnotations": {"helm.sh/resource-policy": "keep"}},
        "clusterName": cluster_name,
        "watchNamespace": ",".join(settings.watch_namespaces),
        # A tag stands for one image: a pod that restarts needs no registry for it.
        "image": {"pullPolicy": "IfNotPresent"},
        "operator": {"replicaCount": settings.replicas},
        "metricsServer": {"replicaCount": settings.replicas},
        "webhooks": {"replicaCount": settings.replicas},
        "podDisruptionBudget": dict.fromkeys(("operator", "metricServer", "webhooks"), several),
        "topologySpreadConstraints": {part: over_zones_and_nodes({"app": app}) for part, app in _PODS.items()},
        "priorityClassName": "system-cluster-critical",
        "rbac": _scalable(scaled_resources),
        "serviceAccount": {"operator": {"name": SERVICE_ACCOUNT}},
    }
    if certificates:
        values["certificates"] = {"certManager": {"enabled": True}}
    if monitoring:
        values["prometheus"] = dict.fromkeys(("operator", "metricServer", "webhooks"), scraped)
    return merged(values, host_network_values("keda", overlay=overlay))
