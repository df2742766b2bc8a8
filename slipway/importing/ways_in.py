"""How an app is reached from outside: an Ingress, an HTTPRoute, a route through Istio's gateway."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.importing.belonging import services_of
from slipway.importing.containers import filled
from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group
from slipway.importing.ports import exposed

NOT_THE_INGRESS = ("kubernetes.io/ingress.class", "cert-manager.io/", "pulumi.com/")
"""Annotations that the stack decides: who brings the Ingress in, and who makes its certificate."""

_MESH = "mesh"

_INGRESS = re.compile(r"-ingress(-[a-z0-9-]+-[0-9a-f]{6})?$")
"""The end of a HTTPRoute's name that Slipway made of an `ingress`, of its first host or of a further one."""


def ways_in(group: Group, ports: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings `ingress` and `route`, what the routes say of a canary, and how long callers wait."""
    found: dict[str, Any] = {}
    told: dict[str, list[dict[str, Any]]] = {"ingress": [], "route": []}
    for part in group.of("Ingress"):
        told["ingress"] += _ingress(part, group, ports)
    for part in group.of("HTTPRoute"):
        key = "ingress" if _INGRESS.search(part.name) and not group.of("Ingress") else "route"
        told[key] += _http_route(part, group, ports)
    for part in group.of("VirtualService"):
        spec = part.manifest.get("spec") or {}
        if set(spec.get("gateways") or [_MESH]) != {_MESH}:
            told["route"] += _istio(spec, group, ports)
        found |= _callers(spec)
    found |= {key: _together(each) for key, each in told.items() if each}
    for part in group.of("DestinationRule"):
        found |= _breaker(part)
    return found


def _together(hosts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what is said of several hosts as one way in: the first one's, and of the further ones what may differ.

    Objects that lead to the same host (an Ingress for each of its paths) are one host with all their paths.
    """
    merged: dict[Any, dict[str, Any]] = {}
    for each in hosts:
        known = merged.setdefault(each.get("host"), {**each})
        if known != each:
            known["paths"] = list(dict.fromkeys([*known.get("paths", ["/"]), *each.get("paths", ["/"])]))
            known["tls"] = known["tls"] or each["tls"]
    first, *further = merged.values()
    listed = [{key: each[key] for key in ("host", "paths", "tls") if key in each} for each in further]
    return {**first, **({"hosts": listed} if listed else {})}


def shares(group: Group) -> dict[str, Any]:
    """Return the weight and the header of the second version, as the routes say them."""
    found: dict[str, Any] = {}
    for rule in _rules(group):
        ways = [
            (str(at(each, ("destination", "subset")) or at(each, ("destination", "host")) or each.get("name")), each)
            for each in rule.get("route") or rule.get("backendRefs") or []
        ]
        second = [each for name, each in ways if name.partition(".")[0].endswith("canary")]
        if second and len(ways) > 1:
            found["weight"] = second[0].get("weight", 0)
        elif second:
            found |= _header(rule)
    return found


def _rules(group: Group) -> Iterator[Mapping[str, Any]]:
    for part in group.of("VirtualService"):
        yield from at(part.manifest, ("spec", "http")) or []
    for part in group.of("HTTPRoute"):
        yield from at(part.manifest, ("spec", "rules")) or []


def _header(rule: Mapping[str, Any]) -> dict[str, Any]:
    for match in rule.get("match") or rule.get("matches") or []:
        headers = match.get("headers")
        if isinstance(headers, dict):
            for name, told in headers.items():
                if exact := at(told, ("exact",)):
                    return {"header": {"name": name, "value": exact}}
        for each in headers if isinstance(headers, list) else []:
            return {"header": {"name": str(at(each, ("name",))).lower(), "value": at(each, ("value",))}}
    return {}


def _ingress(part: Source, group: Group, ports: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each host of an Ingress, with those of its paths that lead to the app: others may lead to other apps."""
    spec = part.manifest.get("spec") or {}
    annotations = at(part.manifest, ("metadata", "annotations")) or {}
    secured = [host for each in spec.get("tls") or [] for host in each.get("hosts") or ["*"]]
    own = services_of(group) | {None}
    for rule in spec.get("rules") or [{}]:
        all_of_it = at(rule, ("http", "paths")) or []
        told = [each for each in all_of_it if at(each, ("backend", "service", "name")) in own]
        if all_of_it and not told:
            continue
        port = at(told[0], ("backend", "service", "port")) if told else None
        host = rule.get("host")
        found = {
            "host": host,
            "paths": _paths([each.get("path", "/") for each in told]),
            "port": exposed((port or {}).get("name") or (port or {}).get("number"), group, ports),
            "annotations": {key: each for key, each in annotations.items() if not key.startswith(NOT_THE_INGRESS)},
        }
        yield {**filled(found), "tls": host in secured or "*" in secured}


def _paths(paths: list[str]) -> list[str] | None:
    all_of_them = dict.fromkeys(path or "/" for path in paths)
    # /api/ is below /api: NGINX is told both
    own = [path for path in all_of_them if path == "/" or not path.endswith("/") or path[:-1] not in all_of_them]
    return own if own not in ([], ["/"]) else None


def _http_route(part: Source, group: Group, ports: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each host of a route; nothing for one without, which takes every host of its parent."""
    spec = part.manifest["spec"]
    rules = spec.get("rules") or []
    matches = [match for rule in rules for match in rule.get("matches") or []]
    port = next((each.get("port") for rule in rules for each in rule.get("backendRefs") or []), None)
    for host in spec.get("hostnames") or []:
        found = {
            "host": host,
            "paths": _paths([at(each, ("path", "value")) or "/" for each in matches]),
            "port": exposed(port, group, ports),
            "controller": "gateway-api",
        }
        yield {**filled(found), "tls": at(spec, ("parentRefs", 0, "sectionName")) != "http"}


def _istio(spec: Mapping[str, Any], group: Group, ports: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each host of a VirtualService; a rule that only redirects leads nowhere."""
    rules = [each for each in spec.get("http") or [] if not each.get("redirect")]
    uris = [match.get("uri") or {} for rule in rules for match in rule.get("match") or []]
    own = [str(each.get("exact") or each.get("prefix") or "/") for each in uris]
    # /api and what is below it are two matches of one path
    paths = [path.rstrip("/") or "/" for path in own]
    numbers = [at(each, ("destination", "port", "number")) for rule in rules for each in rule.get("route") or []]
    servers = [each for part in group.of("Gateway") for each in at(part.manifest, ("spec", "servers")) or []]
    every = any(not rule.get("match") for rule in rules) or "/" in paths
    over_tls = any(match.get("port") == 443 for rule in rules for match in rule.get("match") or [])
    for host in (each for each in spec.get("hosts") or [] if "." in str(each)):
        found = {
            "host": host,
            "paths": None if every else _paths(paths),
            "port": exposed(numbers[0], group, ports) if numbers and numbers[0] else None,
            "controller": "istio",
        }
        secured = any(each.get("tls") for each in servers if set(each.get("hosts") or []) & {host, "*"})
        yield {**filled(found), "tls": secured or over_tls}


_RETRIES = {"5xx": "server-error"}


def _callers(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the time limit and the retries of a VirtualService's first rule that has any."""
    found: dict[str, Any] = {}
    for rule in spec.get("http") or []:
        if rule.get("timeout"):
            found.setdefault("timeout", rule["timeout"])
        if retries := rule.get("retries"):
            words = [each.strip() for each in str(retries.get("retryOn", "")).split(",") if each.strip()]
            told = {key: retries[key] for key in ("attempts", "perTryTimeout") if key in retries}
            known = [_RETRIES.get(each, each) for each in words if each != "unavailable"]
            found.setdefault("retries", {**told, **({"retryOn": known} if known else {})})
    return found


def _breaker(part: Source) -> dict[str, Any]:
    policy = at(part.manifest, ("spec", "trafficPolicy")) or {}
    outlier, pool = policy.get("outlierDetection"), policy.get("connectionPool") or {}
    if not outlier and not pool:
        return {}
    found = {
        "consecutiveErrors": (outlier or {}).get("consecutive5xxErrors"),
        "baseEjectionTime": (outlier or {}).get("baseEjectionTime"),
        "maxEjectionPercent": (outlier or {}).get("maxEjectionPercent"),
        "maxConnections": at(pool, ("tcp", "maxConnections")),
        "maxPendingRequests": at(pool, ("http", "http1MaxPendingRequests")),
    }
    return {"circuitBreaker": filled(found)}
