"""Where an app may go outside the cluster, as Linkerd's proxies learn it: they send nothing to what is not declared.

A host is recognised by its name in the TLS handshake, or in the request on port 80: of the routes on one port only one
kind counts in the whole cluster. Networks are outside names' reach, and are taken out of the denial by address.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from components.apps.context import AppContext
from components.apps.labels import labels, metadata
from components.apps.mesh.istio_egress import EVERYWHERE, HTTP_PORT
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.linkerd_egress import outside_networks
from components.networking.mesh.linkerd_names import (
    CLUSTER_NETWORKS,
    EGRESS_NAMESPACE,
    LINK_LOCAL,
    egress_backend,
    egress_parent,
)

_INSIDE = [IPv4Network(each) for each in (*CLUSTER_NETWORKS, *LINK_LOCAL) if ":" not in each]


def _route(app: AppSettings, hosts: list[str], port: int) -> Manifest:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute" if port == HTTP_PORT else "TLSRoute",
        "metadata": metadata(app, f"{app.name}-egress-{port}"),
        "spec": {
            "parentRefs": [egress_parent(port)],
            "hostnames": hosts,
            "rules": [{"backendRefs": [egress_backend()]}],
        },
    }


def _network(cidr: str) -> Manifest | None:
    """Return a network as an EgressNetwork lists it: without the cluster's, of which it may list none.

    None of one that is within the cluster's, which no EgressNetwork refuses.
    """
    network = IPv4Network(cidr)
    if any(network.subnet_of(each) for each in _INSIDE):
        return None
    holes = [str(each) for each in _INSIDE if each.subnet_of(network)]
    return {"cidr": cidr, **({"except": holes} if holes else {})}


def _allowed(app: AppSettings, networks: list[Manifest], namespace: str) -> Manifest:
    return {
        "apiVersion": "policy.linkerd.io/v1alpha1",
        "kind": "EgressNetwork",
        "metadata": {"name": f"{app.name}-networks", "namespace": namespace, "labels": labels(app)},
        "spec": {"trafficPolicy": "Allow", "networks": networks},
    }


def linkerd_egress(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what lets the app's calls out, with suffixes, for a namespace in Linkerd.

    Networks are admitted for all meshed pods, by an EgressNetwork in Linkerd's own namespace, and all addresses for the
    app's namespace: an EgressNetwork cannot tell pods apart. The network policies do.
    """
    if not context.declared_egress:
        return
    hosts: dict[int, dict[str, None]] = {}
    for rule in app.egress:
        for port in rule.ports if rule.hosts else ():
            hosts.setdefault(port, {}).update(dict.fromkeys(rule.hosts))
    for port, names in hosts.items():
        yield f"egress-{port}", _route(app, list(names), port)
    cidrs = dict.fromkeys(cidr for rule in app.egress if rule.protocol == "TCP" for cidr in rule.cidrs)
    if EVERYWHERE in cidrs:
        yield "anywhere", _allowed(app, outside_networks(), app.namespace)
    elif networks := [each for cidr in cidrs if (each := _network(cidr))]:
        yield "networks", _allowed(app, networks, EGRESS_NAMESPACE)
