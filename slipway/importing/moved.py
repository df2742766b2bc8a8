"""Where a value went that stands elsewhere in the rendered app."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.foundation.pool_plan import POOL_LABEL
from slipway.importing.documents import LeafPath, Source, at
from slipway.importing.grouping import WORKLOADS

Moved = tuple[Any, str]
"""What the value is now (None: it is said by something else), and where."""


@dataclass(frozen=True, slots=True)
class Became:
    """What a document became: `rendered` (empty: nothing), among `objects`, all of the app's by suffix.

    `given` are the ConfigMaps of the documents, whose values the app has, `picked` the keys of ConfigMaps (name, key)
    that are variables of the app by other names.
    """

    rendered: Mapping[str, Any]
    objects: Mapping[str, Any]
    given: frozenset[str] = frozenset()
    picked: frozenset[tuple[str, str]] = frozenset()


def moved(source: Source, path: LeafPath, value: Any, became: Became) -> Moved | None:
    """Return what a value is now and where; None where it is nowhere."""
    objects = became.objects
    if source.kind in WORKLOADS:
        return _of_workload(source, path, value, became)
    if source.kind == "NetworkPolicy":
        return _of_policy(source, path, value, objects)
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


def _of_config_map(place: tuple[str, str], value: Any, became: Became) -> Moved | None:
    objects, key = became.objects, place[1]
    data = at(dict(objects), ("config", "data")) or {}
    if data.get(key) == value or (place in became.picked and value in data.values()):
        return value, f"under config: {next(name for name, text in data.items() if text == value)}"
    if value in (at(dict(objects), ("files", "data")) or {}).values():
        return value, "under files"
    for manifest in objects.values():
        for container in _containers(manifest):
            if {"name": key, "value": value} in (container.get("env") or []):
                return value, f"under config of {container['name']}"
    return None


def pod_of(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the pod spec of a workload, empty where it has none."""
    spec = at(dict(manifest), ("spec", "jobTemplate", "spec")) or manifest.get("spec") or {}
    return at(spec, ("template", "spec")) or {}


def _containers(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    pod = pod_of(manifest)
    return [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]


def _of_workload(source: Source, path: LeafPath, value: Any, became: Became) -> Moved | None:
    inner = path[path.index("template") + 2 :] if "template" in path and "volumeClaimTemplate" not in path else ()
    match inner:
        case ("containers" | "initContainers" as kind, int(index), *rest):
            container = at(dict(pod_of(source.manifest)), (kind, index))
            own = kind == "containers" and index == 0
            return _of_container(container, tuple(rest), value, became, own=own)
        case ("volumes", int(index), *_):
            return _of_volume(at(dict(pod_of(source.manifest)), ("volumes", index)), source, pod_of(became.rendered))
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
        there = next((each for each in _all(now) if each.get("name") == container.get("name")), {})
        data = {each["name"]: each.get("value") for each in there.get("env") or []}
    match rest:
        case ("env", int(number), *leaf):
            return _of_variable(container["env"][number], leaf, data)
        case ("envFrom", int(number), *leaf):
            return _of_variables(container["envFrom"][number], leaf, became)
        case ("securityContext", *below):
            said = at(dict(now), ("securityContext", *below))
            return (said, "said once, for the whole pod") if said is not None and said == value else None
        case ("volumeMounts", int(number), _):
            return _mounted(container["volumeMounts"][number], now, value)
    return None


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
            return _made(source["secretRef"]["name"], became.objects)
    return None


def _all(pod: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]


def _made(secret: Any, objects: Mapping[str, Any]) -> Moved | None:
    """Return what a Secret is called that an ExternalSecret or SealedSecret of the app makes: APP-NAME."""
    for manifest in objects.values():
        name = manifest["metadata"]["name"]
        if manifest["kind"] in {"ExternalSecret", "SealedSecret"} and name.endswith(f"-{secret}"):
            return name, "the Secret is named after the app"
    return None


def _mounted(mount: Mapping[str, Any], now: Mapping[str, Any], value: Any) -> Moved | None:
    """Return where a file went that was mounted alone: its directory is mounted whole."""
    path = str(mount.get("mountPath"))
    if not mount.get("subPath"):
        return None
    for container in now.get("containers", [])[:1]:
        for each in container.get("volumeMounts") or []:
            if each["name"].startswith("files-") and path.startswith(f"{each['mountPath']}/"):
                return value, "under files; the file's directory is mounted whole, so that a change is seen"
    return None


def _of_volume(volume: Mapping[str, Any], source: Source, now: Mapping[str, Any]) -> Moved | None:
    """Return where a volume went that has another name now: scratch, or files."""
    mounts = [
        (container.get("name"), mount["mountPath"], bool(mount.get("subPath")))
        for container in _containers(source.manifest)
        for mount in container.get("volumeMounts") or []
        if mount.get("name") == volume.get("name")
    ]
    there = {
        mount["mountPath"]: mount["name"] for container in _all(now) for mount in container.get("volumeMounts") or []
    }
    volumes = {each.get("name"): each for each in now.get("volumes") or []}
    for _, path, alone in mounts:
        name = there.get(path)
        if alone:
            name = next((each for root, each in there.items() if path.startswith(f"{root}/")), None)
        target = volumes.get(name, {})
        if volume.get("emptyDir") == {} and "sizeLimit" in target.get("emptyDir", {}):
            return name, f"under scratch: {path}, with a limit of {target['emptyDir']['sizeLimit']} (scratchSize)"
        if volume.get("emptyDir") == target.get("emptyDir", {}):
            return name, f"under scratch: {path}"
        if {"configMap", "projected"} & set(volume) and str(name).startswith("files-"):
            return name, "under files"
        if "secret" in volume and "secret" in target:
            return name, "under secrets, with mountPath"
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
