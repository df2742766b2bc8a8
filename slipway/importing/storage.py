"""What containers mount: scratch directories, volumes, configuration files."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.apps.containers import ContainerSettings
from components.apps.volumes import EMPTY_DIR_SIZE
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.variables import config_data

TMP = ContainerSettings.model_fields["scratch"].default
"""The scratch directories that a container has where its app file names none."""


USUAL_MODE = 0o644
"""The mode of files in volumes where none is said (defaultMode)."""


@dataclass(slots=True)
class Storage:
    """The settings `scratch`, `volumes` and `files` of an app; `mounts` and `scratches` are its helpers', by name.

    `scratch` is None where the app file need not say it.
    """

    scratch: list[str] | None = None
    volumes: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)
    mounts: dict[str, dict[str, str]] = field(default_factory=dict)
    scratches: dict[str, list[str]] = field(default_factory=dict)
    scratch_size: str | None = None


def place_of(mount: Mapping[str, Any]) -> str:
    """Return where a mount is; a closing slash says nothing."""
    return posixpath.normpath(str(mount["mountPath"]))


def _plain(mount: Mapping[str, Any], *further: str) -> bool:
    """Tell whether a mount says nothing but its volume, its place, and what is named."""
    return {key for key, value in mount.items() if value not in (None, "", False)} <= {"name", "mountPath", *further}


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
    scratch: list[str] = []
    for mount in mounts:
        name, place = str(mount.get("name")), place_of(mount)
        volume = volumes.get(name, {})
        alone = name not in by_helpers and [each.get("name") for each in mounts].count(name) == 1
        if _space(volume) == size and _plain(mount) and alone:
            scratch.append(place)
        elif at(dict(volume), ("secret", "secretName")) in made:
            continue
        elif name not in found.volumes and _plain(mount, "readOnly") and (settings := _volume(volume)):
            read_only = {"readOnly": True} if mount.get("readOnly") else {}
            found.volumes[name] = {**settings, "mountPath": place, **read_only}
        elif _plain(mount, "readOnly", "subPath"):
            found.files |= dict(_files(group, volume, mount))
    found.files = _with_their_directory(found.files)
    taken = [each["mountPath"] for each in found.volumes.values()]
    taken += [path if _is_alone(file) else posixpath.dirname(path) for path, file in found.files.items()]
    found.scratch = _scratch(scratch, taken)
    for helper in group.helpers:
        _help(group, helper, volumes, found)
    return found


def _scratch(paths: list[str], taken: Collection[str]) -> list[str] | None:
    """Return the scratch directories; none where the usual one's place is taken, None where nothing is to be said."""
    return paths or ([] if set(TMP) & set(taken) else None)


def _is_alone(file: Any) -> bool:
    return isinstance(file, dict) and bool(file.get("subPath"))


def _with_their_directory(files: Mapping[str, Any]) -> dict[str, Any]:
    """Return files, those that were mounted alone into a directory of others as files of that directory."""
    whole = {posixpath.dirname(path) for path, file in files.items() if not _is_alone(file)}
    found = dict(files)
    for path, file in files.items():
        if _is_alone(file) and any(path.startswith(f"{root}/") for root in whole):
            found[path] = _file(file["content"], file.get("mode"))
    return found


def _file(content: str, mode: str | None, *, alone: bool = False) -> Any:
    """Return a file as an app file has it: its text, where that says all."""
    more = {**({"mode": mode} if mode else {}), **({"subPath": True} if alone else {})}
    return {"content": content, **more} if more else content


def _help(group: Group, helper: Mapping[str, Any], volumes: Mapping[Any, Any], found: Storage) -> None:
    name = str(helper.get("name"))
    others = [each for each in group.containers if each is not helper]
    elsewhere = {mount.get("name") for each in others for mount in each.get("volumeMounts") or []}
    mounts: dict[str, str] = {}
    scratch: list[str] = []
    for mount in helper.get("volumeMounts") or []:
        volume = str(mount.get("name"))
        if not _plain(mount, "readOnly"):
            continue
        if volume in found.volumes and volume not in mounts:
            mounts[volume] = place_of(mount)
        elif _space(volumes.get(volume, {})) == EMPTY_DIR_SIZE and volume not in elsewhere:
            scratch.append(place_of(mount))
    found.mounts[name] = mounts
    told = _scratch(scratch, mounts.values())
    if told is not None:
        found.scratches[name] = told


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
    found = {"type": "secret", "secretName": name, "mode": _octal(source.get("defaultMode", USUAL_MODE))}
    return {**found, **({"items": items} if items else {})}


def _octal(mode: Any) -> str:
    return f"{mode:04o}" if isinstance(mode, int) else str(mode)


def _claimed(spec: Mapping[str, Any]) -> dict[str, Any]:
    size, chosen = at(dict(spec), ("resources", "requests", "storage")), spec.get("storageClassName")
    return {"size": size, **({"storageClass": chosen} if chosen else {})} if size else {}


def file_mode(volume: Mapping[str, Any], item: Mapping[str, Any]) -> int:
    """Return the mode of a file of a ConfigMap's volume: its own, the volume's, else Kubernetes' 0644."""
    whole = volume.get("configMap") or volume.get("projected") or {}
    modes = [each for each in (item.get("mode"), whole.get("defaultMode")) if isinstance(each, int)]
    return modes[0] if modes else USUAL_MODE


def _files(group: Group, volume: Mapping[str, Any], mount: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the files of a mounted ConfigMap, by path; with `subPath` the one, or those of the directory, of it."""
    projected = [at(each, ("configMap",)) for each in at(dict(volume), ("projected", "sources")) or []]
    part, place = mount.get("subPath") or "", place_of(mount)
    for source in [volume.get("configMap"), *projected]:
        data = config_data(group, (source or {}).get("name"))
        items = (source or {}).get("items") or [{"key": key, "path": key} for key in data]
        for item in items:
            path = str(item.get("path"))
            if item.get("key") not in data or not (path == part or path.startswith(f"{part}/" if part else "")):
                continue
            mode = file_mode(volume, item)
            below = place if path == part else posixpath.join(place, path.removeprefix(f"{part}/"))
            yield below, _file(data[item["key"]], _octal(mode) if mode != USUAL_MODE else None, alone=path == part)
