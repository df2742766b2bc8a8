"""Who listens where in an app's pods: their containers share one address, and different pods never do."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from components.apps.containers import declared
from components.apps.mesh_limits import PROXY_PORTS, mesh_of
from components.apps.preset_containers import preset_ports

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

Listening = tuple[int, str]
"""A number and a protocol."""


def helpers(app: "AppSettings", settings: "StackSettings") -> Iterator[tuple[Listening, str]]:
    """Yield what the mesh's sidecar and the presets take in the app's pods, and the words for who has it."""
    mesh = mesh_of(app, settings)
    yield from (((number, "TCP"), f"the sidecar of {mesh}") for number in sorted(PROXY_PORTS[mesh]))
    yield from (((number, "TCP"), name) for number, name in preset_ports(app))


def taken(app: "AppSettings", settings: "StackSettings") -> dict[int, str]:
    """Return the numbers that none of the app's allocated ports may have, and who has each in the same pods."""
    found = {number: owner for (number, _), owner in helpers(app, settings)}
    for key, name, container in declared(app):
        for port_name, port in container.ports.items():
            if port.settled:
                found.setdefault(port.container_port, f"{key}.{name}.ports.{port_name}")
    for name, port in app.ports.items():
        if not port.dynamic:
            found.setdefault(port.container_port, f"ports.{name}")
    return found
