"""What cert-manager is told, and the rights it needs in Route 53."""

from typing import Any

from components.foundation.addons import merged
from components.networking.host_network import host_network_values
from components.spread import over_zones_and_nodes

NAMESPACE = "cert-manager"
"""Of cert-manager, trust-manager and the issuer of AWS Private CA; the Secrets of cluster-wide issuers are here."""

RELEASE = "cert-manager"

SERVICE_ACCOUNT = "cert-manager"
"""The controller's, as the chart names it after the release."""


def _several(component: str, replicas: int) -> dict[str, Any]:
    """Return what the three parts have in common: how many pods, kept apart, and how many at least."""
    pods = {"app.kubernetes.io/instance": RELEASE, "app.kubernetes.io/component": component}
    return {
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": over_zones_and_nodes(pods),
    }


def chart_values(*, replicas: int, host_network: bool, gateway_api: bool, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values.

    `host_network` puts the webhook on the host network. `gateway_api` has cert-manager make HTTPRoutes: it needs their
    CRDs from its start. `monitoring` has the Prometheus operator scrape it, which needs the operator's CRDs.
    """
    working = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}}
    values: dict[str, Any] = {
        # Kept when the release goes: with the CRDs, every Certificate of the cluster would go.
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": NAMESPACE}, "priorityClassName": "system-cluster-critical"},
        **_several("controller", replicas),
        "resources": working,
        "cainjector": {**_several("cainjector", replicas), "resources": working},
        "webhook": {
            **_several("webhook", replicas),
            "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
        },
    }
    if gateway_api:
        values["config"] = {
            "apiVersion": "controller.config.cert-manager.io/v1alpha1",
            "kind": "ControllerConfiguration",
            "enableGatewayAPI": True,
        }
    if monitoring:
        # The metrics' own label `namespace` is the Certificate's, and must not give way to the pod's.
        values["prometheus"] = {"servicemonitor": {"enabled": True, "honorLabels": True}}
    return merged(values, host_network_values("cert-manager", overlay=host_network))


def route53_statements(hosted_zone_id: str) -> list[dict[str, Any]]:
    """Return IAM statements for DNS-01 in one hosted zone: TXT records for challenges, and nothing else.

    After cert-manager.io/docs/configuration/acme/dns01/route53, with its conditions.
    """
    zone = f"arn:aws:route53:::hostedzone/{hosted_zone_id}"
    condition_key = "route53:ChangeResourceRecordSets"
    return [
        {"Effect": "Allow", "Action": "route53:GetChange", "Resource": "arn:aws:route53:::change/*"},
        {"Effect": "Allow", "Action": "route53:ListHostedZonesByName", "Resource": "*"},
        {"Effect": "Allow", "Action": "route53:ListResourceRecordSets", "Resource": zone},
        {
            "Effect": "Allow",
            "Action": "route53:ChangeResourceRecordSets",
            "Resource": zone,
            "Condition": {
                "ForAllValues:StringEquals": {f"{condition_key}RecordTypes": ["TXT"]},
                "ForAllValues:StringLike": {f"{condition_key}NormalizedRecordNames": ["_acme-challenge.*"]},
            },
        },
    ]
