"""The smallest manifests that the harness is tried on."""

from typing import Any

from tests.cluster.nodes import POOL_LABEL
from tests.cluster.verdict import Manifest


def config_map(name: str, namespace: str = "default", **data: str) -> Manifest:
    """Return a ConfigMap with `data`."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": namespace}, "data": data}


def pod(name: str, namespace: str, **container: Any) -> Manifest:
    """Return a pod labelled `app: web`, whose one container has the fields of `container`."""
    containers = [{"name": "app", "image": "registry.example.com/app:1.0.0", **container}]
    metadata = {"name": name, "namespace": namespace, "labels": {"app": "web"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}


def web(namespace: str, *, replicas: int, pool: str, max_unavailable: int) -> tuple[Manifest, Manifest, Manifest]:
    """Return a Deployment on `pool`, spread over the zones, its Service and its PodDisruptionBudget."""
    metadata = {"name": "web", "namespace": namespace}
    labels = {"matchLabels": {"app": "web"}}
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": labels,
    }
    placed = {
        **pod("web", namespace)["spec"],
        "nodeSelector": {POOL_LABEL: pool},
        "topologySpreadConstraints": [spread],
    }
    deployment = {
        "replicas": replicas,
        "selector": labels,
        "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": placed},
    }
    service = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
    budget = {"maxUnavailable": max_unavailable, "selector": labels}
    return (
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": deployment},
        {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": service},
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata, "spec": budget},
    )
