"""What an app file says of a workload's first container, which becomes the app's."""

import re
from typing import Any

from slipway.importing.documents import at
from slipway.importing.grouping import Group

PLACEHOLDER = "name-a-version"
"""The tag of an image whose own moves. There is no such image, so an app that was not completed does not start."""

_PORT_NAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TIMING = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold")


def container(group: Group) -> dict[str, Any]:
    """Return the settings of an app that come from its container."""
    spec: dict[str, Any] = group.pod["containers"][0]
    ports = _ports(group, spec)
    return {
        "image": versioned(str(spec.get("image", ""))),
        "command": spec.get("command"),
        "args": spec.get("args"),
        "ports": ports,
        "resources": _resources(spec),
        "config": _config(group, spec),
        "secrets": {
            "existing": [name for each in spec.get("envFrom") or [] if (name := at(each, ("secretRef", "name")))]
        }
        if any("secretRef" in each for each in spec.get("envFrom") or [])
        else {},
        "env": _env(spec),
        "probes": {
            kind: probe
            for kind in ("liveness", "readiness", "startup")
            if (probe := _probe(spec.get(f"{kind}Probe") or {}, spec, ports))
        },
        "scratch": _scratch(group, spec) or None,
    }


def versioned(image: str) -> str:
    """Return an image reference whose tag does not move: its own, or one that its author must replace."""
    name, separator, tag = image.rpartition(":")
    if "@" in image:
        return image
    if not separator or "/" in tag:
        return f"{image}:{PLACEHOLDER}"
    return f"{name}:{PLACEHOLDER}" if tag == "latest" else image


def _ports(group: Group, spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    declared = [each for each in spec.get("ports") or [] if isinstance(each.get("containerPort"), int)]
    taken = set()
    offered = [port for part in group.of("Service") for port in at(part.manifest, ("spec", "ports")) or []]
    for own in declared:
        number = own["containerPort"]
        outer: dict[str, Any] = next(
            (each for each in offered if each.get("targetPort", each.get("port")) in _known(own)), {}
        )
        name = _name(outer.get("name") or own.get("name"), number, spec, found)
        found[name] = _port(outer, number, own.get("protocol", "TCP"))
        taken |= _known(own)
    for outer in offered:
        number = outer.get("targetPort", outer.get("port"))
        if isinstance(number, int) and number not in taken:
            taken.add(number)
            found[_name(outer.get("name"), number, spec, found)] = _port(outer, number, outer.get("protocol", "TCP"))
    return found


def _known(port: dict[str, Any]) -> set[Any]:
    return {port["containerPort"], *([port["name"]] if port.get("name") else [])}


def _name(wanted: Any, number: int, spec: dict[str, Any], taken: dict[str, Any]) -> str:
    name = str(wanted or "")
    if not (_PORT_NAME.fullmatch(name) and len(name) <= 15) or name in taken:
        probed = [at(spec, (f"{kind}Probe", "httpGet", "port")) for kind in ("liveness", "readiness", "startup")]
        web = not wanted and (number in {80, 8080} or number in probed) and "http" not in taken
        name = "http" if web else f"port-{number}"
    return name


def _port(outer: dict[str, Any], number: int, protocol: str) -> Any:
    port = outer.get("port", number)
    found: dict[str, Any] = {"port": port, **({"targetPort": number} if number != port else {})}
    if protocol != "TCP":
        found["protocol"] = protocol
    if outer.get("appProtocol"):
        found["appProtocol"] = outer["appProtocol"]
    return port if set(found) == {"port"} else found


def _resources(spec: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for key in ("limits", "requests"):
        amounts = at(spec, ("resources", key)) or {}
        kept = {name: str(amounts[name]) for name in ("cpu", "memory") if name in amounts}
        if kept:
            found[key] = kept
    return found


def _config(group: Group, spec: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in group.of("ConfigMap"):
        data = part.manifest.get("data") or {}
        found |= {key: value for key, value in data.items() if _ENV_NAME.fullmatch(key) and isinstance(value, str)}
    for each in spec.get("env") or []:
        value = each.get("value")
        # $(NAME) is put in by Kubernetes for a variable of the pod, and never for one of a ConfigMap
        if isinstance(value, str) and "$(" not in value and _ENV_NAME.fullmatch(str(each.get("name"))):
            found[each["name"]] = value
    return found


def _env(spec: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for each in spec.get("env") or []:
        source = each.get("valueFrom") or {}
        if _ENV_NAME.fullmatch(str(each.get("name"))):
            if set(source) == {"secretKeyRef"} and set(source["secretKeyRef"]) == {"name", "key"}:
                found[each["name"]] = source
            elif set(source) == {"fieldRef"} and "fieldPath" in source["fieldRef"]:
                found[each["name"]] = {"fieldRef": {"fieldPath": source["fieldRef"]["fieldPath"]}}
    return found


def _reference(port: Any, spec: dict[str, Any], ports: dict[str, Any]) -> Any:
    """Return the app's name of a container port that a probe names in its own way."""
    number = next((each["containerPort"] for each in spec.get("ports") or [] if each.get("name") == port), port)
    for name, each in ports.items():
        if number == (each if isinstance(each, int) else each.get("targetPort", each["port"])):
            return name
    return number


def _probe(probe: dict[str, Any], spec: dict[str, Any], ports: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "httpGet" in probe:
        get = probe["httpGet"]
        found = {"path": get.get("path", "/"), "port": _reference(get.get("port"), spec, ports)}
        if get.get("scheme"):
            found["scheme"] = get["scheme"]
    elif "tcpSocket" in probe:
        found = {"tcp": _reference(probe["tcpSocket"].get("port"), spec, ports)}
    elif "grpc" in probe:
        found = {"grpc": _reference(probe["grpc"].get("port"), spec, ports)}
    elif "exec" in probe:
        found = {"exec": probe["exec"].get("command")}
    return {**found, **{key: probe[key] for key in TIMING if key in probe}} if found else {}


def _scratch(group: Group, spec: dict[str, Any]) -> list[str]:
    empty = {each.get("name") for each in group.pod.get("volumes") or [] if each.get("emptyDir") == {}}
    plain = [each for each in spec.get("volumeMounts") or [] if each.get("name") in empty]
    return list(dict.fromkeys(each["mountPath"] for each in plain if set(each) == {"name", "mountPath"}))
