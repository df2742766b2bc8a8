"""What cert-manager is told: the chart's values, the ACME issuers, and the rights it needs in Route 53."""

from collections.abc import Sequence
from typing import Any, Literal

IssuerName = Literal["letsencrypt-staging", "letsencrypt-production"]

ACME_SERVERS: dict[IssuerName, str] = {
    "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
    "letsencrypt-production": "https://acme-v02.api.letsencrypt.org/directory",
}
"""Let's Encrypt's directories: letsencrypt.org/docs/acme-protocol-updates and /docs/staging-environment."""

HOST_NETWORK_WEBHOOK_PORT = 10260
"""The webhook's port on the host network, where the kubelet has the chart's default 10250."""

SOLVER_PORT = 8089
"""Where the pod listens that answers an HTTP-01 challenge."""

SOLVER_LABELS = {"acme.cert-manager.io/http01-solver": "true"}
"""The label that cert-manager gives such a pod."""


def chart_values(namespace: str, *, replicas: int, host_network: bool) -> dict[str, Any]:
    """Return the chart's values; `host_network` where the control plane cannot reach the pods' addresses."""
    budget = {"enabled": replicas > 1}
    several = {"replicaCount": replicas, "podDisruptionBudget": budget}
    webhook: dict[str, Any] = {
        **several,
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
    }
    if host_network:
        webhook |= {"hostNetwork": True, "securePort": HOST_NETWORK_WEBHOOK_PORT}
    working = {"requests": {"cpu": "50m", "memory": "128Mi"}, "limits": {"memory": "512Mi"}}
    return {
        # Kept when the release goes: with the CRDs, every Certificate of the cluster would go.
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": namespace}, "priorityClassName": "system-cluster-critical"},
        **several,
        "resources": working,
        "cainjector": {**several, "resources": working},
        "webhook": webhook,
    }


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


def dns01_solver(hosted_zone_id: str, domains: Sequence[str], region: str) -> dict[str, Any]:
    """Return the solver for names in `domains`, which takes its credentials from the controller's own pod."""
    return {
        "selector": {"dnsZones": list(domains)},
        "dns01": {"route53": {"region": region, "hostedZoneID": hosted_zone_id}},
    }


def http01_solver(ingress_class: str | None) -> dict[str, Any]:
    """Return the solver for every other name: an Ingress of `ingress_class` (None: the cluster's default class).

    Its pod runs in the Certificate's namespace: it is one that the level restricted admits, outside the mesh.
    """
    ingress: dict[str, Any] = {"ingressClassName": ingress_class} if ingress_class else {}
    ingress["podTemplate"] = {
        "metadata": {
            "labels": {"sidecar.istio.io/inject": "false"},
            "annotations": {"linkerd.io/inject": "disabled"},
        },
        "spec": {"securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}},
    }
    return {"http01": {"ingress": ingress}}


def issuer_spec(name: IssuerName, email: str, solvers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the spec of a ClusterIssuer, its ACME account's key in a Secret named after it."""
    return {
        "acme": {
            "server": ACME_SERVERS[name],
            "email": email,
            "privateKeySecretRef": {"name": f"{name}-account"},
            "solvers": list(solvers),
        }
    }
