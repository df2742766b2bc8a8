"""What a mesh makes of an app's ports: requests that it can divide and repeat, or bytes that it carries."""

from components.apps.ports import METRICS, PortSettings, app_protocol, main_port, number, serving
from components.apps.settings import AppSettings

_REQUESTS = frozenset({"http", "http2", "grpc", "kubernetes.io/h2c", "kubernetes.io/ws"})

PROXY_PROTOCOLS = {
    "http": "HTTP/1",
    "kubernetes.io/ws": "HTTP/1",
    "http2": "HTTP/2",
    "kubernetes.io/h2c": "HTTP/2",
    "grpc": "gRPC",
    "https": "TLS",
    "kubernetes.io/wss": "TLS",
}
"""Linkerd's words (`proxyProtocol` of a Server) for what is spoken on a port."""


def request_ports(app: AppSettings) -> dict[str, PortSettings]:
    """Return the ports whose requests a mesh sees: HTTP in plain text, gRPC among it."""
    return {name: port for name, port in serving(app.ports).items() if app_protocol(name, port) in _REQUESTS}


def speaks_grpc(app: AppSettings) -> bool:
    """Tell whether any of the app's ports is gRPC's."""
    return any(app_protocol(name, port) == "grpc" for name, port in serving(app.ports).items())


def http_probed(app: AppSettings) -> frozenset[int]:
    """Return the container ports that the kubelet asks by plain HTTP."""
    declared = (app.probes.liveness, app.probes.readiness, app.probes.startup)
    found = set()
    for probe in declared:
        if probe is not None and probe.path is not None and probe.scheme == "HTTP":
            reference = probe.port if probe.port is not None else main_port(app.ports)
            if reference is not None:
                found.add(number(app.ports, reference))
    return frozenset(found)


def proxy_protocol(app: AppSettings, name: str) -> str:
    """Return the `proxyProtocol` of a port's Server.

    `opaque` for what is no HTTP: a proxy that looks for it would wait 10 seconds for the first bytes of a protocol in
    which the server speaks first. Not where the kubelet's probe is HTTP after all, which an opaque port would refuse.
    """
    port = app.ports[name]
    spoken = app_protocol(name, port) or "tcp"
    if spoken in PROXY_PROTOCOLS:
        return PROXY_PROTOCOLS[spoken]
    return "unknown" if port.container_port in http_probed(app) else "opaque"


def opaque_ports(app: AppSettings) -> dict[str, PortSettings]:
    """Return the ports of which Linkerd only carries the bytes, to its proxy's own port of the server."""
    return {
        name: port
        for name, port in app.ports.items()
        if name != METRICS and port.protocol == "TCP" and proxy_protocol(app, name) == "opaque"
    }
