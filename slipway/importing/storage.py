"""What containers mount: scratch directories, volumes, configuration files."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.apps.volumes import EMPTY_DIR_SIZE
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.variables import config_data


@dataclass(slots=True)
class Storage:
    """The settings `scratch`, `volumes` and `files` of an app; `mounts` and `scratches` are its helpers', by name."""

    scratch: list[str] = field(default_factory=list)
    volumes: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    mounts: dict[str, dict[str, str]] = field(default_factory=dict)
    scratches: dict[str, list[str]] = field(default_factory=dict)
    scratch_size: str | None = None


def _space(volume: Mapping[str, Any]) -> str | None:
    """Return the limit of an emptyDir on the node's disk, the default where it has none; None of another volume."""
    found = volume.get("emptyDir")
    return str(found.get("sizeLimit", EMPTY_DIR_SIZE)) if isinstance(found, dict) and not found.get("medium") else None


def storage(group: Group, made: Collection[str] = ()) -> Storage:
    """Return what the containers of a workload mount; `made` are Secrets that other keys of the app say."""
    found = Storage()
    volumes = {each.get("name"): each for each in group.pod.get("volumes") or []}
    claims = at(group.workload.manifest, ("spec", "volumeClaimTemplates")) or []
    volumes |= {at(each, ("metadata", "name")): {"template": each.get("spec") or {}} for each in claims}
    by_helpers = {mount.get("name") for each in group.helpers for mount in each.get("volumeMounts") or []}
    mounts = group.containers[0].get("volumeMounts") or []
    sizes = {size for mount in mounts if (size := _space(volumes.get(mount.get("name"), {}))) is not None}
    size = sizes.pop() if len(sizes) == 1 else EMPTY_DIR_SIZE
    found.scratch_size = size if size != EMPTY_DIR_SIZE else None
    for mount in mounts:
        name = str(mount.get("name"))
        volume = volumes.get(name, {})
        alone = name not in by_helpers and [each.get("name") for each in mounts].count(name) == 1
        if _space(volume) == size and set(mount) == {"name", "mountPath"} and alone:
            found.scratch.append(mount["mountPath"])
        elif at(dict(volume), ("secret", "secretName")) in made:
            continue
        elif name not in found.volumes and not mount.get("subPath") and (settings := _volume(volume)):
            read_only = {"readOnly": True} if mount.get("readOnly") else {}
            found.volumes[name] = {**settings, "mountPath": mount["mountPath"], **read_only}
        else:
            found.files |= dict(_files(group, volume, mount))
    for helper in group.helpers:
        _help(group, helper, volumes, found)
    return found


def _help(group: Group, helper: Mapping[str, Any], volumes: Mapping[Any, Any], found: Storage) -> None:
    name = str(helper.get("name"))
    others = [each for each in group.containers if each is not helper]
    elsewhere = {mount.get("name") for each in others for mount in each.get("volumeMounts") or []}
    for mount in helper.get("volumeMounts") or []:
        volume = str(mount.get("name"))
        if set(mount) - {"readOnly"} != {"name", "mountPath"}:
            continue
        if volume in found.volumes and volume not in found.mounts.get(name, {}):
            found.mounts.setdefault(name, {})[volume] = mount["mountPath"]
        elif _space(volumes.get(volume, {})) == EMPTY_DIR_SIZE and volume not in elsewhere:
            found.scratches.setdefault(name, []).append(mount["mountPath"])


def _volume(volume: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a volume that is neither scratch nor files; empty for one of another sort."""
    if "template" in volume:
        return _claimed(volume["template"])
    if isinstance(volume.get("emptyDir"), dict):
        chosen = {"medium": volume["emptyDir"].get("medium"), "size": volume["emptyDir"].get("sizeLimit")}
        return {"type": "emptyDir", **{key: value for key, value in chosen.items() if value}}
    if "ephemeral" in volume:
        claimed = _claimed(at(dict(volume), ("ephemeral", "volumeClaimTemplate", "spec")) or {})
        return {"type": "ephemeral", **claimed} if claimed else {}
    if name := at(dict(volume), ("secret", "secretName")):
        return _secret(volume["secret"], name)
    if name := at(dict(volume), ("persistentVolumeClaim", "claimName")):
        return {"type": "claim", "claimName": name}
    return {}


def _secret(source: Mapping[str, Any], name: str) -> dict[str, Any]:
    items = {
        each.get("key"): {"path": each["path"], "mode": _octal(each["mode"])} if "mode" in each else each.get("path")
        for each in source.get("items") or []
    }
    # Kubernetes' own default, where nothing is said
    found = {"type": "secret", "secretName": name, "mode": _octal(source.get("defaultMode", 0o644))}
    return {**found, **({"items": items} if items else {})}


def _octal(mode: Any) -> str:
    return f"{mode:04o}" if isinstance(mode, int) else str(mode)


def _claimed(spec: Mapping[str, Any]) -> dict[str, Any]:
    size, chosen = at(dict(spec), ("resources", "requests", "storage")), spec.get("storageClassName")
    return {"size": size, **({"storageClass": chosen} if chosen else {})} if size else {}


def _files(group: Group, volume: Mapping[str, Any], mount: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the files of a mounted ConfigMap, by path; with `subPath` the one that is mounted."""
    projected = [at(each, ("configMap",)) for each in at(dict(volume), ("projected", "sources")) or []]
    for source in [volume.get("configMap"), *projected]:
        data = config_data(group, (source or {}).get("name"))
        items = (source or {}).get("items") or [{"key": key, "path": key} for key in data]
        for item in items:
            if item.get("key") in data and mount.get("subPath") in {None, item.get("path")}:
                below = mount["mountPath"] if mount.get("subPath") else posixpath.join(mount["mountPath"], item["path"])
                yield below, data[item["key"]]
