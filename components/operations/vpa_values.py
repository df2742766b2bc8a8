"""What the Vertical Pod Autoscaler is told, and which modes it has: pure."""

from typing import Any

from components.foundation.addons import merged
from components.foundation.versions import minor
from components.networking.host_network import host_network_values
from components.operations.autoscaling_settings import VpaSettings

NAMESPACE = "vpa"
SERVICE = "vpa-webhook"
"""The webhook's Service, as the chart names it after the release."""

SECRET = "vpa-webhook-tls"  # noqa: S105 (the name of a Secret, not a secret)
CERTIFICATE = "vpa-webhook"

MOUNT = "/etc/tls-certs"
"""Where the chart mounts the webhook's Secret."""

FILES = {"ca.crt": "caCert.pem", "tls.crt": "serverCert.pem", "tls.key": "serverKey.pem"}
"""The files of the webhook's certificate, by the key of cert-manager's Secret: the names that the program looks for by
itself (kubernetes/autoscaler, vertical-pod-autoscaler/pkg/admission-controller/config/config.go at 1.7.1)."""

_FILE_FLAGS = {"client-ca-file": "ca.crt", "tls-cert-file": "tls.crt", "tls-private-key": "tls.key"}

IN_PLACE_SINCE = 33
"""The minor version of Kubernetes that lets a running pod's resources change (InPlacePodVerticalScaling, beta)."""


def vpa_modes(kubernetes_version: str | None, *, recommend_only: bool = False) -> tuple[str, ...]:
    """Return the `updateMode`s of a VerticalPodAutoscaler, for the autoscaler's version 1.7 that is installed.

    InPlaceOrRecreate needs Kubernetes 1.33. It is there for everybody since 1.6 of the autoscaler; InPlace is behind a
    gate in 1.7 and left out. Auto is an old word for Recreate, and on its way out. A version that is not known, that of
    an existing cluster, is taken for a current one.
    """
    if recommend_only:
        return ("Off",)
    in_place = kubernetes_version is None or minor(kubernetes_version) >= IN_PLACE_SINCE
    return ("Off", "Initial", "Recreate", *(("InPlaceOrRecreate",) if in_place else ()), "Auto")


def _part(component: str, memory_limit: str) -> dict[str, Any]:
    """Return what the three parts have in common; the chart has no topology spread, so it is an anti-affinity."""
    pods = {"matchLabels": {"app.kubernetes.io/component": component}}
    apart = {"weight": 100, "podAffinityTerm": {"topologyKey": "kubernetes.io/hostname", "labelSelector": pods}}
    return {
        # A tag stands for one image: a pod that restarts needs no registry for it.
        "image": {"pullPolicy": "IfNotPresent"},
        "resources": {"limits": {"memory": memory_limit}},
        "affinity": {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [apart]}},
    }


def _webhook(settings: VpaSettings, *, certificates: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        **_part("admission-controller", "500Mi"),
        "replicaCount": settings.replicas,
        "podDisruptionBudget": {"maxUnavailable": 1} if settings.replicas > 1 else {},
    }
    if certificates:
        values |= {
            "generateCertificate": False,
            "secretName": SECRET,
            "tlsSecretKeys": [{"key": key, "path": path} for key, path in FILES.items()],
            "extraArgs": {
                # The chart names the files for its own jobs' certificate only.
                **{flag: f"{MOUNT}/{FILES[key]}" for flag, key in _FILE_FLAGS.items()},
                "reload-cert": "true",
            },
            "mutatingWebhookConfiguration": {
                "annotations": {"cert-manager.io/inject-ca-from": f"{NAMESPACE}/{CERTIFICATE}"}
            },
        }
    return values


def chart_values(settings: VpaSettings, *, overlay: bool, certificates: bool, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values.

    With `certificates` cert-manager makes the webhook's certificate, else two jobs of the chart do, Helm hooks.
    `monitoring` has the Prometheus operator scrape the recommender and the updater, which needs its CRDs.
    """
    scraped: dict[str, Any] = {"podMonitor": {"enabled": True}} if monitoring else {}
    values: dict[str, Any] = {
        "priorityClassName": "system-cluster-critical",
        "recommender": {**_part("recommender", "1000Mi"), **scraped},
    }
    if settings.recommend_only:
        return {**values, "updater": {"enabled": False}, "admissionController": {"enabled": False}}
    values["updater"] = {**_part("updater", "1000Mi"), **scraped}
    values["admissionController"] = _webhook(settings, certificates=certificates)
    return merged(values, host_network_values("vpa", overlay=overlay))
