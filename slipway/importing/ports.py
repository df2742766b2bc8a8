"""The ports of an app by name: those of its container, as its Services offer them."""

import re
from collections.abc import Mapping
from typing import Any

from components.apps.ports import METRICS, PortSettings, app_protocol
from slipway.importing.clients import for_clients
from slipway.importing.documents import at
from slipway.importing.grouping import Group

_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_PROBES = ("liveness", "readiness", "startup")


def app_ports(group: Group) -> dict[str, Any]:
    """Return the ports of an app; a port that a monitor scrapes beside others is called metrics."""
    spec = group.containers[0]
    found: dict[str, Any] = {}
    first = for_clients(group)[:1]
    services = [each for each in group.of("Service") if at(each.manifest, ("spec", "type")) != "ExternalName"]
    services.sort(key=lambda each: each not in first)
    offered = [port for part in services for port in at(part.manifest, ("spec", "ports")) or []]
    declared = [each for each in spec.get("ports") or [] if isinstance(each.get("containerPort"), int)]
    scraped = _scraped(group)
    taken: set[Any] = set()
    for own in declared:
        number, known = own["containerPort"], known_as(own)
        outer: Mapping[str, Any] = next((each for each in offered if _target(each) in known), {})
        wanted = outer.get("name") or own.get("name")
        many = len({each["containerPort"] for each in declared} | set(filter(_is_number, map(_target, offered)))) > 1
        if many and METRICS not in found and {outer.get("name"), own.get("name")} & scraped:
            wanted = METRICS
        name = _name(wanted, number, spec, found)
        found[name] = _port(name, outer, number, str(own.get("protocol", "TCP")))
        taken |= known
    for outer in offered:
        number = _target(outer)
        if isinstance(number, int) and number not in taken:
            taken.add(number)
            name = _name(outer.get("name"), number, spec, found)
            found[name] = _port(name, outer, number, str(outer.get("protocol", "TCP")))
    return found


def helper_ports(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ports of a further container."""
    found: dict[str, Any] = {}
    for own in spec.get("ports") or []:
        number = own.get("containerPort")
        if isinstance(number, int):
            name = _name(own.get("name"), number, spec, found)
            found[name] = _port(name, own, number, str(own.get("protocol", "TCP")))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int)


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
                found = reference(_target(each), group.containers[0], ports)
                return found if found in ports else None
    return None
