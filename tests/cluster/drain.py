"""Emptying a node as `kubectl drain` does: cordon it, then ask to evict, again and again while a budget forbids it."""

import time

from tests.cluster.api import Client
from tests.cluster.verdict import Manifest


def drain(client: Client, node: str, *, timeout_seconds: float = 20) -> dict[str, str]:
    """Drain `node` and return the pods that are still on it after `timeout_seconds`, with the server's last words.

    Pods of a DaemonSet are left alone. The node stays cordoned.
    """
    client.patch({"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}}, {"spec": {"unschedulable": True}})
    end = time.monotonic() + timeout_seconds
    while pods := _evictable(client, node):
        blocked = {f"{pod['metadata']['namespace']}/{pod['metadata']['name']}": _evict(client, pod) for pod in pods}
        if time.monotonic() > end:
            return blocked
        time.sleep(0.2)
    return {}


def _evictable(client: Client, node: str) -> list[Manifest]:
    pods = client.objects("v1", "Pod", fields=f"spec.nodeName={node}")
    return [
        pod
        for pod in pods
        if not any(owner["kind"] == "DaemonSet" for owner in pod["metadata"].get("ownerReferences", ()))
    ]


def _evict(client: Client, pod: Manifest) -> str:
    if "deletionTimestamp" in pod["metadata"]:
        return "going"
    return str(client.try_evict(pod))
