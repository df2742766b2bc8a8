"""Network policies for clients outside the cluster that do not come through an ingress controller's pods."""

from collections.abc import Iterator

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.health_check import asked_port
from components.apps.labels import metadata, selector
from components.apps.ports import serving
from components.apps.settings import AppSettings
from components.apps.words import Manifest

ANYWHERE = "0.0.0.0/0"


def client_cidrs(app: AppSettings, context: AppContext) -> tuple[str, ...]:
    """Return the networks from which packets reach the pods behind a node port or a network load balancer.

    Beside the clients' own they are the VPC's: a load balancer with pods as its targets sends from its subnets, and a
    node that passes a packet on puts its own address in. In a cluster whose network is unknown that is anywhere, but
    for `externalTrafficPolicy: Local`, which leaves the clients' addresses as they are. Empty without such a Service.
    """
    own = app.service
    if own.type == "ClusterIP":
        return ()
    if own.type == "LoadBalancer" and not own.internal and not own.allowed_cidrs:
        return (ANYWHERE,)
    if context.vpc_cidr is not None:
        return tuple(dict.fromkeys((*own.allowed_cidrs, context.vpc_cidr)))
    return own.allowed_cidrs if own.allowed_cidrs and own.external_traffic_policy == "Local" else (ANYWHERE,)


def _policy(app: AppSettings, suffix: str, peers: list[Manifest], ports: set[tuple[int, str]]) -> Manifest:
    opened = [{"port": number, "protocol": protocol} for number, protocol in sorted(ports)]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, f"{app.name}-{suffix}"),
        "spec": {
            "podSelector": {"matchLabels": selector(app)},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": peers, "ports": opened}],
        },
    }


def _health(app: AppSettings, context: AppContext) -> tuple[list[Manifest], set[tuple[int, str]]]:
    """Return whence and on which ports of the pod load balancers of AWS ask for its health, if not the exposed one."""
    peers: list[Manifest] = []
    ports: set[tuple[int, str]] = set()
    for _, exposure in exposures(app):
        facts = context.controller_of(exposure)
        number = asked_port(app, exposure, facts)
        if number is not None:
            ports.add((number, "TCP"))
            known = facts.source.peers() if facts.source else [{"namespaceSelector": {}}]
            peers += [peer for peer in known if peer not in peers]
    return peers, ports


def service_policies(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the policies with their suffixes: `allow-clients` of the Service, `allow-health` of load balancers."""
    clients = serving(app.ports)
    cidrs = client_cidrs(app, context)
    if cidrs and clients:
        admitted: list[Manifest] = [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
        opened: set[tuple[int, str]] = {(port.container_port, port.protocol) for port in clients.values()}
        yield "allow-clients", _policy(app, "allow-clients", admitted, opened)
    peers, ports = _health(app, context)
    if ports:
        yield "allow-health", _policy(app, "allow-health", peers, ports)
