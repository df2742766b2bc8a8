"""Simulated nodes: what the scheduler sees of a node pool, with kwok in the kubelet's place."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from tests.cluster.api import Client
from tests.cluster.verdict import Manifest
from tests.cluster.waiting import eventually

POOL_LABEL = "slipway.dev/pool"
_CORDONED = "node.kubernetes.io/unschedulable"


@dataclass(frozen=True, slots=True)
class SimulatedNode:
    """One node: the `index`-th of `pool` in `zone`.

    `capacity` holds quantities by resource name (cpu, memory, pods, nvidia.com/gpu …), all of it allocatable. `labels`
    are added to those that EKS and the pool give; `taints` are as in a Node's spec.
    """

    pool: str
    zone: str
    capacity: Mapping[str, str]
    index: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: Sequence[Mapping[str, str]] = ()

    @property
    def name(self) -> str:
        """The node's name, unique by pool, zone and index."""
        return f"{self.pool}-{self.zone}-{self.index}"

    def manifest(self) -> Manifest:
        """Return the Node as a kubelet registers it, status included."""
        capacity = dict(self.capacity)
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": self.name,
                "labels": {
                    "kubernetes.io/arch": "amd64",
                    "kubernetes.io/hostname": self.name,
                    "kubernetes.io/os": "linux",
                    "topology.kubernetes.io/region": self.zone.rstrip("abcdef"),
                    "topology.kubernetes.io/zone": self.zone,
                    POOL_LABEL: self.pool,
                    **self.labels,
                },
            },
            "spec": {"taints": [dict(taint) for taint in self.taints], "providerID": f"kwok://{self.name}"},
            "status": {
                "addresses": [
                    {"type": "Hostname", "address": self.name},
                    {"type": "InternalIP", "address": "10.0.0.1"},
                ],
                "allocatable": capacity,
                "capacity": capacity,
                "nodeInfo": dict.fromkeys(_NODE_INFO, "") | {"architecture": "amd64", "operatingSystem": "linux"},
            },
        }


_NODE_INFO = (
    "architecture",
    "bootID",
    "containerRuntimeVersion",
    "kernelVersion",
    "kubeProxyVersion",
    "kubeletVersion",
    "machineID",
    "operatingSystem",
    "osImage",
    "systemUUID",
)


def schedulable(node: Manifest) -> bool:
    """Return whether a node is ready and the taint that says otherwise has been taken away."""
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in node["status"].get("conditions", ()))
    keys = {taint["key"] for taint in node["spec"].get("taints", ())}
    return ready and "node.kubernetes.io/not-ready" not in keys


def add_nodes(client: Client, nodes: Sequence[SimulatedNode], *, timeout_seconds: float = 30) -> None:
    """Register `nodes` and wait until every one takes pods."""
    for node in nodes:
        client.create(node.manifest())
    names = {node.name for node in nodes}

    def waiting() -> list[str]:
        ready = {node["metadata"]["name"] for node in client.objects("v1", "Node") if schedulable(node)}
        return sorted(names - ready)

    eventually(
        lambda: not waiting(),
        "every simulated node is ready",
        timeout_seconds=timeout_seconds,
        found=lambda: f"waiting for {waiting()}",
    )


def remove_nodes(client: Client, nodes: Sequence[SimulatedNode]) -> None:
    """Delete `nodes` and, at once, what still runs on them: with their kubelet gone nobody else would for a minute."""
    for node in nodes:
        client.delete(node.manifest())
        for pod in client.objects("v1", "Pod", fields=f"spec.nodeName={node.name}"):
            client.delete({"apiVersion": "v1", "kind": "Pod", **pod}, grace_seconds=0)


def set_unschedulable(client: Client, nodes: Collection[str], *, unschedulable: bool) -> None:
    """Cordon or uncordon nodes, and wait until the taint that the node controller makes of it says the same."""
    for name in nodes:
        node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}}
        client.patch(node, {"spec": {"unschedulable": unschedulable}})
    for name in nodes:
        eventually(
            lambda name=name: (_CORDONED in _taints(client, name)) == unschedulable,  # type: ignore[misc]
            f"{name} is {'' if unschedulable else 'un'}cordoned",
        )


def _taints(client: Client, node: str) -> set[str]:
    return {taint["key"] for taint in client.get("v1", "Node", node)["spec"].get("taints", ())}
