"""Health checks and lifecycle hooks of a container."""

from collections.abc import Mapping
from typing import Any

from slipway.importing.documents import at
from slipway.importing.ports import reference

TIMING = ("initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold")


def probes(spec: Mapping[str, Any], ports: Mapping[str, Any]) -> dict[str, Any]:
    """Return the probes of a container whose ports have these names in the app."""
    kinds = ("liveness", "readiness", "startup")
    return {kind: found for kind in kinds if (found := _probe(spec.get(f"{kind}Probe") or {}, spec, ports))}


def _probe(probe: Mapping[str, Any], spec: Mapping[str, Any], ports: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "httpGet" in probe:
        found = _get(probe["httpGet"], spec, ports)
    elif "tcpSocket" in probe:
        found = {"tcp": reference(probe["tcpSocket"].get("port"), spec, ports)}
    elif "grpc" in probe:
        found = {"grpc": reference(probe["grpc"].get("port"), spec, ports)}
    elif "exec" in probe:
        found = {"exec": probe["exec"].get("command")}
    return {**found, **{key: probe[key] for key in TIMING if key in probe}} if found else {}


def _get(get: Mapping[str, Any], spec: Mapping[str, Any], ports: Mapping[str, Any]) -> dict[str, Any]:
    found = {"path": get.get("path", "/"), "port": reference(get.get("port"), spec, ports)}
    return {**found, **({"scheme": get["scheme"]} if get.get("scheme") else {})}


def hooks(spec: Mapping[str, Any], ports: Mapping[str, Any]) -> dict[str, Any]:
    """Return what runs after the start and before the end of a container."""
    found: dict[str, Any] = {}
    for key in ("postStart", "preStop"):
        hook = at(dict(spec), ("lifecycle", key)) or {}
        if "exec" in hook:
            found[key] = {"exec": hook["exec"].get("command")}
        elif "httpGet" in hook:
            found[key] = _get(hook["httpGet"], spec, ports)
        elif "sleep" in hook:
            found[key] = {"sleep": hook["sleep"].get("seconds")}
    return found
