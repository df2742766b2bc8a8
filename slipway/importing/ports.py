"""The ports of an app by name: those of its container, as its Services offer them."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from components.apps.ports import METRICS, PortSettings, app_protocol
from slipway.importing.clients import for_clients
from slipway.importing.documents import at
from slipway.importing.grouping import Group

_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_PROBES = ("liveness", "readiness", "startup")


def app_ports(group: Group) -> dict[str, Any]:
    """Return the ports of an app; a port that a monitor scrapes beside others is called metrics.

    The port of a further container that a Service leads to is the app's, and then the app's own ones only so far as a
    Service leads to them, too: the others would be open past a proxy.
    """
    spec = group.containers[0]
    found: dict[str, Any] = {}
    offered = _offered(group)
    declared = [each for each in _declared(spec) if each["containerPort"] not in passed_by(group)]
    scraped = _scraped(group)
    taken: set[Any] = set()
    for own in declared:
        number, known = own["containerPort"], known_as(own)
        outer: Mapping[str, Any] = next((each for each in offered if each["targetPort"] == number), {})
        wanted = outer.get("name") or own.get("name")
        many = len({each["containerPort"] for each in declared} | {each["targetPort"] for each in offered}) > 1
        if many and METRICS not in found and {outer.get("name"), own.get("name")} & scraped:
            wanted = METRICS
        name = _name(wanted, number, spec, found)
        found[name] = _port(name, outer, number, str(own.get("protocol", "TCP")))
        taken |= known
    for outer in offered:
        number = outer["targetPort"]
        if number not in taken:
            taken.add(number)
            name = _name(outer.get("name"), number, spec, found)
            found[name] = _port(name, outer, number, str(outer.get("protocol", "TCP")))
    return found


def _declared(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in spec.get("ports") or [] if isinstance(each.get("containerPort"), int)]


def _offered(group: Group) -> list[dict[str, Any]]:
    """Return the ports of the Services, those for clients first, each with the number that it leads to."""
    first = for_clients(group)[:1]
    services = [each for each in group.of("Service") if at(each.manifest, ("spec", "type")) != "ExternalName"]
    services.sort(key=lambda each: each not in first)
    found = []
    for port in (port for part in services for port in at(part.manifest, ("spec", "ports")) or []):
        number = target_number(port, group)
        if number is not None:
            found.append({**port, "targetPort": number})
    return found


def target_number(port: Mapping[str, Any], group: Group) -> int | None:
    """Return the container port that a Service's port leads to, by its number or by its name in any container."""
    wanted = _target(port)
    named = (each for spec in group.containers for each in _declared(spec) if each.get("name") == wanted)
    return wanted if isinstance(wanted, int) else next((int(each["containerPort"]) for each in named), None)


def offered_of(group: Group) -> set[int]:
    """Return the container ports that Services lead to."""
    return {int(each["targetPort"]) for each in _offered(group)}


def passed_by(group: Group) -> set[int]:
    """Return the ports of the app's container that no Service leads to, where one leads to another container instead.

    A port that is scraped is no way in.
    """
    own = {int(each["containerPort"]) for each in _declared(group.containers[0])}
    watched = {METRICS, *_scraped(group)}
    beside = {int(each["containerPort"]) for helper in group.helpers for each in _declared(helper)}
    led = {int(each["targetPort"]) for each in _offered(group) if each.get("name") not in watched}
    named = {int(each["containerPort"]) for each in _declared(group.containers[0]) if each.get("name") in watched}
    return own - offered_of(group) - named if led & beside - own else set()


def helper_ports(spec: Mapping[str, Any], taken: Collection[int] = ()) -> dict[str, Any]:
    """Return the ports of a further container, but for those that are the app's (`taken`): Services lead there."""
    found: dict[str, Any] = {}
    for own in spec.get("ports") or []:
        number = own.get("containerPort")
        if isinstance(number, int) and number not in taken:
            name = _name(own.get("name"), number, spec, found)
            found[name] = _port(name, own, number, str(own.get("protocol", "TCP")))
    return found


def _target(port: Mapping[str, Any]) -> Any:
    return port.get("targetPort", port.get("port"))


def known_as(port: Mapping[str, Any]) -> set[Any]:
    """Return what names a container's port: its number, and its name where it has one."""
    return {port["containerPort"], *([port["name"]] if port.get("name") else [])}


def _scraped(group: Group) -> set[Any]:
    kinds = {"ServiceMonitor": "endpoints", "PodMonitor": "podMetricsEndpoints"}
    return {
        each.get("port")
        for part in group.of(*kinds)
        for each in at(part.manifest, ("spec", kinds[part.kind])) or []
        if each.get("port")
    }


def _name(wanted: Any, number: int, spec: Mapping[str, Any], taken: Mapping[str, Any]) -> str:
    name = str(wanted or "")
    if not (_PORT_NAME.fullmatch(name) and len(name) <= 15) or name in taken:
        probed = [at(dict(spec), (f"{kind}Probe", "httpGet", "port")) for kind in _PROBES]
        web = not wanted and (number in {80, 8080} or number in probed) and "http" not in taken
        name = "http" if web else f"port-{number}"
    return name


def _port(name: str, outer: Mapping[str, Any], number: int, protocol: str) -> Any:
    """Return a port, a plain number where that says all: what its name says of its protocol it need not say again."""
    port = outer.get("port", number)
    found: dict[str, Any] = {"port": port, **({"targetPort": number} if number != port else {})}
    if protocol != "TCP":
        found["protocol"] = protocol
    spoken = outer.get("appProtocol")
    if spoken and (protocol != "TCP" or spoken != app_protocol(name, PortSettings())):
        found["appProtocol"] = spoken
    return port if set(found) == {"port"} else found


def reference(port: Any, spec: Mapping[str, Any], ports: Mapping[str, Any]) -> Any:
    """Return the app's name of a container port that a manifest names in its own way, else its number."""
    number = next((each.get("containerPort") for each in spec.get("ports") or [] if each.get("name") == port), port)
    for name, each in ports.items():
        if number == (each if isinstance(each, int) else each.get("targetPort", each["port"])):
            return name
    return number


def exposed(port: Any, group: Group, ports: Mapping[str, Any]) -> str | None:
    """Return the app's name of a Service's port, given by its name or number; None where it has no such port."""
    for part in group.of("Service"):
        for each in at(part.manifest, ("spec", "ports")) or []:
            if port in {each.get("name"), each.get("port")}:
                found = reference(target_number(each, group), group.containers[0], ports)
                return found if found in ports else None
    return None
