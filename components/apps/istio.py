"""What an app says to Istio: the gateway's hosts, the routes, and how its pods are called."""

from collections.abc import Iterator

from components.apps.backends import exposures
from components.apps.context import AppContext
from components.apps.exposure import CanarySettings, RouteSettings, exposed_port
from components.apps.labels import Track, metadata
from components.apps.mesh.istio_traffic import request_policy, traffic_policy
from components.apps.naming import service_host, tls_name, track_service_host
from components.apps.settings import AppSettings
from components.apps.shared_hosts import istio_routes, opens_host
from components.apps.strategies import shifts
from components.apps.tracks import TRACKS, by_virtual_service, needs_track_services
from components.apps.words import Manifest
from components.networking.mesh.membership import GATEWAY_LABELS

API = "networking.istio.io/v1"

MESH = "mesh"
"""Istio's word for all sidecars, as against a named Gateway."""


def _object(app: AppSettings, kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": API, "kind": kind, "metadata": metadata(app, name), "spec": spec}


def _opened_here(app: AppSettings, route: RouteSettings, context: AppContext) -> bool:
    """Tell whether a host of the route is opened by the app itself, and here: one may stand in its list twice."""
    opener, own = opens_host(route.host, context, app)
    return opener.name == app.name and own.place == route.place


def gateways(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Gateways that open the route's hosts, with their suffixes: port 443 with TLS, else port 80.

    Where a host's certificate is not proved over HTTP its Gateway has port 80, too, and redirects there; else that is a
    Gateway of its own (`redirects`). None for a host that another app opens.
    """
    for route in istio_routes(app, context):
        if not _opened_here(app, route, context):
            continue
        servers = [_plain(route.host, redirects=route.tls)]
        if route.tls:
            secure = {"mode": "SIMPLE", "credentialName": tls_name(app)}
            port = {"number": 443, "name": "https", "protocol": "HTTPS"}
            told = {"port": port, "tls": secure, "hosts": [route.host]}
            servers = [told] if context.proved_over_http(route.host) else [*servers, told]
        yield f"gateway{route.suffix}", _gateway(app, f"{app.name}-gateway{route.suffix}", servers)


def _plain(host: str, *, redirects: bool) -> Manifest:
    """Return the server of a host on port 80; one that redirects does so before any route."""
    port = {"number": 80, "name": "http", "protocol": "HTTP"}
    return {"port": port, "hosts": [host], **({"tls": {"httpsRedirect": True}} if redirects else {})}


def _gateway(app: AppSettings, name: str, servers: list[Manifest]) -> Manifest:
    return _object(app, "Gateway", name, {"selector": dict(GATEWAY_LABELS), "servers": servers})


def _destination(app: AppSettings, port: int | None, subset: str | None) -> Manifest:
    return {
        "host": service_host(app),
        **({"subset": subset} if subset else {}),
        **({"port": {"number": port}} if port else {}),
    }


def _version(app: AppSettings, port: int | None, track: Track) -> Manifest:
    """Return the destination of one version: a subset, or of a Rollout its Service."""
    if not shifts(app):
        return _destination(app, port, track)
    return {**_destination(app, port, None), "host": track_service_host(app, track)}


def path_matches(paths: tuple[str, ...]) -> list[Manifest]:
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
    policy = request_policy(app)
    if app.canary is None:
        return [{**here, "route": [{"destination": _destination(app, port, None)}], **policy}]
    stable, canary = (_version(app, port, track) for track in TRACKS)
    shares = [
        {"destination": stable, "weight": 100 - app.canary.weight},
        {"destination": canary, "weight": app.canary.weight},
    ]
    routes: list[Manifest] = [{"name": "weighted", **here, "route": shares, **policy}]
    chosen = _with_header(app.canary, matches)
    if chosen:
        all_of_it = [{"destination": canary, "weight": 100}]
        routes.insert(0, {"name": "header", "match": chosen, "route": all_of_it, **policy})
    return routes


def gateway_reference(app: AppSettings, route: RouteSettings, context: AppContext) -> str:
    """Return the Gateway of a route's host as a VirtualService of the app names it: `NAME`, or `NAMESPACE/NAME`."""
    owner, own = opens_host(route.host, context, app)
    name = f"{owner.name}-gateway{own.suffix}"
    return name if owner.namespace == app.namespace else f"{owner.namespace}/{name}"


def _outer_port(app: AppSettings, route: RouteSettings) -> int | None:
    name = exposed_port(route, app.ports)
    return app.ports[name].port if name else None


def redirects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what redirects plain HTTP where no Gateway of a route does, with suffixes.

    Of each Ingress with TLS that Istio serves: istiod opens port 80 for every Ingress and knows no annotation against
    it. A Gateway with the same host marks the whole host (`httpsRedirect`), whatever routes it has. A proof over HTTP
    follows the redirect (`certificates.py`).

    Of a route's host whose certificate is proved over HTTP: there `httpsRedirect` would lead the proof to a port that
    cannot answer before there is a certificate. So port 80 has a Gateway of its own with one route, which redirects.
    istiod asks that last (it matches every path), and the solver's exact path before it. What leads to the app is bound
    to port 443 alone: the VirtualServices that Flagger makes, too, and the header's route of Argo Rollouts, which can
    name no port (rollout/trafficrouting/istio, createHeaderRoute).
    """
    for key, exposure in exposures(app):
        if key == "ingress" and exposure.tls and context.controller_of(exposure).controller == "istio":
            name = f"{app.name}-ingress-redirect{exposure.suffix}"
            server = _plain(exposure.host, redirects=True)
            yield f"ingress-redirect{exposure.suffix}", _gateway(app, name, [server])
    for route in istio_routes(app, context):
        if route.tls and context.proved_over_http(route.host) and _opened_here(app, route, context):
            name = f"{app.name}-redirect{route.suffix}"
            yield f"redirect{route.suffix}", _gateway(app, name, [_plain(route.host, redirects=False)])
            redirect = {"scheme": "https", "redirectCode": 301}
            spec = {"hosts": [route.host], "gateways": [name], "http": [{"name": "redirect", "redirect": redirect}]}
            yield f"vs-redirect{route.suffix}", _object(app, "VirtualService", name, spec)


def leads_nowhere(manifest: Manifest) -> bool:
    """Tell whether an object is a VirtualService that only redirects: it leads to no version of an app."""
    http = manifest["spec"].get("http", ()) if manifest["kind"] == "VirtualService" else ()
    return bool(http) and all("redirect" in each for each in http)


def outer_services(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the VirtualServices of what comes through the Gateways, one for each host, with their suffixes."""
    for route in istio_routes(app, context):
        spec: Manifest = {
            "hosts": [route.host],
            "gateways": [gateway_reference(app, route, context)],
            "http": _http(app, _outer_port(app, route), path_matches(route.paths)),
        }
        yield f"vs{route.suffix}", _object(app, "VirtualService", f"{app.name}-vs{route.suffix}", spec)


def inner_service(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the VirtualService of calls inside the mesh; None where there is nothing to decide, or a route does it.

    It is apart from the outer one because callers inside may use every path, and every port of the Service: without a
    port in its destination a request keeps its own.
    """
    if not by_virtual_service(app, context) or (app.canary is None and not request_policy(app)):
        return None
    spec = {"hosts": [service_host(app)], "gateways": [MESH], "http": _http(app, None, [])}
    return _object(app, "VirtualService", f"{app.name}-mesh", spec)


def destination_rules(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what tells stable from canary pods, and how a pod is chosen or left alone; nothing without any of it.

    Where routes name a Service of each version, requests are balanced over that one's pods, so that it needs a rule of
    its own.
    """
    told = traffic_policy(app, context)
    policy = {"trafficPolicy": told} if told else {}
    subsets = (
        {"subsets": [{"name": each, "labels": {"track": each}} for each in TRACKS]}
        if app.canary and not shifts(app)
        else {}
    )
    if policy or subsets:
        yield "dr", _object(app, "DestinationRule", f"{app.name}-dr", {"host": service_host(app), **policy, **subsets})
    if policy and needs_track_services(app, context):
        for track in TRACKS:
            spec = {"host": track_service_host(app, track), **policy}
            yield f"dr-{track}", _object(app, "DestinationRule", f"{app.name}-dr-{track}", spec)
