"""What NetworkPolicies let through between two pods, by the rules of networking.k8s.io/v1.

No engine enforces them on simulated nodes, so this evaluates the live objects as one would. Sidecars, which are not
injected here, change nothing of it for Istio: its proxies talk to each other on the app's own ports.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from tests.cluster.api import Client
from tests.cluster.verdict import Manifest
from tests.cluster.workloads import alive, matches


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a connection: a pod, by namespace and labels, or (no namespace) an address outside the cluster.

    `ports` are a pod's container ports by name, for policies that name one.
    """

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, pod: Manifest) -> "Endpoint":
        """Return a running pod as the end of a connection."""
        ports = [port for container in pod["spec"]["containers"] for port in container.get("ports", ())]
        return cls(
            pod["metadata"]["namespace"],
            pod["metadata"]["labels"],
            pod["status"].get("podIP", ""),
            {port["name"]: port["containerPort"] for port in ports if "name" in port},
        )


@dataclass(frozen=True, slots=True)
class Network:
    """The NetworkPolicies of a cluster and the labels of its namespaces."""

    policies: Sequence[Manifest]
    namespaces: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, client: Client) -> "Network":
        """Read them from a server."""
        namespaces = client.objects("v1", "Namespace")
        return cls(
            client.objects("networking.k8s.io/v1", "NetworkPolicy"),
            {each["metadata"]["name"]: each["metadata"]["labels"] for each in namespaces},
        )

    def allows(self, source: Endpoint, target: Endpoint, port: int, protocol: str = "TCP") -> bool:
        """Return whether a connection is let out at its source and in at its target's container port."""
        out = self._passes("Egress", source, target, target, port, protocol)
        return out and self._passes("Ingress", target, source, target, port, protocol)

    def _passes(
        self, direction: str, own: Endpoint, other: Endpoint, target: Endpoint, port: int, protocol: str
    ) -> bool:
        """Policies add up; an end that none selects for this direction is open."""
        policies = [each for each in self.selecting(own) if direction in policy_types(each)]
        if not policies:
            return True
        key, peers = ("egress", "to") if direction == "Egress" else ("ingress", "from")
        return any(
            self._to_peer(rule.get(peers), policy["metadata"]["namespace"], other)
            and _on_port(rule.get("ports"), target, port, protocol)
            for policy in policies
            for rule in policy["spec"].get(key) or ()
        )

    def selecting(self, pod: Endpoint) -> list[Manifest]:
        """Return the policies that select a pod."""
        return [
            each
            for each in self.policies
            if each["metadata"]["namespace"] == pod.namespace and matches(each["spec"]["podSelector"], dict(pod.labels))
        ]

    def _to_peer(self, peers: Sequence[Manifest] | None, namespace: str, other: Endpoint) -> bool:
        return not peers or any(self.is_peer(peer, namespace, other) for peer in peers)

    def is_peer(self, peer: Manifest, namespace: str, other: Endpoint) -> bool:
        """Return whether a peer of a policy in `namespace` is the other end."""
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            inside = bool(other.address) and ip_address(other.address) in ip_network(block["cidr"])
            return inside and not any(ip_address(other.address) in ip_network(each) for each in block.get("except", ()))
        if not other.namespace:
            return False
        if "namespaceSelector" in peer:
            here = matches(peer["namespaceSelector"], dict(self.namespaces[other.namespace]))
        else:
            here = other.namespace == namespace
        return here and matches(peer.get("podSelector", {}), dict(other.labels))


def policy_types(policy: Manifest) -> Sequence[str]:
    """Return the directions that a policy is about; the server has filled in the default."""
    types: Sequence[str] = policy["spec"]["policyTypes"]
    return types


def _on_port(ports: Sequence[Manifest] | None, target: Endpoint, port: int, protocol: str) -> bool:
    return not ports or any(_is_port(each, target, port, protocol) for each in ports)


def _is_port(allowed: Manifest, target: Endpoint, port: int, protocol: str) -> bool:
    if allowed.get("protocol", "TCP") != protocol:
        return False
    match allowed.get("port"):
        case None:
            return True
        case str(name):
            return target.ports.get(name) == port
        case int(first):
            return port in range(first, allowed.get("endPort", first) + 1)
    raise ValueError(f"{allowed} is no port of a NetworkPolicy")


def endpoints(client: Client, namespaces: Iterable[str]) -> list[Endpoint]:
    """Return the pods that run in `namespaces`."""
    return [Endpoint.of(pod) for each in namespaces for pod in client.objects("v1", "Pod", each) if alive(pod)]
