"""Sealed Secrets: secrets that only this cluster can read, in a repository that everybody may."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.rbac.v1.ClusterRole import ClusterRole

from components.charts import Charts
from components.component import InCluster, Target
from components.operations.secret_settings import SealedSecretsSettings

NAMESPACE = "kube-system"
"""Where the keys are: a namespace of one's own would take them along when the room leaves the stack. `kubeseal` looks
for the controller here unless it is told otherwise."""

CONTROLLER = "sealed-secrets-controller"
"""The name by which `kubeseal` asks for the certificate unless it is told otherwise."""

READING = ("get", "list", "watch")
WRITING = ("create", "delete", "patch", "update")


def chart_values(settings: SealedSecretsSettings, *, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values. One pod, the chart knows no other number: while it is away nothing new is unsealed.

    `monitoring` has the Prometheus operator scrape it, which needs its CRDs.
    """
    values: dict[str, Any] = {
        "fullnameOverride": CONTROLLER,
        # Go's durations have no days.
        "keyrenewperiod": f"{settings.key_renewal_days * 24}h",
        "priorityClassName": "system-cluster-critical",
        # As the level restricted asks, which kube-system does not.
        "podSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containerSecurityContext": {"allowPrivilegeEscalation": False},
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
    }
    if monitoring:
        values["metrics"] = {"serviceMonitor": {"enabled": True}}
    return values


class SealedSecrets(InCluster):
    """The controller, and who may read and write SealedSecrets. `ready` is what a SealedSecret waits for.

    Whoever may view or edit a namespace may do so with its SealedSecrets: there is nothing to read in them, and they
    make Secrets in their own namespace only.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: SealedSecretsSettings,
        *,
        target: Target,
        charts: Charts,
        monitoring: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`. `monitoring` are the CRDs of the Prometheus operator, empty where nothing is scraped."""
        super().__init__("slipway:operations:SealedSecrets", name, target, opts)
        release = charts.release(
            f"{name}-release",
            "sealed-secrets",
            namespace=NAMESPACE,
            values=chart_values(settings, monitoring=bool(monitoring)),
            opts=self.inside(after=[*monitoring, *after]),
        )
        for role, verbs in (("view", READING), ("edit", (*READING, *WRITING))):
            rule: Any = {"apiGroups": ["bitnami.com"], "resources": ["sealedsecrets"], "verbs": list(verbs)}
            ClusterRole(
                f"{name}-{role}",
                metadata={
                    "name": f"sealed-secrets-{role}",
                    # Kubernetes adds the rules to its own role of that name; `edit` is part of `admin`.
                    "labels": {f"rbac.authorization.k8s.io/aggregate-to-{role}": "true"},
                },
                rules=[rule],
                opts=self.inside(),
            )
        self.ready = (release,)
        self.register_outputs({})
