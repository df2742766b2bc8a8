"""Calls inside the mesh by the Gateway API: HTTPRoutes that have the app's Service as their parent."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.exposure import CanarySettings
from components.apps.labels import metadata
from components.apps.mesh.durations import gateway_duration
from components.apps.mesh.protocols import request_ports
from components.apps.naming import service_name, track_service_name
from components.apps.ports import PortSettings
from components.apps.settings import AppSettings
from components.apps.words import Manifest

API = "gateway.networking.k8s.io/v1"


def _to(name: str, port: PortSettings, weight: int) -> Manifest:
    return {"name": name, "port": port.port, "weight": weight}


def _divided(app: AppSettings, canary: CanarySettings, port: PortSettings) -> list[Manifest]:
    """Return the rules: requests with the canary's header first, then by weight."""
    stable, new = (track_service_name(app, track) for track in ("stable", "canary"))
    shares = {"backendRefs": [_to(stable, port, 100 - canary.weight), _to(new, port, canary.weight)]}
    if canary.header is None:
        return [shares]
    header = {"type": "Exact", "name": canary.header.name, "value": canary.header.value}
    return [{"matches": [{"headers": [header]}], "backendRefs": [_to(new, port, 1)]}, shares]


def http_routes(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield a route for each port whose requests the mesh sees; none where there is nothing to decide.

    A waypoint takes the time limit from the route, Linkerd from the Service's annotations.
    """
    timeout = app.timeout if context.mesh_of(app.namespace) == "istio" else None
    if app.canary is None and timeout is None:
        return
    for name, port in request_ports(app).items():
        whole = [{"backendRefs": [_to(service_name(app), port, 1)]}]
        rules = _divided(app, app.canary, port) if app.canary else whole
        if timeout:
            rules = [{**rule, "timeouts": {"request": gateway_duration(timeout)}} for rule in rules]
        parent = {"group": "", "kind": "Service", "name": service_name(app), "port": port.port}
        yield (
            f"mesh-{name}",
            {
                "apiVersion": API,
                "kind": "HTTPRoute",
                "metadata": metadata(app, f"{app.name}.mesh.{name}"),
                "spec": {"parentRefs": [parent], "rules": rules},
            },
        )
