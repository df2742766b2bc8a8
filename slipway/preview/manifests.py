"""The Kubernetes objects and Helm releases of a recording as YAML files, one each, the same bytes in every run."""

import re
from collections import Counter
from collections.abc import Mapping

from slipway.preview.yaml_text import yaml_text
from slipway.recording.objects import chart, is_object, namespace, object_name, releases, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

CLUSTER_FOLDER = "_cluster"
HELM_FOLDER = "_helm"
# Inputs that are the provider's own, not the object's.
_NOT_THE_OBJECT = ("status",)


def manifests(recording: Recording) -> Mapping[str, str]:
    """Return the text of every file by its path.

    An object is at NAMESPACE/KIND-NAME.yaml, one in no namespace in _cluster/, a release at
    _helm/NAMESPACE/RELEASE.yaml.

    Two objects of one kind and name differ in their API group, which then is in the name of both their files.
    """
    files = {_helm_path(release): yaml_text(_release(release)) for release in releases(recording)}
    objects = [resource for resource in recording.made if is_object(resource)]
    taken = Counter(_object_path(resource) for resource in objects)
    for resource in objects:
        path = _object_path(resource)
        if taken[path] > 1:
            path = _object_path(resource, group=_group(resource))
        while path in files:  # the same object twice, as a whole and as a patch
            path = path.replace(".yaml", "+.yaml")
        files[path] = yaml_text(_object(resource))
    return {path: files[path] for path in sorted(files)}


def _object(resource: Resource) -> dict[str, Json]:
    """Return the object; one that Pulumi names has the logical name as the prefix of its random name."""
    found = {key: value for key, value in resource.inputs.items() if key not in _NOT_THE_OBJECT}
    metadata = found.get("metadata")
    if not text(found, "metadata", "name"):
        found["metadata"] = {
            **(metadata if isinstance(metadata, dict) else {}),
            "generateName": f"{resource.name}-",
        }
    return found


def _release(release: Resource) -> dict[str, Json]:
    installed = chart(release)
    return {
        "release": text(release.inputs, "name") or release.name,
        "namespace": namespace(release) or "default",
        "chart": installed.name,
        "version": installed.version,
        "repository": installed.repository,
        "values": release.inputs.get("values") or {},
    }


def _object_path(resource: Resource, group: str = "") -> str:
    folder = namespace(resource) or CLUSTER_FOLDER
    kind = str(resource.inputs["kind"]).lower()
    patch = ".patch" if resource.kind.endswith("Patch") else ""
    return "/".join(_safe(part) for part in (folder, f"{kind}{group}-{object_name(resource)}{patch}.yaml"))


def _helm_path(release: Resource) -> str:
    name = text(release.inputs, "name") or release.name
    return "/".join(_safe(part) for part in (HELM_FOLDER, namespace(release) or "default", f"{name}.yaml"))


def _group(resource: Resource) -> str:
    group = str(resource.inputs.get("apiVersion")).rpartition("/")[0]
    return f".{group}" if group else ".core"


def _safe(part: str) -> str:
    """Return a part of a path that stays where it is put: names in Kubernetes may have `:`, unknown ones anything."""
    return re.sub(r"[^a-z0-9_.+-]+", "-", part.lower()).lstrip(".") or "-"
