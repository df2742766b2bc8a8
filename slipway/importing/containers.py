"""What an app file says of the containers: the first, which becomes the app's, and those around it."""

from collections.abc import Mapping
from typing import Any

from components.apps.gpu import SHARED, SHARING_LABEL, WHOLE
from slipway.importing import variables
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.ports import app_ports, helper_ports
from slipway.importing.probes import hooks, probes
from slipway.importing.sources import secret_sources
from slipway.importing.storage import Storage, storage

PLACEHOLDER = "name-a-version"
"""The tag of an image whose own moves. There is no such image, so an app that was not completed does not start."""


def versioned(image: str) -> str:
    """Return an image reference whose tag does not move: its own, or one that its author must replace."""
    name, separator, tag = image.rpartition(":")
    if "@" in image:
        return image
    if not separator or "/" in tag:
        return f"{image}:{PLACEHOLDER}"
    return f"{name}:{PLACEHOLDER}" if tag == "latest" else image


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {key: value for key, value in fields.items() if value not in (None, {}, [], ())}


def containers(group: Group) -> dict[str, Any]:
    """Return the settings of an app that come from its containers."""
    spec, made = group.containers[0], secret_sources(group)
    stored = storage(group, made.renamed)
    ports = app_ports(group)
    secrets = {"existing": [name for name in variables.secrets(spec) if name not in made.renamed], **made.settings}
    found: dict[str, Any] = {
        "image": versioned(str(spec.get("image", ""))),
        "command": spec.get("command"),
        "args": spec.get("args"),
        "ports": ports,
        "resources": _resources(spec),
        "config": variables.config(group, spec, own=True),
        "secrets": filled(secrets),
        "env": variables.single(spec, made.renamed),
        "probes": probes(spec, ports),
        "lifecycle": hooks(spec, ports),
        "scratch": stored.scratch,
        "scratchSize": stored.scratch_size if stored.scratch else None,
        "volumes": stored.volumes,
        "files": stored.files,
        "gpu": _gpu(group, spec),
    }
    before = group.pod.get("initContainers") or []
    helpers = {
        "initContainers": [each for each in before if each.get("restartPolicy") != "Always"],
        "sidecars": [each for each in before if each.get("restartPolicy") == "Always"],
        "containers": (group.pod.get("containers") or [])[1:],
    }
    for key, specs in helpers.items():
        found[key] = {str(each.get("name")): _helper(group, each, stored, made.renamed) for each in specs}
    return found


def _helper(group: Group, spec: Mapping[str, Any], stored: Storage, renamed: Mapping[str, str]) -> dict[str, Any]:
    ports, name = helper_ports(spec), str(spec.get("name"))
    return filled(
        {
            "image": versioned(str(spec.get("image", ""))),
            "command": spec.get("command"),
            "args": spec.get("args"),
            "ports": ports,
            "config": variables.config(group, spec, own=False),
            "env": variables.single(spec, renamed),
            "secrets": [renamed.get(each, each) for each in variables.secrets(spec)],
            "resources": _resources(spec),
            "probes": probes(spec, ports),
            "mounts": stored.mounts.get(name),
            "scratch": stored.scratches.get(name),
        }
    )


_AMOUNTS = {"cpu": "cpu", "memory": "memory", "ephemeral-storage": "ephemeralStorage"}


def _resources(spec: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for key in ("limits", "requests"):
        amounts = at(dict(spec), ("resources", key)) or {}
        kept = {key: str(amounts[name]) for name, key in _AMOUNTS.items() if name in amounts}
        if kept:
            found[key] = kept
    return found


def _gpu(group: Group, spec: Mapping[str, Any]) -> dict[str, Any]:
    limits = at(dict(spec), ("resources", "limits")) or {}
    sharing = (group.pod.get("nodeSelector") or {}).get(SHARING_LABEL, "time-slicing")
    for name, how in ((WHOLE, {}), (SHARED, {"sharing": sharing})):
        if str(limits.get(name, "")).isdecimal():
            return {"count": int(limits[name]), **how}
    return {}
