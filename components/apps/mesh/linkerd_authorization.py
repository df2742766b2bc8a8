"""Who may call an app, as Linkerd asks for it: a Server for each port, and who is authorized to it.

Linkerd admits the kubelet's HTTP probes to a Server unasked as long as no route is attached to it; none is here.
"""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.mesh.admissions import Admission, admissions
from components.apps.mesh.protocols import proxy_protocol
from components.apps.settings import AppSettings
from components.apps.words import Manifest

GROUP = "policy.linkerd.io"
EVERYWHERE = ("0.0.0.0/0", "::/0")

CALLERS = "callers"
"""The name of the one authentication of all meshed apps that may call."""


def _name(app: AppSettings, *parts: str) -> str:
    """Return a name that no other app's object has: names of apps and ports may contain a '-', and no dot."""
    return ".".join((app.name, *parts))


def _object(app: AppSettings, version: str, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": f"{GROUP}/{version}", "kind": kind, "metadata": metadata(app, name), "spec": spec}


def _servers(app: AppSettings, found: list[Admission]) -> dict[int, tuple[str, str]]:
    """Return the ports that get a Server as (name, proxyProtocol): the app's, and those of health checks alone."""
    declared = {
        port.container_port: (name, proxy_protocol(app, name))
        for name, port in app.ports.items()
        if port.protocol == "TCP"
    }
    undeclared = {port for each in found for port in each.tcp} - declared.keys()
    return {**declared, **{port: (str(port), "unknown") for port in sorted(undeclared)}}


def _server(app: AppSettings, port: int, name: str, protocol: str) -> Manifest:
    spec = {"podSelector": {"matchLabels": selector(app)}, "port": port, "proxyProtocol": protocol}
    return _object(app, "v1beta3", "Server", _name(app, name), spec)


def _identities(app: AppSettings, group: str, found: list[Admission]) -> Manifest:
    pairs = sorted({each.identity for each in found if each.identity})
    references = [{"kind": "ServiceAccount", "namespace": namespace, "name": name} for namespace, name in pairs]
    return _object(app, "v1alpha1", "MeshTLSAuthentication", _name(app, group), {"identityRefs": references})


def _networks(app: AppSettings, admission: Admission) -> Manifest:
    """Return who may come in plain text: from networks that are known, else from wherever the network policy lets."""
    cidrs = admission.cidrs or EVERYWHERE
    spec = {"networks": [{"cidr": cidr} for cidr in cidrs]}
    return _object(app, "v1alpha1", "NetworkAuthentication", _name(app, admission.suffix), spec)


def _authorization(app: AppSettings, port: str, authentication: Manifest, group: str) -> Manifest:
    spec = {
        "targetRef": {"group": GROUP, "kind": "Server", "name": _name(app, port)},
        "requiredAuthenticationRefs": [
            {"group": GROUP, "kind": authentication["kind"], "name": authentication["metadata"]["name"]}
        ],
    }
    return _object(app, "v1alpha1", "AuthorizationPolicy", _name(app, group, port), spec)


def _groups(app: AppSettings, found: list[Admission]) -> Iterator[tuple[str, list[int], Manifest]]:
    """Yield (name, container ports, authentication): the meshed apps together, each other caller by itself."""
    callers = [each for each in found if each.is_app and each.identity]
    if callers:
        yield CALLERS, callers[0].tcp, _identities(app, CALLERS, callers)
    for each in found:
        if each not in callers:
            made = _identities(app, each.suffix, [each]) if each.identity else _networks(app, each)
            yield each.suffix, each.tcp, made


def linkerd_authorization(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the app's policies with their suffixes, for a namespace in Linkerd."""
    if not context.authorization:
        return
    found = list(admissions(app, context))
    servers = _servers(app, found)
    for port, (name, protocol) in servers.items():
        yield f"server-{name}", _server(app, port, name, protocol)
    for group, ports, authentication in _groups(app, found):
        if ports:
            yield f"authn-{group}", authentication
        for port in ports:
            name, _ = servers[port]
            yield f"authz-{group}-{name}", _authorization(app, name, authentication, group)
