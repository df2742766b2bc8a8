"""Where a value went that stands elsewhere in the rendered app."""

from collections.abc import Mapping
from typing import Any

from components.foundation.pool_plan import POOL_LABEL
from slipway.importing.alignment import found_again
from slipway.importing.became import Became, Moved, all_of, containers_of, made, pod_of
from slipway.importing.documents import LeafPath, Source, at
from slipway.importing.grouping import WORKLOADS
from slipway.importing.moved_files import mounted, of_volume


def moved(source: Source, path: LeafPath, value: Any, became: Became) -> Moved | None:
    """Return what a value is now and where; None where it is nowhere."""
    objects = became.objects
    if source.kind in WORKLOADS:
        return _of_workload(source, path, value, became)
    if source.kind == "NetworkPolicy":
        return _of_policy(source, path, value, objects)
    if source.kind == "Ingress" and path[-4:] == ("backend", "service", "port", "number"):
        return _same_port(found_again(source.manifest, became.rendered, path[:-1]), value, objects)
    return _of_part(source, path, value, became)


def _of_part(source: Source, path: LeafPath, value: Any, became: Became) -> Moved | None:
    objects = became.objects
    match path:
        case ("spec", "ports", int(index), str(leaf)) if source.kind == "Service":
            port = source.manifest["spec"]["ports"][index]
            for each in at(objects, ("metrics", "spec", "ports")) or []:
                if each["port"] == port.get("port") and leaf in each:
                    return each[leaf], "the metrics port has a Service of its own, NAME-metrics"
        case ("data", str(key)) if source.kind == "ConfigMap" and value is not None:
            return _of_config_map((source.name, key), value, became)
        case ("spec", ("targetCPUUtilizationPercentage")) if source.kind == "HorizontalPodAutoscaler":
            for each in at(objects, ("hpa", "spec", "metrics")) or []:
                if at(each, ("resource", "target", "averageUtilization")) == value:
                    return value, "under metrics, as autoscaling/v2 has it"
    return None


def _same_port(backend: Any, number: Any, objects: Mapping[str, Any]) -> Moved | None:
    """Return the name of a Service's port that has a number."""
    name = at(backend, ("name",))
    services = [each for each in objects.values() if each["kind"] == "Service"]
    ports = [each for service in services for each in at(service, ("spec", "ports")) or []]
    there = any((each.get("name"), each.get("port")) == (name, number) for each in ports)
    return (name, "the same port, by its name") if there else None


def _of_config_map(place: tuple[str, str], value: Any, became: Became) -> Moved | None:
    objects, key = became.objects, place[1]
    data = at(dict(objects), ("config", "data")) or {}
    if data.get(key) == value or (place in became.picked and value in data.values()):
        return value, f"under config: {next(name for name, text in data.items() if text == value)}"
    if value in (at(dict(objects), ("files", "data")) or {}).values():
        return value, "under files"
    for manifest in objects.values():
        for container in containers_of(manifest):
            if {"name": key, "value": value} in (container.get("env") or []):
                return value, f"under config of {container['name']}"
    return None


def _of_workload(source: Source, path: LeafPath, value: Any, became: Became) -> Moved | None:
    inner = path[path.index("template") + 2 :] if "template" in path and "volumeClaimTemplate" not in path else ()
    match inner:
        case ("containers" | "initContainers" as kind, int(index), *rest):
            container = at(dict(pod_of(source.manifest)), (kind, index))
            own = kind == "containers" and index == 0
            return _of_container(container, tuple(rest), value, became, own=own)
        case ("volumes", int(index), *leaf):
            return of_volume(at(dict(pod_of(source.manifest)), ("volumes", index)), tuple(leaf), value, source, became)
    match path:
        case (*_, "nodeSelector" | "labels", str(key)) if key == POOL_LABEL:
            return value, "under pool"
        case ("spec", "strategy", *_) if became.rendered.get("kind") == "Rollout" != source.kind:
            return None, "the Rollout has a strategy of its own"
        case (*_, "annotations", str(key)) if key.startswith("slipway.dev/"):
            return None, "Slipway writes it anew"
    return None


