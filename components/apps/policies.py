"""Network policies: every allowance is one object with explicit ports, on top of the namespace's default-deny."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.flows import flows
from components.apps.labels import metadata, selector
from components.apps.mesh.admissions import PortPairs, both_meshed, own_admissions, pairs
from components.apps.mesh.protocols import opaque_ports
from components.apps.ports import serving
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import (
    HBONE_PORT,
    LINKERD_INBOUND_PORT,
    egress,
    egress_gateway_peer,
    pods_in,
    policy_ports,
    waypoint_peer,
)

LINK_LOCAL = "169.254.0.0/16"
"""The node's own services, among them instance metadata: no host outside."""


def _ports(ports: PortPairs, server: AppSettings, context: AppContext, *, meshed: bool) -> list[Manifest]:
    """Return policy ports; between members of the mesh also those by which the server's proxy takes the calls."""
    wanted = set(ports)
    if meshed:
        mesh = context.mesh_of(server.namespace)
        tcp = {number for number, protocol in ports if protocol == "TCP"}
        wanted |= {(number, "TCP") for number in policy_ports(mesh, tcp, ambient=context.ambient)}
        if mesh == "linkerd" and tcp & {port.container_port for port in opaque_ports(server).values()}:
            wanted.add((LINKERD_INBOUND_PORT, "TCP"))
    return [{"port": number, "protocol": protocol} for number, protocol in sorted(wanted)]


def _policy(app: AppSettings, suffix: str, direction: str, rules: Manifest) -> Manifest:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, f"{app.name}-{suffix}"),
        "spec": {"podSelector": {"matchLabels": selector(app)}, "policyTypes": [direction], **rules},
    }


def _ingress(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    for each in own_admissions(app, context):
        ports = _ports(each.ports, app, context, meshed=each.identity is not None)
        yield each.suffix, _policy(app, each.suffix, "Ingress", {"ingress": [{"from": [*each.peers], "ports": ports}]})


def _to_apps(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    for client, server in sorted(flows(context.apps.values())):
        if client != app.name:
            continue
        other = context.apps[server]
        meshed = both_meshed(app, other, context)
        ports = _ports(pairs(serving(other.ports).values()), other, context, meshed=meshed)
        rules = [{"to": [pods_in(other.namespace, selector(other))], "ports": ports}]
        if meshed and context.ambient:
            rules.append(egress(waypoint_peer(other.namespace), (HBONE_PORT,)))
        yield f"to-{server}", _policy(app, f"to-{server}", "Egress", {"egress": rules})


def _to_hosts(app: AppSettings, context: AppContext) -> list[Manifest]:
    """Return where hosts may be: a network policy knows no names, so anywhere outside, or at the egress gateway.

    Which hosts, the mesh decides.
    """
    if context.egress_gateway and context.mesh_of(app.namespace) == "istio":
        return [egress_gateway_peer()]
    inside = [LINK_LOCAL, *([context.vpc_cidr] if context.vpc_cidr else [])]
    return [{"ipBlock": {"cidr": "0.0.0.0/0", "except": inside}}]


def _outwards(app: AppSettings, context: AppContext) -> list[Manifest]:
    rules = []
    for rule in app.egress:
        ports = [{"port": port, "protocol": rule.protocol} for port in rule.ports]
        if rule.cidrs:
            rules.append({"to": [{"ipBlock": {"cidr": cidr}} for cidr in rule.cidrs], "ports": ports})
        if rule.hosts:
            rules.append({"to": _to_hosts(app, context), "ports": ports})
    return rules


def policies(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the network policies that select an app's pods, with their suffixes.

    DNS, and what a mesh's proxy needs, come with the namespace; clients of the Service's load balancer with the
    Service (`service_policies`).
    """
    yield from _ingress(app, context)
    yield from _to_apps(app, context)
    if rules := _outwards(app, context):
        yield "allow-networks", _policy(app, "allow-networks", "Egress", {"egress": rules})
