"""Production's NetworkPolicies: they select what they claim, and open what was declared and nothing else."""

from itertools import product

import pytest

from tests.cluster.network_policies import Endpoint, Network, endpoints
from tests.cluster.running import RunningStack
from tests.cluster.verdict import Manifest

APPS = {"api-gateway": "gateway", "webapp": "web", "postgres": "data"}

# What the charts bring, which are not installed here, with the labels that their pods carry.
GATEWAY = Endpoint("istio-ingress", {"app": "istio-ingressgateway", "istio": "ingressgateway"})
ISTIOD = Endpoint("istio-system", {"app": "istiod", "istio": "pilot"})
DNS = Endpoint("kube-system", {"k8s-app": "kube-dns"})
PROMETHEUS = Endpoint("monitoring", {"app.kubernetes.io/name": "prometheus"})
CHARTS = (GATEWAY, ISTIOD, DNS, PROMETHEUS)
STRANGER = Endpoint("default", {"app": "api-gateway", "istio": "ingressgateway", "k8s-app": "kube-dns"})
INTERNET = Endpoint(address="203.0.113.7")

PORTS = {"api-gateway": (8080, 9090), "webapp": (8080, 9090), "postgres": (5432,)}
OPEN = {
    ("webapp", "api-gateway", 8080),
    ("api-gateway", "postgres", 5432),
}


@pytest.fixture
def network(production: RunningStack) -> Network:
    """The live policies; the monitoring namespace is one that an operator makes."""
    live = Network.of(production.client)
    return Network(live.policies, {**live.namespaces, "monitoring": {"kubernetes.io/metadata.name": "monitoring"}})


def only(production: RunningStack, app: str) -> Endpoint:
    """Return one of an app's pods."""
    return Endpoint.of(production.pods(app)[0])


def test_exactly_the_declared_calls_between_apps_are_open(production: RunningStack, network: Network) -> None:
    pods = {app: only(production, app) for app in APPS}
    found = {
        (source, target, port)
        for source, target in product(APPS, APPS)
        for port in PORTS[target]
        if source != target and network.allows(pods[source], pods[target], port)
    }
    assert found == OPEN
    assert not any(
        network.allows(pods[source], pods[target], port + 1)
        or network.allows(pods[source], pods[target], port, protocol="UDP")
        for source, target, port in OPEN
    )


@pytest.mark.parametrize("app", APPS)
def test_outside_traffic_comes_through_the_gateway_and_scrapes_through_monitoring(
    production: RunningStack, network: Network, app: str
) -> None:
    pod = only(production, app)
    exposed = {"api-gateway": {8080}, "webapp": {8080}, "postgres": set()}[app]
    assert {port for port in PORTS[app] if network.allows(GATEWAY, pod, port)} == exposed
    assert {port for port in PORTS[app] if network.allows(PROMETHEUS, pod, port)} == {9090} & set(PORTS[app])
    assert not any(network.allows(other, pod, port) for other in (STRANGER, INTERNET, DNS) for port in PORTS[app])


@pytest.mark.parametrize("app", APPS)
def test_every_pod_reaches_dns_and_the_mesh_and_nothing_else_of_the_outside(
    production: RunningStack, network: Network, app: str
) -> None:
    pod = only(production, app)
    assert network.allows(pod, DNS, 53, "UDP")
    assert network.allows(pod, DNS, 53, "TCP")
    assert network.allows(pod, ISTIOD, 15012)
    assert not network.allows(pod, ISTIOD, 15010)
    assert not any(network.allows(pod, other, port) for other in (STRANGER, INTERNET, PROMETHEUS) for port in (53, 443))


def test_both_versions_of_an_app_are_behind_the_same_policies(production: RunningStack, network: Network) -> None:
    selected = [
        {each["metadata"]["name"] for each in network.selecting(Endpoint.of(pod))} for pod in production.pods("webapp")
    ]
    assert all(each == selected[0] for each in selected)
    assert {
        "default-deny",
        "allow-dns",
        "allow-mesh",
        "webapp-to-api-gateway",
        "webapp-allow-gateway",
        "webapp-allow-monitoring",
    } == selected[0]


def test_every_policy_and_every_peer_selects_somebody(production: RunningStack, network: Network) -> None:
    pods = endpoints(production.client, APPS.values())
    assert len(network.policies) == len(production.of_kind("NetworkPolicy"))
    for policy in network.policies:
        assert any(policy in network.selecting(pod) for pod in pods), policy["metadata"]
        for peer in peers(policy):
            namespace = policy["metadata"]["namespace"]
            assert any(network.is_peer(peer, namespace, other) for other in (*pods, *CHARTS)), (policy, peer)


def peers(policy: Manifest) -> list[Manifest]:
    """Return everybody that a policy names."""
    rules = [*(policy["spec"].get("ingress") or ()), *(policy["spec"].get("egress") or ())]
    return [peer for rule in rules for peer in (*rule.get("from", ()), *rule.get("to", ()))]


POLICY = {
    "metadata": {"name": "it", "namespace": "a"},
    "spec": {
        "podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]},
        "policyTypes": ["Ingress"],
        "ingress": [
            {"from": [{"podSelector": {"matchLabels": {"app": "y"}}}], "ports": [{"port": "http"}]},
            {"from": [{"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.8/29"]}}]},
            {"from": [{"namespaceSelector": {}}], "ports": [{"port": 9000, "endPort": 9002, "protocol": "UDP"}]},
        ],
    },
}


@pytest.mark.parametrize(
    ("source", "port", "protocol", "expected"),
    [
        (Endpoint("a", {"app": "y"}), 8080, "TCP", True),
        (Endpoint("a", {"app": "y"}), 8081, "TCP", False),
        (Endpoint("a", {"app": "z"}), 8080, "TCP", False),
        (Endpoint("b", {"app": "y"}), 8080, "TCP", False),
        (Endpoint(address="203.0.113.7"), 1, "TCP", True),
        (Endpoint(address="203.0.113.9"), 1, "TCP", False),
        (Endpoint("b", {}), 9002, "UDP", True),
        (Endpoint("b", {}), 9003, "UDP", False),
        (Endpoint("b", {}), 9002, "TCP", False),
        (INTERNET, 9002, "UDP", True),
        (Endpoint(address="198.51.100.1"), 9002, "UDP", False),
    ],
)
def test_the_evaluator_reads_policies_as_kubernetes_means_them(
    source: Endpoint, port: int, protocol: str, expected: bool
) -> None:
    network = Network([POLICY], {"a": {}, "b": {}})
    assert network.allows(source, Endpoint("a", {"app": "x"}, ports={"http": 8080}), port, protocol) is expected
    assert network.allows(source, Endpoint("a", {"app": "other"}), port, protocol)
