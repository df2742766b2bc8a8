"""The escape hatch: what an app changes of its own objects, by strategic merge as the API server does it.

Maps are merged key by key, `null` takes a key away. A list of objects is merged item by item where Kubernetes has a key
that tells its items apart (`patchMergeKey` in its API), and replaced as a whole otherwise, as every other list is.
`$patch: delete` in an item takes it away, `$patch: replace` in a map or an item replaces it.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from components.apps.words import Manifest

MERGE_KEYS: Mapping[str, str] = {
    "conditions": "type",
    "containers": "name",
    "env": "name",
    "ephemeralContainers": "name",
    "hostAliases": "ip",
    "imagePullSecrets": "name",
    "initContainers": "name",
    "secrets": "name",
    "topologySpreadConstraints": "topologyKey",
    "volumeDevices": "devicePath",
    "volumeMounts": "mountPath",
    "volumes": "name",
}
"""The lists that are merged, and by which key of their items (Kubernetes' API reference, "Patch strategy: merge")."""

PORT_KEYS = ("containerPort", "port")
"""`ports` is merged by one of these: a container's by the first, a Service's by the second."""

DIRECTIVE = "$patch"

CORE_GROUPS = frozenset(
    {"apps", "autoscaling", "batch", "networking.k8s.io", "policy", "rbac.authorization.k8s.io", ""}
)
"""The API groups whose lists have merge keys: a custom resource has none, so its lists are replaced."""


def merged(target: Manifest, patch: Mapping[str, Any]) -> Manifest:
    """Return an object with a patch applied; neither argument is changed."""
    group = str(target.get("apiVersion", "")).rpartition("/")[0]
    result: Manifest = _map(target, patch, by_key=group in CORE_GROUPS)
    return result


def _map(target: Any, patch: Mapping[str, Any], *, by_key: bool) -> Manifest:
    wanted = {key: value for key, value in patch.items() if key != DIRECTIVE}
    replaces = patch.get(DIRECTIVE) == "replace" or not isinstance(target, Mapping)
    result = {} if replaces else deepcopy(dict(target))
    for key, value in wanted.items():
        if value is None or (isinstance(value, Mapping) and value.get(DIRECTIVE) == "delete"):
            result.pop(key, None)
        elif isinstance(value, Mapping):
            result[key] = _map(result.get(key), value, by_key=by_key)
        elif isinstance(value, list):
            result[key] = _list(key, result.get(key), value) if by_key else deepcopy(value)
        else:
            result[key] = value
    return result


def merge_key(field: str, items: list[Any]) -> str | None:
    """Return the key that tells the items of a list apart; None where the list is replaced as a whole."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    wanted = PORT_KEYS if field == "ports" else (MERGE_KEYS.get(field, ""),)
    return next((key for key in wanted if all(key in item for item in items)), None)


def _list(field: str, target: Any, patch: list[Any]) -> list[Any]:
    key = merge_key(field, patch)
    present = target if isinstance(target, list) else []
    if key is None or not all(isinstance(item, Mapping) and key in item for item in present):
        return deepcopy(patch)
    result = deepcopy(present)
    for item in patch:
        place = next((index for index, each in enumerate(result) if each[key] == item[key]), None)
        if item.get(DIRECTIVE) == "delete":
            result = [each for each in result if each[key] != item[key]]
        elif place is None:
            result.append(_map({}, item, by_key=True))
        else:
            result[place] = _map(result[place], item, by_key=True)
    return result


def targets(objects: Mapping[str, Manifest], key: str) -> list[str]:
    """Return the suffixes of the objects that a patch is for: the object of that suffix, else all of that kind."""
    if key in objects:
        return [key]
    return [suffix for suffix, manifest in objects.items() if manifest["kind"] == key]


def patched(objects: Mapping[str, Manifest], patches: Mapping[str, Mapping[str, Any]]) -> dict[str, Manifest]:
    """Return an app's objects with its patches applied, those of a kind before those of one object."""
    result = dict(objects)
    for key in sorted(patches, key=lambda each: each in objects):
        for suffix in targets(objects, key):
            result[suffix] = merged(result[suffix], patches[key])
    return result
