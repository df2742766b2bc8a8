"""What an Ingress tells F5's NGINX Ingress Controller about one app, in annotations.

https://docs.nginx.com/nginx-ingress-controller/configuration/ingress-resources/advanced-configuration-with-annotations/
"""

from components.apps.naming import service_name
from components.apps.ports import app_protocol
from components.apps.settings import AppSettings

PREFIX = "nginx.org/"
SERVICES = {
    "grpc": ("grpc-services",),
    "https": ("ssl-services", "websocket-services"),
    "kubernetes.io/wss": ("ssl-services", "websocket-services"),
}
"""The annotations that name a Service by what is spoken on its port. Whatever speaks HTTP/1 may be asked for a
WebSocket, which every other controller lets through: NGINX drops the `Upgrade` unless it is told."""


BY_ADDRESS = "ip_hash"
"""NGINX's method by which an address stays with one pod; cookies are NGINX Plus's."""


def annotations(app: AppSettings, port: str) -> dict[str, str]:
    """Return what NGINX must be told of the app's Service."""
    told = SERVICES.get(app_protocol(port, app.ports[port]) or "", ("websocket-services",))
    kept = {f"{PREFIX}lb-method": BY_ADDRESS} if app.service.session_affinity else {}
    return {**{f"{PREFIX}{key}": service_name(app) for key in told}, **kept}
