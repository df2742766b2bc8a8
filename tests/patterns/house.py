"""What Slipway adds to the documents' manifests of its own: told once, since every pod of theirs gets it."""

from typing import Any

NAMED = "naming: objects are called after their app"
PORT = "naming: a port's name says its protocol, and probes and Services go by it"


def hardened(container: str, *, user: int = 1000, at: str = "spec.template.spec") -> dict[str, Any]:
    """Return what every pod has whatever its document says: the Pod Security Standard restricted, and no token."""
    own = f"{at}.containers[{container}].securityContext"
    return {
        f"{at}.automountServiceAccountToken": False,
        f"{at}.enableServiceLinks": False,
        f"{at}.securityContext.runAsNonRoot": True,
        f"{at}.securityContext.runAsUser": user,
        f"{at}.securityContext.runAsGroup": user,
        f"{at}.securityContext.fsGroup": user,
        f"{at}.securityContext.seccompProfile.type": "RuntimeDefault",
        f"{own}.allowPrivilegeEscalation": False,
        f"{own}.readOnlyRootFilesystem": True,
        f"{own}.capabilities.drop": ["ALL"],
    }


def placed(tier: int, pool: str, priority: str) -> dict[str, Any]:
    """Return where the pods of a tier run, and before whom."""
    return {
        "spec.template.metadata.labels.slipway.dev/tier": str(tier),
        "spec.template.spec.nodeSelector.slipway.dev/pool": pool,
        "spec.template.spec.priorityClassName": priority,
    }


def owned(app: str, namespace: str, tier: int = 2) -> dict[str, Any]:
    """Return by what an object is known as the app's, but for the label `app`, which some documents have as well."""
    return {
        "metadata.namespace": namespace,
        "metadata.labels.app.kubernetes.io/name": app,
        "metadata.labels.app.kubernetes.io/part-of": namespace,
        "metadata.labels.app.kubernetes.io/managed-by": "slipway",
        "metadata.labels.slipway.dev/tier": str(tier),
    }


def probed(container: str, kind: str, timeout: int) -> dict[str, Any]:
    """Return the timing of a probe that a document leaves to Kubernetes, written out."""
    at = f"spec.template.spec.containers[{container}].{kind}Probe"
    return {f"{at}.timeoutSeconds": timeout, f"{at}.failureThreshold": 3, f"{at}.successThreshold": 1}
