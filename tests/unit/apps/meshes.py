"""One app and its neighbours, rendered for each mesh."""

from typing import Any

from components.apps.context import AppContext
from components.apps.mesh_objects import mesh_objects
from components.apps.policies import policies
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.ingress.facts import ControllerFacts, Source
from tests.support.ways_in import EXTERNAL, ISTIO

NAMESPACES = frozenset({"web", "data"})
PORTS = {
    "http": {"port": 80, "targetPort": 8080},
    "db": {"port": 5432},
    "metrics": 9090,
    "dns": {"port": 53, "protocol": "UDP"},
}
MESHES: dict[str, dict[str, Any]] = {
    "sidecar": {"mesh": "istio"},
    "ambient": {"mesh": "istio", "ambient": True},
    "linkerd": {"mesh": "linkerd"},
    "none": {"mesh": "none", "meshed": frozenset(), "authorization": False, "declared_egress": False},
}
NGINX = ControllerFacts("nginx", source=Source("nginx-ingress", {"app": "nginx"}), weights=True)
MESHED_NGINX = ControllerFacts(
    "nginx", source=Source("nginx-ingress", {"app": "nginx"}), weights=True, service_account=("nginx-ingress", "nginx")
)
ALB = ControllerFacts("alb", source=Source(cidrs=("10.0.0.0/20", "10.0.16.0/20")), weights=True)


def app(name: str = "api", **fields: Any) -> AppSettings:
    minimal = {"name": name, "namespace": "web", "image": "registry.example.com/api:1.0.0"}
    return AppSettings.model_validate({**minimal, **fields}, by_name=False)


def context(mesh: str, *apps: AppSettings, **fields: Any) -> AppContext:
    values: dict[str, Any] = {
        "environment": "production",
        "meshed": NAMESPACES,
        "authorization": True,
        "declared_egress": True,
        "controllers": {"istio": ISTIO, "nginx": NGINX, "alb": ALB, "external": EXTERNAL},
        "controller": "istio" if mesh in {"sidecar", "ambient"} else "external",
        "vpc_cidr": "10.0.0.0/16",
        "apps": {each.name: each for each in apps},
        **MESHES[mesh],
        **fields,
    }
    return AppContext(**values)


def rendered(mesh: str, server: AppSettings, *others: AppSettings, **fields: Any) -> dict[str, Manifest]:
    """The server's objects for its mesh, and its network policies, by suffix."""
    where = context(mesh, server, *others, **fields)
    return {**dict(mesh_objects(server, where)), **dict(policies(server, where))}


def of_kind(objects: dict[str, Manifest], kind: str) -> list[Manifest]:
    return [each for each in objects.values() if each["kind"] == kind]
