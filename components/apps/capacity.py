"""Whether pods fit on nodes: what the nodes of a pool leave for them, and what a pod with its sidecar asks for."""

from typing import TYPE_CHECKING

from components.apps.mesh_limits import mesh_of
from components.apps.pod_resources import effective_requests
from components.foundation.allocatable import Room, allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from components.networking.mesh.membership import is_ambient
from components.quantity import parse

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.foundation.pool_plan import Pool
    from components.settings import StackSettings


def node_rooms(pool: "Pool") -> list[Room]:
    """Return what the nodes of a pool leave for pods, smallest CPU first; empty where a type's size is not known."""
    if any(name not in INSTANCE_TYPES for name in pool.instance_types):
        return []
    rooms = [allocatable(INSTANCE_TYPES[name]) for name in pool.instance_types]
    return sorted(rooms, key=lambda room: (room.cpu, room.memory))


def own_room(app: "AppSettings") -> Room:
    """Return what one pod of an app requests without what a mesh adds."""
    return Room(**effective_requests(app))


def pod_room(app: "AppSettings", settings: "StackSettings") -> Room:
    """Return what one pod of an app requests, as the scheduler counts it, with the sidecar that the mesh adds."""
    own = own_room(app)
    if mesh_of(app, settings) == "none" or is_ambient(settings.mesh):
        return own
    sidecar = settings.mesh.sidecar.requests
    return own + Room(parse(sidecar.cpu), parse(sidecar.memory))
