"""Which number each allocated port of an environment gets: decided from the declarations alone, always alike."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.apps.mesh_limits import PROXY_PORTS
from components.apps.ports import PortSettings

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

Key = tuple[str, str]
"""An app's name and a port's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers by (app, port). `owners` says who has a number; `exhausted` are the ports for which none is left."""

    numbers: Mapping[Key, int]
    owners: Mapping[int, Key]
    exhausted: tuple[Key, ...]


def candidates(key: Key, port: PortSettings) -> Iterator[int]:
    """Yield the numbers that a port may have beside its preferred one, in the order in which it wants them.

    An `auto` port starts at a place of its own in the range, made of its names: so that two of them seldom want the
    same number, and an app that is added seldom one that another has.
    """
    numbers = port.fallback_range
    start = zlib.crc32("/".join(key).encode()) % len(numbers) if port.auto else 0
    yield from numbers[start:]
    yield from numbers[:start]


def plan(wanted: Mapping[Key, PortSettings], taken: Mapping[int, Key]) -> Plan:
    """Return the number of each port of `wanted`; `taken` are the explicit ones, which nothing moves.

    First every port gets its preferred number, where two prefer one the first by app and port name. Then the others
    take the first free of their candidates: those with a range of their own, and at last the `auto` ones, each by name.
    So a port depends on stronger claims only, and an app that is added moves nobody unless a number of its own is one
    that somebody had.
    """
    owners, numbers, exhausted = dict(taken), dict[Key, int](), list[Key]()

    def settle(key: Key, choices: Iterable[int]) -> bool:
        free = next((number for number in choices if number not in owners), None)
        if free is not None:
            owners[free], numbers[key] = key, free
        return free is not None

    for key, port in sorted(wanted.items(), key=lambda item: item[0]):
        if port.preferred is not None:
            settle(key, (port.preferred,))
    for key, port in sorted(wanted.items(), key=lambda item: (item[1].auto, item[0])):
        if key not in numbers and not settle(key, candidates(key, port)):
            exhausted.append(key)
    return Plan(numbers, owners, tuple(exhausted))


def declared(apps: "Iterable[AppSettings]") -> Iterator[tuple[Key, PortSettings]]:
    """Yield every port of some apps, but for apps in whose ports something is wrong in itself."""
    for app in apps:
        with suppress(AttributeError):
            yield from (((app.name, name), port) for name, port in app.ports.items())


def port_plan(settings: "StackSettings") -> Plan:
    """Return the plan of a stack's environment. The numbers of the mesh's proxy are nobody's."""
    ports = dict(declared(settings.apps))
    taken: dict[int, Key] = dict.fromkeys(PROXY_PORTS.get(settings.mesh.kind, ()), (settings.mesh.kind, "proxy"))
    for key, port in sorted(ports.items(), key=lambda item: item[0]):
        if not port.dynamic:
            taken.setdefault(port.container_port, key)
    return plan({key: port for key, port in ports.items() if port.dynamic}, taken)


def allocated(settings: "StackSettings") -> "StackSettings":
    """Return the settings with every port's number; those that get none stay without, for the checks to report."""
    if not any(port.dynamic for _, port in declared(settings.apps)):
        return settings
    numbers = port_plan(settings).numbers
    return settings.model_copy(update={"apps": tuple(_settled(app, numbers) for app in settings.apps)})


def _settled(app: "AppSettings", numbers: Mapping[Key, int]) -> "AppSettings":
    ports = {
        name: port.allocated_at(numbers[app.name, name]) if (app.name, name) in numbers else port
        for name, port in app.ports.items()
    }
    return app if ports == app.ports else app.model_copy(update={"ports": ports})
