"""By which hosts, paths and servers requests from outside come in, and whether over TLS, whatever kind says so."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.preview.pods import APP_LABEL
from slipway.recording.objects import dig, items, mapping, namespace, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

_ISTIO = "networking.istio.io/v1"
_PORTS = "alb.ingress.kubernetes.io/listen-ports"
_WAYPOINTS = "istio-waypoint"


@dataclass(frozen=True, slots=True)
class Route:
    """One host. `app` and `namespace` are those of the object, `paths` are prefixes or patterns as it writes them."""

    urn: str
    kind: str
    name: str
    namespace: str
    app: str | None
    host: str
    paths: tuple[str, ...]
    tls: bool


def routes(recording: Recording) -> tuple[Route, ...]:
    """Return the routes by namespace, host and name. What only redirects, or is for the mesh alone, is none."""
    gateways = {
        (each.inputs["apiVersion"] == _ISTIO, object_name(each)): each for each in objects(recording, "Gateway")
    }
    found = [
        Route(resource.urn, kind, object_name(resource), namespace(resource) or "default", _app(resource), *told)
        for kind, teller in _TELLERS.items()
        for resource in objects(recording, kind)
        for told in teller(resource, gateways)
    ]
    return tuple(sorted(found, key=lambda each: (each.namespace, each.host, each.name)))


def ingresses(recording: Recording) -> tuple[bool, ...]:
    """Return for each Ingress whether all that it serves is over TLS."""
    return tuple(
        all([tls for _, _, tls in _ingress(each, {})] or [bool(items(each.inputs, "spec", "tls"))])
        for each in objects(recording, "Ingress")
    )


def servers(recording: Recording) -> tuple[bool, ...]:
    """Return for each server of a Gateway whether it has TLS. What only redirects, or serves nothing, is left out."""
    return tuple(tls for gateway in objects(recording, "Gateway") for tls in _servers(gateway, recording))


def _servers(gateway: Resource, recording: Recording) -> Iterator[bool]:
    for server in items(gateway.inputs, "spec", "servers"):  # Istio's own kind
        if dig(server, "tls", "httpsRedirect") is not True:
            yield _server_tls(server)
    if text(gateway.inputs, "spec", "gatewayClassName") == _WAYPOINTS:
        return
    for listener in items(gateway.inputs, "spec", "listeners"):
        if _listener_tls(listener) or _serves(gateway, listener, recording):
            yield _listener_tls(listener)


def _serves(gateway: Resource, listener: Json, recording: Recording) -> bool:
    """Whether a route at the listener does more than redirect."""
    here = (None, text(listener, "name"))
    return any(
        any(items(rule, "backendRefs") for rule in items(route.inputs, "spec", "rules"))
        for route in objects(recording, "HTTPRoute")
        for parent in items(route.inputs, "spec", "parentRefs")
        if text(parent, "name") == object_name(gateway) and text(parent, "sectionName") in here
    )


def _balancer_tls(ingress: Resource) -> bool:
    """Whether AWS's load balancer ends TLS with a certificate of its own."""
    return "HTTPS" in (text(ingress.inputs, "metadata", "annotations", _PORTS) or "")


def _listener_tls(listener: Json) -> bool:
    return text(listener, "protocol") in ("HTTPS", "TLS")


def _server_tls(server: Json) -> bool:
    return dig(server, "tls") is not None and not dig(server, "tls", "httpsRedirect")


Told = Iterator[tuple[str, tuple[str, ...], bool]]
Gateways = Mapping[tuple[bool, str], Resource]
"""The Gateways by their name, those of Istio's own kind apart."""


def _app(resource: Resource) -> str | None:
    return text(resource.inputs, "metadata", "labels", APP_LABEL)


def _ingress(resource: Resource, _: Gateways) -> Told:
    secured = {host for each in items(resource.inputs, "spec", "tls") for host in items(each, "hosts")}
    for rule in items(resource.inputs, "spec", "rules"):
        host = text(rule, "host") or "*"
        paths = tuple(text(each, "path") or "/" for each in items(rule, "http", "paths"))
        yield host, tuple(dict.fromkeys(paths)), host in secured or _balancer_tls(resource)


def _http_route(resource: Resource, gateways: Gateways) -> Told:
    rules = [rule for rule in items(resource.inputs, "spec", "rules") if items(rule, "backendRefs")]
    parents = [
        parent for parent in items(resource.inputs, "spec", "parentRefs") if text(parent, "kind") in (None, "Gateway")
    ]
    if not rules or not parents:
        return
    paths = [text(match, "path", "value") or "/" for rule in rules for match in items(rule, "matches") or [{}]]
    tls = any(_secure(parent, gateways) for parent in parents)
    for host in items(resource.inputs, "spec", "hostnames") or ["*"]:
        yield str(host), tuple(dict.fromkeys(paths)), tls


def _secure(parent: Json, gateways: Gateways) -> bool:
    """Whether a listener that a route names, or any where it names none, has TLS."""
    gateway, section = gateways.get((False, text(parent, "name") or "")), text(parent, "sectionName")
    return gateway is not None and any(
        _listener_tls(listener)
        for listener in items(gateway.inputs, "spec", "listeners")
        if section in (None, text(listener, "name"))
    )


def _virtual_service(resource: Resource, gateways: Gateways) -> Told:
    named = {str(each).rpartition("/")[2] for each in items(resource.inputs, "spec", "gateways")} - {"mesh"}
    if not named:
        return
    rules = [*items(resource.inputs, "spec", "http"), *items(resource.inputs, "spec", "tls")]
    paths = tuple(dict.fromkeys(path for rule in rules for path in _uris(rule))) or ("/",)
    for host in items(resource.inputs, "spec", "hosts"):
        tls = any(
            _server_tls(server)
            for gateway in (gateways.get((True, name)) for name in named)
            if gateway is not None
            for server in items(gateway.inputs, "spec", "servers")
            if host in items(server, "hosts") or "*" in items(server, "hosts")
        )
        yield str(host), paths, tls


def _uris(rule: Json) -> Iterator[str]:
    for match in items(rule, "match"):
        uri: Any = mapping(match, "uri")
        yield next((str(value) for value in uri.values()), "/")


def _virtual_server(resource: Resource, _: Gateways) -> Told:
    paths = tuple(text(each, "path") or "/" for each in items(resource.inputs, "spec", "routes"))
    yield text(resource.inputs, "spec", "host") or "*", paths or ("/",), bool(mapping(resource.inputs, "spec", "tls"))


_TELLERS: dict[str, Callable[[Resource, Gateways], Told]] = {
    "HTTPRoute": _http_route,
    "Ingress": _ingress,
    "VirtualServer": _virtual_server,
    "VirtualService": _virtual_service,
}
