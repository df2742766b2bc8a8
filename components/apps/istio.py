"""What an app says to Istio: the gateway's hosts, the routes, and the two versions behind one Service."""

from typing import Any

from components.apps.context import AppContext
from components.apps.exposure import CanarySettings, RouteSettings, exposed_port
from components.apps.labels import metadata
from components.apps.naming import service_host, tls_name
from components.apps.settings import AppSettings
from components.apps.words import Manifest

API = "networking.istio.io/v1"

MESH = "mesh"
"""Istio's word for all sidecars, as against a named Gateway."""


def _object(app: AppSettings, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": API, "kind": kind, "metadata": metadata(app, name), "spec": spec}


def gateway(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the Gateway that opens ports 80 and, with TLS, 443 for the route's host; None without a route."""
    if app.route is None or context.gateway is None:
        return None
    host = app.route.host
    plain: Manifest = {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": [host]}
    servers = [plain]
    if app.route.tls:
        if context.proves_by_dns(host):
            # Not where a certificate is proved over HTTP: before there is one, the redirect would lead the proof to a
            # port that cannot answer.
            plain["tls"] = {"httpsRedirect": True}
        secure = {"mode": "SIMPLE", "credentialName": tls_name(app)}
        servers.append({"port": {"number": 443, "name": "https", "protocol": "HTTPS"}, "tls": secure, "hosts": [host]})
    spec = {"selector": dict(context.gateway.labels), "servers": servers}
    return _object(app, "Gateway", f"{app.name}-gateway", spec)


def _destination(app: AppSettings, port: int | None, subset: str | None) -> Manifest:
    return {
        "host": service_host(app),
        **({"subset": subset} if subset else {}),
        **({"port": {"number": port}} if port else {}),
    }


def _matches(paths: tuple[str, ...]) -> list[Manifest]:
    """Return what matches the paths and what is below them, as an Ingress's `Prefix` does: /api, not /apis."""
    if "/" in paths:
        return []
    found: list[Manifest] = []
    for path in paths:
        stem = path.rstrip("/")
        found += [{"uri": {"exact": stem}}, {"uri": {"prefix": f"{stem}/"}}]
    return found


def _with_header(canary: CanarySettings, matches: list[Manifest]) -> list[Manifest]:
    header = canary.header
    return [{**match, "headers": {header.name: {"exact": header.value}}} for match in matches or [{}]] if header else []


def _http(app: AppSettings, port: int | None, matches: list[Manifest]) -> list[Manifest]:
    """Return the HTTP routes: requests with the canary's header first, then by weight, or all to the one version."""
    here: Manifest = {"match": matches} if matches else {}
    if app.canary is None:
        return [{**here, "route": [{"destination": _destination(app, port, None)}]}]
    stable, canary = (_destination(app, port, subset) for subset in ("stable", "canary"))
    shares = [
        {"destination": stable, "weight": 100 - app.canary.weight},
        {"destination": canary, "weight": app.canary.weight},
    ]
    routes: list[Manifest] = [{"name": "weighted", **here, "route": shares}]
    chosen = _with_header(app.canary, matches)
    if chosen:
        routes.insert(0, {"name": "header", "match": chosen, "route": [{"destination": canary, "weight": 100}]})
    return routes


def _outer_port(app: AppSettings, route: RouteSettings) -> int | None:
    name = exposed_port(route, app.ports)
    return app.ports[name].port if name else None


def outer_service(app: AppSettings) -> Manifest | None:
    """Return the VirtualService of what comes through the Gateway; None without a route."""
    if app.route is None:
        return None
    spec: dict[str, Any] = {
        "hosts": [app.route.host],
        "gateways": [f"{app.name}-gateway"],
        "http": _http(app, _outer_port(app, app.route), _matches(app.route.paths)),
    }
    return _object(app, "VirtualService", f"{app.name}-vs", spec)


def inner_service(app: AppSettings) -> Manifest | None:
    """Return the VirtualService of calls inside the mesh; None without a canary, when there is nothing to decide.

    It is apart from the outer one because callers inside may use every path, and every port of the Service: without a
    port in its destination a request keeps its own.
    """
    if app.canary is None:
        return None
    spec = {"hosts": [service_host(app)], "gateways": [MESH], "http": _http(app, None, [])}
    return _object(app, "VirtualService", f"{app.name}-mesh", spec)


def destination_rule(app: AppSettings) -> Manifest | None:
    """Return the DestinationRule that tells stable from canary pods; None without a canary."""
    if app.canary is None:
        return None
    subsets = [{"name": track, "labels": {"track": track}} for track in ("stable", "canary")]
    return _object(app, "DestinationRule", f"{app.name}-dr", {"host": service_host(app), "subsets": subsets})
