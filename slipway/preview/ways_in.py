"""Where requests come in: Ingresses, and the servers of Gateways, each with TLS or without."""

from collections.abc import Iterator

from slipway.recording.objects import dig, items, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

_PORTS = "alb.ingress.kubernetes.io/listen-ports"
_WAYPOINTS = "istio-waypoint"


def ingresses(recording: Recording) -> tuple[bool, ...]:
    """Return for each Ingress whether it is served over TLS: by a Secret, or by a load balancer's own certificate."""
    return tuple(
        bool(items(each.inputs, "spec", "tls"))
        or "HTTPS" in (text(each.inputs, "metadata", "annotations", _PORTS) or "")
        for each in objects(recording, "Ingress")
    )


def servers(recording: Recording) -> tuple[bool, ...]:
    """Return for each server of a Gateway whether it has TLS. What only redirects, or serves nothing, is left out."""
    return tuple(tls for gateway in objects(recording, "Gateway") for tls in _servers(gateway, recording))


def _servers(gateway: Resource, recording: Recording) -> Iterator[bool]:
    for server in items(gateway.inputs, "spec", "servers"):  # Istio's own kind
        if dig(server, "tls", "httpsRedirect") is not True:
            yield dig(server, "tls") is not None
    if text(gateway.inputs, "spec", "gatewayClassName") == _WAYPOINTS:
        return
    for listener in items(gateway.inputs, "spec", "listeners"):
        secure = text(listener, "protocol") in ("HTTPS", "TLS")
        if secure or _serves(gateway, listener, recording):
            yield secure


def _serves(gateway: Resource, listener: Json, recording: Recording) -> bool:
    """Whether a route at the listener does more than redirect."""
    here = (None, text(listener, "name"))
    return any(
        any(items(rule, "backendRefs") for rule in items(route.inputs, "spec", "rules"))
        for route in objects(recording, "HTTPRoute")
        for parent in items(route.inputs, "spec", "parentRefs")
        if text(parent, "name") == object_name(gateway) and text(parent, "sectionName") in here
    )
