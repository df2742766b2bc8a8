"""What fits no key of an app file, as `patches` of the app's objects and as `objects` of its own."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from components.apps.patches import CORE_GROUPS, merge_key
from components.apps.raw_objects import CLUSTER_SCOPED
from slipway.importing.alignment import item_again
from slipway.importing.documents import LeafPath, Source, at

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
FIXED = re.compile(
    r"apiVersion|kind|status.*|spec\.selector.*|spec\.serviceName|spec\.jobTemplate\.metadata.*"
    r"|metadata\.(name|namespace|uid|resourceVersion|generation|creationTimestamp|managedFields|selfLink"
    r"|ownerReferences|finalizers).*"
)
"""What an object is known by, what cannot be changed, and what the cluster writes."""


def with_patches(
    document: dict[str, Any],
    objects: Mapping[str, Any],
    pairs: Iterable[tuple[Source, str]],
    lost: Mapping[tuple[str, int, str, str], list[LeafPath]],
) -> dict[str, Any]:
    """Return an app document with a patch of each object that lost values; `lost` has their paths by document."""
    patches: dict[str, Any] = {}
    for source, suffix in pairs:
        paths = lost.get((source.file, source.document, source.kind, source.name), [])
        wanted = [each for each in paths if each and not FIXED.fullmatch(".".join(map(str, each)))]
        if suffix and wanted and objects[suffix]["kind"] == source.kind:
            found = patch(source.manifest, objects[suffix], wanted)
            if found:
                patches[suffix] = _joined(patches.get(suffix, {}), found)
    return {**document, **({"patches": patches} if patches else {})}


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    joined = dict(one)
    for key, value in other.items():
        both = isinstance(value, dict) and isinstance(joined.get(key), dict)
        joined[key] = _joined(joined[key], value) if both else value
    return joined


def patch(document: Mapping[str, Any], rendered: Mapping[str, Any], paths: Iterable[LeafPath]) -> dict[str, Any]:
    """Return the strategic-merge patch that gives a rendered object the values at some paths of a document."""
    by_key = str(rendered.get("apiVersion", "")).rpartition("/")[0] in CORE_GROUPS
    return _map(document, rendered, list(paths), by_key=by_key)


def _map(document: Any, rendered: Any, paths: list[LeafPath], *, by_key: bool) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for step in dict.fromkeys(path[0] for path in paths):
        below = [path[1:] for path in paths if path[0] == step]
        inner, now = document[step], at(rendered, (step,))
        if isinstance(inner, dict) and inner:
            value: Any = _map(inner, now if isinstance(now, dict) else {}, below, by_key=by_key)
        elif isinstance(inner, list) and inner:
            value = _list(str(step), inner, now if isinstance(now, list) else [], below, by_key=by_key)
        else:
            value = deepcopy(inner)
        if value is not None and (value not in ({}, []) or inner in ({}, [])):
            found[str(step)] = value
    return found


def _list(field: str, document: list[Any], rendered: list[Any], paths: list[LeafPath], *, by_key: bool) -> list[Any]:
    """Return the items to merge; of a list that is replaced as a whole, what is there and what was lost of it."""
    key = merge_key(field, document) if by_key else None
    mergeable = key is not None and all(isinstance(each, dict) and key in each for each in rendered)
    found, lost = [], False
    for index in dict.fromkeys(path[0] for path in paths):
        now = item_again(field, document, int(index), rendered)
        if not mergeable:
            lost |= now is None
            found += [deepcopy(document[int(index)])] if now is None else []
            continue
        below = [path[1:] for path in paths if path[0] == index and path[1:]]
        item = _map(document[int(index)], now or {}, below, by_key=by_key)
        item.pop(str(key), None)
        if item or now is None:
            name = (now or document[int(index)])[str(key)]
            found.append({str(key): name, **item})
    return found if mergeable else [*deepcopy(rendered), *found] if lost else []


def with_objects(source: Source, apps: Mapping[str, Any]) -> str | None:
    """Return the app that takes an object along as it is, None where none can.

    It is the only app of the object's namespace, or the one whose name the object's begins with. A Secret would stand
    there in clear text; what belongs to the whole cluster is no app's.
    """
    if source.kind in CLUSTER_SCOPED or source.kind == "Secret" or not _NAME.fullmatch(source.name):
        return None
    namespace, labels = (at(source.manifest, ("metadata", key)) for key in ("namespace", "labels"))
    if not isinstance(labels, dict) and "labels" in source.manifest["metadata"]:
        return None
    near = [name for name, app in apps.items() if namespace in {None, app.settings.namespace}]
    owner = next((name for name in sorted(near, key=len, reverse=True) if source.name.startswith(name)), None)
    owner = owner or (near[0] if len(near) == 1 else None)
    if owner is None or source.name in apps[owner].document.get("objects", {}):
        return None
    taken = {(each["kind"], each["metadata"]["name"]) for each in apps[owner].objects.values()}
    return owner if (source.kind, source.name) not in taken else None