def _of_container(container: Any, rest: LeafPath, value: Any, became: Became, *, own: bool) -> Moved | None:
    now = pod_of(became.rendered)
    data = at(dict(became.objects), ("config", "data")) or {}
    if not own:
        there = next((each for each in all_of(now) if each.get("name") == container.get("name")), {})
        data = {each["name"]: each.get("value") for each in there.get("env") or []}
    match rest:
        case ("ports", int(number), *_):
            return _of_port(container["ports"][number], value, became, own=own)
        case ("env", int(number), *leaf):
            return _of_variable(container["env"][number], leaf, data)
        case ("envFrom", int(number), *leaf):
            return _of_variables(container["envFrom"][number], leaf, became)
        case ("securityContext", *below):
            said = at(dict(now), ("securityContext", *below))
            return (said, "said once, for the whole pod") if said is not None and said == value else None
        case ("volumeMounts", int(number), str(leaf)):
            return mounted(container["volumeMounts"][number], leaf, now) if own else None
    return None


def _of_port(port: Mapping[str, Any], value: Any, became: Became, *, own: bool) -> Moved | None:
    """Return where a container's port went: to those of the app, or away where a Service leads past it."""
    number = port.get("containerPort")
    if own:
        return (
            (None, "left out: a Service leads to another container, and past it nobody comes")
            if (number in became.passed_by)
            else None
        )
    there = at(dict(pod_of(became.rendered)), ("containers", 0, "ports")) or []
    return (
        (value, "under ports of the app: a Service leads to it")
        if number in [each.get("containerPort") for each in there]
        else None
    )


def _of_variable(variable: Mapping[str, Any], leaf: list[Any], data: Mapping[str, Any]) -> Moved | None:
    name = str(variable.get("name"))
    picked = at(dict(variable), ("valueFrom", "configMapKeyRef")) is not None
    if name not in data or not (picked or data[name] == variable.get("value")):
        return None
    match leaf:
        case ["name"]:
            return name, f"a plain variable is under config: {name}"
        case ["value"]:
            return data[name], f"a plain variable is under config: {name}"
        case ["valueFrom", "configMapKeyRef", *_]:
            return data[name], f"the ConfigMap's value is under config: {name}"
    return None


def _of_variables(source: Mapping[str, Any], leaf: list[Any], became: Became) -> Moved | None:
    if source.get("prefix"):
        return None
    match leaf:
        case ["configMapRef", *_] if at(dict(source), ("configMapRef", "name")) in became.given:
            return None, "the ConfigMap's values are under config"
        case ["secretRef", "name"]:
            return made(source["secretRef"]["name"], became.objects)
    return None


def _of_policy(source: Source, path: LeafPath, value: Any, objects: Mapping[str, Any]) -> Moved | None:
    match path:
        case ("spec", "policyTypes", _) | ("spec", "podSelector", *_):
            return None, "every allowance is a policy of its own, on the namespace's default-deny"
        case ("spec", ("ingress" | "egress") as way, int(rule), *_):
            return _admitted(source, path, value, objects, (way, rule))
    return None


def _admitted(
    source: Source, path: LeafPath, value: Any, objects: Mapping[str, Any], place: tuple[str, int]
) -> Moved | None:
    """Return which policy of the app's allows what a rule of a document does."""
    way, index = place
    spec = source.manifest["spec"]
    side = "from" if way == "ingress" else "to"
    for policy in objects.values():
        for rule in at(policy, ("spec", way)) or [] if policy["kind"] == "NetworkPolicy" else []:
            match path[3:]:
                case (str(key), int(peer), *_) if key == side:
                    selected = at(spec[way][index], (side, peer, "podSelector", "matchLabels"))
                    block = at(spec[way][index], (side, peer, "ipBlock", "cidr"))
                    if any(block is not None and at(each, ("ipBlock", "cidr")) == block for each in rule.get(side, [])):
                        return (value, "under egress") if path[-1] == "cidr" else None
                    names = [at(each, ("podSelector", "matchLabels", "app")) for each in rule.get(side, [])]
                    if selected and path[5:7] == ("podSelector", "matchLabels") and value in names:
                        return value, f"under allow{side.capitalize()}: the app of that name"
                case ("ports", int(port), _):
                    wanted = spec[way][index]["ports"][port]
                    number = (wanted.get("port"), wanted.get("protocol", "TCP"))
                    if number in [(each["port"], each["protocol"]) for each in rule.get("ports", [])]:
                        return value, f"a policy {side} another app or network opens the port"
    return None
