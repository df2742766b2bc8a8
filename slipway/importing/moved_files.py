"""Where a volume of a document and its mounts went that have another name now: scratch, files, a Secret of the app."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.config_files import key_of
from slipway.importing.became import Became, Moved, all_of, containers_of, made, pod_of
from slipway.importing.documents import LeafPath, Source, at
from slipway.importing.storage import USUAL_MODE, file_mode, place_of

_FILES = "files-"
"""What the volumes of files begin with: components.apps.config_files."""

Mode = int


def mounted(mount: Mapping[str, Any], leaf: str, now: Mapping[str, Any]) -> Moved | None:
    """Return what a field of a mount by subPath, of a file or of a directory of files, is now."""
    path = place_of(mount)
    if not mount.get("subPath"):
        return None
    for container in now.get("containers", [])[:1]:
        for each in container.get("volumeMounts") or []:
            if not each["name"].startswith(_FILES):
                continue
            if each["mountPath"] == path:
                return each.get(leaf), "under files, alone, beside what the image has in its directory"
            if path.startswith(f"{each['mountPath']}/"):
                return each.get(leaf), "under files, with the directory that other files are mounted as"
    return None


def _rendered_files(now: Mapping[str, Any]) -> dict[str, Mode]:
    """Return the files of the app's own container by path, each with its mode."""
    volumes = {each.get("name"): each for each in now.get("volumes") or []}
    found: dict[str, Mode] = {}
    for mount in now.get("containers", [{}])[0].get("volumeMounts") or []:
        if not mount["name"].startswith(_FILES):
            continue
        for item in at(volumes, (mount["name"], "projected", "sources", 0, "configMap", "items")) or []:
            mode = file_mode(volumes[mount["name"]], item)
            if mount.get("subPath") == item["path"]:
                found[mount["mountPath"]] = mode
            elif "subPath" not in mount:
                found[posixpath.join(mount["mountPath"], item["path"])] = mode
    return found


def _mounts_of(volume: Mapping[str, Any], source: Source) -> Iterator[Mapping[str, Any]]:
    for container in containers_of(source.manifest):
        for mount in container.get("volumeMounts") or []:
            if mount.get("name") == volume.get("name"):
                yield mount


def of_volume(volume: Mapping[str, Any], leaf: LeafPath, value: Any, source: Source, became: Became) -> Moved | None:
    """Return what a value of a volume is now; None where the app has not this value of it."""
    now = pod_of(became.rendered)
    if "configMap" in volume or "projected" in volume:
        return _of_files(volume, leaf, value, source, became)
    there = {
        mount["mountPath"]: mount["name"] for container in all_of(now) for mount in container.get("volumeMounts") or []
    }
    volumes = {each.get("name"): each for each in now.get("volumes") or []}
    for mount in _mounts_of(volume, source):
        path = place_of(mount)
        target = volumes.get(there.get(path), {})
        if volume.get("emptyDir") == {} and "sizeLimit" in target.get("emptyDir", {}):
            limit = target["emptyDir"]["sizeLimit"]
            return target["name"], f"under scratch: {path}, with a limit of {limit} (scratchSize)"
        if target and volume.get("emptyDir") == target.get("emptyDir", {}):
            return target["name"], f"under scratch: {path}"
        if "secret" in volume and "secret" in target:
            return _of_secret(leaf, value, target, became)
    return None


def _of_secret(leaf: LeafPath, value: Any, target: Mapping[str, Any], became: Became) -> Moved | None:
    why = "under secrets, with mountPath"
    if leaf == ("name",):
        return target["name"], why
    if leaf == ("secret", "secretName"):
        return made(value, became.objects)
    return (value, why) if at(dict(target), leaf) == value else None


def _of_files(volume: Mapping[str, Any], leaf: LeafPath, value: Any, source: Source, became: Became) -> Moved | None:
    """Return what a value of a ConfigMap's volume is now; None for the Secrets and tokens in a projected one."""
    rendered = _rendered_files(pod_of(became.rendered))
    sources = [
        volume.get("configMap"),
        *(each.get("configMap") for each in at(dict(volume), ("projected", "sources")) or []),
    ]
    own = [each for each in sources if each and each.get("name") in became.given]
    mounts = list(_mounts_of(volume, source))
    if not any(_path(mount, item) in rendered for mount in mounts for each in own for item in _items(each, became)):
        return None
    files = at(dict(became.objects), ("files", "metadata", "name"))
    why = "under files"
    match leaf:
        case ("name",):
            return files, why
        case ("configMap" | "projected", "defaultMode"):
            items = [item for each in own for item in _items(each, became) if "mode" not in item]
            modes = {rendered.get(_path(mount, item)) for mount in mounts for item in items} - {None}
            return _of_default_mode(value, modes)
        case ("configMap", *rest):
            return _of_source(volume["configMap"], tuple(rest), value, mounts, became)
        case ("projected", "sources", int(number), "configMap", *rest):
            return _of_source(volume["projected"]["sources"][number]["configMap"], tuple(rest), value, mounts, became)
    return None


def _of_default_mode(value: Any, modes: set[Mode | None]) -> Moved | None:
    """Return what a volume's mode is now; `modes` are those of its files that have none of their own."""
    if not modes:
        return None, "every file of it has a mode of its own"
    return (value, "under files, as their mode") if modes == {value} != {USUAL_MODE} else None


def _items(source: Mapping[str, Any], became: Became) -> list[Mapping[str, Any]]:
    return source.get("items") or [{"key": key, "path": key} for key in became.given.get(str(source.get("name")), ())]


def _path(mount: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """Return where a file of a volume is by a mount; what a subPath does not choose is nowhere, by an empty path."""
    part, path = mount.get("subPath") or "", str(item.get("path"))
    if part == path:
        return place_of(mount)
    if part and not path.startswith(f"{part}/"):
        return ""
    return posixpath.join(place_of(mount), path.removeprefix(f"{part}/"))


def _of_source(
    source: Mapping[str, Any], leaf: LeafPath, value: Any, mounts: list[Mapping[str, Any]], became: Became
) -> Moved | None:
    if source.get("name") not in became.given:
        return None
    rendered = _rendered_files(pod_of(became.rendered))
    match leaf:
        case ("name",):
            return at(dict(became.objects), ("files", "metadata", "name")), "under files"
        case ("optional",):
            return None, "the files are the app's own, which are always there"
        case ("items", int(number), str(word)):
            paths = [path for mount in mounts if (path := _path(mount, source["items"][number])) in rendered]
            return _of_item(word, value, {path: rendered[path] for path in paths})
    return None


def _of_item(word: str, value: Any, files: Mapping[str, Mode]) -> Moved | None:
    """Return what a field of an item is now; `files` are those that it is now, with their modes."""
    why = f"under files: {', '.join(files)}"
    if not files or (word == "mode" and set(files.values()) != {value}):
        return None
    if word == "mode":
        return (None, "files have this mode where none is said") if value == USUAL_MODE else (value, why)
    return (key_of(next(iter(files))) if word == "key" else None), why
