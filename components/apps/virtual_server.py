"""What an app says to NGINX beyond an Ingress: the VirtualServer of a route.

https://docs.nginx.com/nginx-ingress-controller/configuration/virtualserver-and-virtualserverroute-resources/
"""

from components.apps.backends import Backend, Division, division
from components.apps.context import AppContext
from components.apps.exposure import RouteSettings
from components.apps.labels import metadata
from components.apps.naming import tls_name
from components.apps.nginx import BY_ADDRESS
from components.apps.ports import app_protocol
from components.apps.settings import AppSettings
from components.apps.words import Manifest


def route_tls_name(app: AppSettings, route: RouteSettings) -> str:
    """Return the name of a host's TLS Secret; an Ingress beside it has one of its own, made by cert-manager."""
    return f"{tls_name(app)}-route{route.suffix}"


def _upstream(app: AppSettings, backend: Backend) -> Manifest:
    spoken = app_protocol(backend.port_name, app.ports[backend.port_name])
    return {
        "name": backend.service,
        "service": backend.service,
        "port": backend.port,
        **({"lb-method": BY_ADDRESS} if app.service.session_affinity else {}),
        **({"type": "grpc"} if spoken == "grpc" else {}),
        **({"tls": {"enable": True}} if spoken in {"https", "kubernetes.io/wss"} else {}),
    }


def _paths(paths: tuple[str, ...]) -> list[str]:
    """Return NGINX's locations for the paths and what is below them: its own prefix /api would take /apis, too."""
    found: list[str] = []
    for path in paths:
        stem = path.rstrip("/")
        found += [f"={stem}", f"{stem}/"] if stem else ["/"]
    return found


def _divide(parts: Division) -> Manifest:
    """Return how a location's requests are divided: those with the canary's header first, the others by weight."""
    if len(parts.shares) == 1:
        return {"action": {"pass": parts.shares[0].service}}
    splits = [{"weight": each.weight, "action": {"pass": each.service}} for each in parts.shares]
    if parts.header is None or parts.chosen is None:
        return {"splits": splits}
    condition = {"header": parts.header.name, "value": parts.header.value}
    return {"matches": [{"conditions": [condition], "action": {"pass": parts.chosen.service}}], "splits": splits}


def virtual_server(app: AppSettings, route: RouteSettings, context: AppContext) -> Manifest:
    """Return the VirtualServer (k8s.nginx.org/v1) of a route.

    Plain HTTP is redirected always: until there is a certificate cert-manager leaves one of its own making in the
    Secret (`certificates.py`), with which the redirected proof over HTTP is answered, and which the prover accepts.
    """
    facts = context.controller_of(route)
    parts = division(app, route)
    tls = {"secret": route_tls_name(app, route), "redirect": {"enable": True, "code": 301}}
    return {
        "apiVersion": "k8s.nginx.org/v1",
        "kind": "VirtualServer",
        "metadata": metadata(app, f"{app.name}-route{route.suffix}"),
        "spec": {
            **({"ingressClassName": facts.class_name} if facts.class_name else {}),
            "host": route.host,
            **({"tls": tls} if route.tls else {}),
            "upstreams": [_upstream(app, each) for each in parts.shares],
            "routes": [{"path": path, **_divide(parts)} for path in _paths(route.paths)],
        },
    }
