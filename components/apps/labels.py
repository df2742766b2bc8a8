"""The labels of an app's objects, and the selectors that never change."""

import re
from typing import Literal

from components.apps.settings import AppSettings
from components.apps.words import Manifest, image_tag

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")

Track = Literal["stable", "canary", "blue", "green"]
"""Which of an app's two versions a pod is: of a canary, or of blue-green."""

RESERVED = frozenset(
    {
        "app",
        "track",
        "version",
        "app.kubernetes.io/name",
        "app.kubernetes.io/version",
        "app.kubernetes.io/managed-by",
        "slipway.dev/tier",
        "slipway.dev/pool",
        "pod-template-hash",
        "rollouts-pod-template-hash",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
    }
)
"""The labels that an app's own `labels` may not set: Slipway's, and those of Kubernetes' controllers."""


def selector(app: AppSettings) -> dict[str, str]:
    """Return what selects all pods of an app, of both tracks: its Services, budget and network policies."""
    if app.strategy.by == "flagger":
        # Flagger writes another value of `app`, the label that it selects by, on the pods that serve.
        return {"app.kubernetes.io/name": app.name}
    return {"app": app.name}


def workload_selector(app: AppSettings, track: Track) -> dict[str, str]:
    """Return the selector of a workload, which Kubernetes lets nobody change.

    A Deployment's names its track from the start, so that a canary can be added and removed without replacing it.
    """
    return {"app": app.name, "track": track} if app.kind == "Deployment" else selector(app)


def version(image: str) -> str | None:
    """Return an image's version as a label value: its tag, None where that is no label value."""
    tag = image_tag(image)
    return tag if tag is not None and _LABEL_VALUE.fullmatch(tag) else None


_COMPONENTS = {"Deployment": "service", "StatefulSet": "store", "DaemonSet": "agent", "Job": "job", "CronJob": "job"}


def labels(app: AppSettings) -> dict[str, str]:
    """Return the labels that all objects of an app carry; the app's own cannot replace the reserved ones."""
    return {
        "app.kubernetes.io/component": _COMPONENTS[app.kind],
        "app.kubernetes.io/part-of": app.namespace,
        **app.labels,
        "app": app.name,
        "app.kubernetes.io/name": app.name,
        "app.kubernetes.io/managed-by": "slipway",
        "slipway.dev/tier": str(app.tier),
    }


def pod_labels(app: AppSettings, track: Track, image: str, pool: str | None) -> dict[str, str]:
    """Return the labels of a workload and of its pods: those of all objects, and what differs between versions."""
    tag = version(image)
    return {
        **labels(app),
        **({"version": tag, "app.kubernetes.io/version": tag} if tag else {}),
        **({"slipway.dev/pool": pool} if pool else {}),
        **({"track": track} if app.kind == "Deployment" else {}),
    }


def metadata(app: AppSettings, name: str, *, annotations: dict[str, str] | None = None) -> Manifest:
    """Return the metadata of one of the app's objects in its own namespace."""
    return {
        "name": name,
        "namespace": app.namespace,
        "labels": labels(app),
        **({"annotations": annotations} if annotations else {}),
    }
