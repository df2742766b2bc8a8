"""Whether the pods of NGINX and Envoy Gateway are in the mesh, so that what they send is encrypted and has a name."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.settings import StackSettings


@dataclass(frozen=True, slots=True)
class Membership:
    """What the pods carry to be in the mesh: labels and annotations, none outside."""

    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)


def ambient(settings: "StackSettings") -> bool:
    """Tell whether the mesh is Istio's ambient mode."""
    return settings.mesh.kind == "istio" and settings.mesh.istio.data_plane == "ambient"


def joins_mesh(settings: "StackSettings") -> bool:
    """Tell whether a controller of another make than the mesh is in it.

    Linkerd and ztunnel know a pod by its address, which is what NGINX and Envoy Gateway send to. A sidecar of Istio
    looks for the Service by the request's host, which is the public one: it would send on in plain text.
    """
    return settings.mesh.kind == "linkerd" or ambient(settings)


def membership(settings: "StackSettings", ports: tuple[int, ...]) -> Membership:
    """Return what puts a controller's pods into the mesh; `ports` are those on which clients from outside call."""
    if settings.mesh.kind == "linkerd":
        outside = ",".join(map(str, ports))
        return Membership(annotations={"linkerd.io/inject": "enabled", "config.linkerd.io/skip-inbound-ports": outside})
    return Membership(labels={"istio.io/dataplane-mode": "ambient"}) if ambient(settings) else Membership()
