"""Which number each allocated port of an environment gets: decided from the declarations alone, always alike."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from components.apps.pod_listeners import taken as taken_in_pods
from components.apps.ports import PortSettings

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

Key = tuple[str, str]
"""An app's name and a port's."""


Taken = Mapping[str, Mapping[int, str]]
"""By app: the numbers that its pods have already, and what has each of them there."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The number of each (app, port). `owners` are those ports by number; `taken` is what pods have already.

    `exhausted` are the ports for which none is left.
    """

    numbers: Mapping[Key, int]
    owners: Mapping[int, Key]
    taken: Taken
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


def plan(wanted: Mapping[Key, PortSettings], taken: Taken) -> Plan:
    """Return the number of each port of `wanted`: none that another of them has, none that is taken in its own pods.

    First every port gets its preferred number, where two prefer one the first by app and port name. Then the others
    take the first free of their candidates: those with a range of their own, and at last the `auto` ones, each by name.
    So a port depends on stronger claims only: an app that is added moves nobody unless it asks for a number that
    somebody had, and an explicit number of another app, whose pods have addresses of their own, moves nobody at all.
    """
    owners, numbers, exhausted = dict[int, Key](), dict[Key, int](), list[Key]()

    def settle(key: Key, choices: Iterable[int]) -> bool:
        own = taken.get(key[0], {})
        free = next((number for number in choices if number not in owners and number not in own), None)
        if free is not None:
            owners[free], numbers[key] = key, free
        return free is not None

    for key, port in sorted(wanted.items(), key=lambda item: item[0]):
        if port.preferred is not None:
            settle(key, (port.preferred,))
    for key, port in sorted(wanted.items(), key=lambda item: (item[1].auto, item[0])):
        if key not in numbers and not settle(key, candidates(key, port)):
            exhausted.append(key)
    return Plan(numbers, owners, taken, tuple(exhausted))


def declared(apps: "Iterable[AppSettings]") -> Iterator[tuple[Key, PortSettings]]:
    """Yield every port of some apps, but for apps in whose ports something is wrong in itself."""
    for app in apps:
        with suppress(AttributeError):
            yield from (((app.name, name), port) for name, port in app.ports.items())


def port_plan(settings: "StackSettings") -> Plan:
    """Return the plan of a stack's environment."""
    taken: dict[str, dict[int, str]] = {}
    for app in settings.apps:
        with suppress(AttributeError):
            taken[app.name] = taken_in_pods(app, settings)
    return plan({key: port for key, port in declared(settings.apps) if port.dynamic}, taken)


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
