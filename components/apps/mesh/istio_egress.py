"""Where an app may go outside the cluster, as Istio's proxies learn it: they send nothing to what is not declared.

A host is recognised by its name in the TLS handshake, or in the request on port 80. Networks are recognised by address.
In ambient mode no proxy refuses what is not declared, and network policies alone decide.
"""

from collections.abc import Iterable, Iterator, Sequence

from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.network import EgressSettings
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import (
    EGRESS_GATEWAY_LABELS,
    EGRESS_GATEWAY_NAME,
    EGRESS_GATEWAY_NAMESPACE,
)

API = "networking.istio.io/v1"
HTTP_PORT = 80
"""The port on which a host is asked for by a request in plain text; on all others by TLS."""

EVERYWHERE = "0.0.0.0/0"


def _object(app: AppSettings, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": API, "kind": kind, "metadata": metadata(app, name), "spec": spec}


def _port(number: int) -> Manifest:
    protocol = "HTTP" if number == HTTP_PORT else "TLS"
    return {"number": number, "name": f"{protocol.lower()}-{number}", "protocol": protocol}


def _hosts(app: AppSettings, name: str, hosts: Sequence[str], ports: Iterable[int], *, gateway: bool) -> Manifest:
    """Return the entry of some hosts. A wildcard is no name to look up: such a call goes where the app looked it up."""
    spec = {
        "hosts": list(hosts),
        "exportTo": [".", *([EGRESS_GATEWAY_NAMESPACE] if gateway else [])],
        "location": "MESH_EXTERNAL",
        "ports": [_port(number) for number in dict.fromkeys(ports)],
        "resolution": "NONE" if hosts[0].startswith("*.") else "DNS",
    }
    return _object(app, "ServiceEntry", name, spec)


def _networks(app: AppSettings, index: int, rule: EgressSettings) -> Manifest:
    """Return the entry of some networks, under a name that nobody looks up: the addresses are what is matched."""
    spec = {
        "hosts": [f"networks-{index}.{app.name}.{app.namespace}.internal"],
        "addresses": list(rule.cidrs),
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "ports": [{"number": port, "name": f"tcp-{port}", "protocol": "TCP"} for port in dict.fromkeys(rule.ports)],
        "resolution": "NONE",
    }
    return _object(app, "ServiceEntry", f"{app.name}-networks-{index}", spec)


def _anywhere(app: AppSettings) -> Manifest:
    """Return what has the app's own proxy send to addresses that nobody declared.

    An entry of all addresses would take its ports from every other Service and host that the proxy knows.
    """
    spec = {"workloadSelector": {"labels": selector(app)}, "outboundTrafficPolicy": {"mode": "ALLOW_ANY"}}
    return _object(app, "Sidecar", f"{app.name}-anywhere", spec)


def _gateway(app: AppSettings, hosts: list[str], ports: Iterable[int]) -> Manifest:
    servers = [
        {
            "port": _port(number),
            "hosts": hosts,
            **({} if number == HTTP_PORT else {"tls": {"mode": "PASSTHROUGH"}}),
        }
        for number in dict.fromkeys(ports)
    ]
    spec = {"selector": dict(EGRESS_GATEWAY_LABELS), "servers": servers}
    return _object(app, "Gateway", f"{app.name}-egress", spec)


def _by_gateway(app: AppSettings, index: int, host: str, ports: Sequence[int]) -> Manifest:
    """Return the route of one host in two steps: from the app's proxy to the gateway, and from there to the host."""
    gateway = f"{app.name}-egress"
    service = f"{EGRESS_GATEWAY_NAME}.{EGRESS_GATEWAY_NAMESPACE}.svc.cluster.local"
    routes: dict[str, list[Manifest]] = {}
    for number in dict.fromkeys(ports):
        for here, destination in (("mesh", service), (gateway, host)):
            match: Manifest = {"gateways": [here], "port": number}
            kind = "http" if number == HTTP_PORT else "tls"
            if kind == "tls":
                match["sniHosts"] = [host]
            route = [{"destination": {"host": destination, "port": {"number": number}}}]
            routes.setdefault(kind, []).append({"match": [match], "route": route})
    spec = {"hosts": [host], "gateways": ["mesh", gateway], "exportTo": [".", EGRESS_GATEWAY_NAMESPACE], **routes}
    return _object(app, "VirtualService", f"{app.name}-egress-{index}", spec)


def _through_gateway(app: AppSettings) -> Iterator[tuple[str, Manifest]]:
    ports: dict[str, list[int]] = {}
    for rule in app.egress:
        for host in rule.hosts:
            ports.setdefault(host, []).extend(rule.ports)
    if ports:
        yield "egress", _gateway(app, list(ports), [number for each in ports.values() for number in each])
    for index, (host, numbers) in enumerate(ports.items()):
        yield f"egress-{index}", _by_gateway(app, index, host, numbers)


def istio_egress(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what lets the app's calls out, with suffixes, for a namespace in Istio with sidecars."""
    if context.ambient:
        return
    for index, rule in enumerate(app.egress):
        exact = [host for host in rule.hosts if not host.startswith("*.")]
        wild = [host for host in rule.hosts if host.startswith("*.")]
        for suffix, hosts in ((f"hosts-{index}", exact), (f"hosts-{index}-below", wild)):
            if hosts:
                yield suffix, _hosts(app, f"{app.name}-{suffix}", hosts, rule.ports, gateway=context.egress_gateway)
        if rule.cidrs and rule.protocol == "TCP" and context.declared_egress and EVERYWHERE not in rule.cidrs:
            yield f"networks-{index}", _networks(app, index, rule)
    if context.declared_egress and any(EVERYWHERE in rule.cidrs for rule in app.egress if rule.protocol == "TCP"):
        yield "anywhere", _anywhere(app)
    if context.egress_gateway:
        yield from _through_gateway(app)
