"""Checks of the ports that apps listen on: each its own, and none of a neighbour's."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app, gather
from components.apps.ports import METRICS
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings


def free_port(wanted: int, taken: set[int]) -> int | None:
    """Return the first free port above `wanted`, None where there is none."""
    return next((port for port in range(wanted + 1, 65536) if port not in taken), None)


def _listening(app: "AppSettings") -> Iterator[tuple[str, str, int, str]]:
    """Yield each port as (name, namespace, number in the container, protocol), but for the metrics port."""
    for name, port in app.ports.items():
        if name != METRICS:
            yield name, app.namespace, port.container_port, port.protocol


@each_app
def own_ports(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """An app declares every port once: the container's, and the Service's."""
    listening: dict[tuple[int, str], str] = {}
    served: dict[tuple[int, str], str] = {}
    for name, port in app.ports.items():
        for number, known in ((port.container_port, listening), (port.port, served)):
            other = known.setdefault((number, port.protocol), name)
            if other != name:
                free = free_port(number, {each for each, _ in known})
                yield Problem(
                    path=("ports", name),
                    message=f"the ports {other} and {name} of {app.name} are both {number}/{port.protocol}",
                    found=str(number),
                    allowed="every port once",
                    nearest=None if free is None else str(free),
                    app=app.name,
                )
                break


@each_app
def shared_ports(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No two apps of a namespace listen on one port; `metrics` is the same everywhere by convention.

    Kubernetes would let them. The rule keeps a port a name for an app in policies, dashboards and port-forwards: it is
    the seed's port table made a check.
    """
    owners: dict[tuple[str, int, str], str] = {}
    for other, (_, namespace, number, protocol) in gather(_listening, settings):
        owners.setdefault((namespace, number, protocol), other.name)
    for name, namespace, number, protocol in _listening(app):
        owner = owners[namespace, number, protocol]
        if owner != app.name:
            free = free_port(number, {taken for where, taken, _ in owners if where == namespace})
            yield Problem(
                path=("ports", name),
                message=f"{owner} and {app.name} both listen on {number} in the namespace {namespace}",
                found=str(number),
                allowed="a port that no other app of the namespace has",
                nearest=None if free is None else str(free),
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (own_ports, shared_ports)
