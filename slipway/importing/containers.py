"""What an app file says of the containers: the first, which becomes the app's, and those around it."""

from collections.abc import Mapping
from typing import Any

from components import quantity
from components.apps.containers import small
from components.apps.gpu import SHARED, SHARING_LABEL, WHOLE
from components.apps.resources import ResourcesSettings
from slipway.importing import variables
from slipway.importing.documents import at
from slipway.importing.grouping import Group
from slipway.importing.ports import app_ports, helper_ports, offered_of
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
    """Return the fields that say something; no scratch directory at all is a word, too."""
    return {key: value for key, value in fields.items() if value not in (None, {}, [], ()) or says_none(key, value)}


def says_none(key: str, value: Any) -> bool:
    """Tell whether an empty list means what its key's absence does not."""
    return key == "scratch" and value == []


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
        "resources": _resources(spec, ResourcesSettings()),
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
    found["startOrder"] = _order(before)
    helpers = {
        "initContainers": [each for each in before if each.get("restartPolicy") != "Always"],
        "sidecars": [each for each in before if each.get("restartPolicy") == "Always"],
        "containers": (group.pod.get("containers") or [])[1:],
    }
    for key, specs in helpers.items():
        found[key] = {str(each.get("name")): _helper(group, each, stored, made.renamed) for each in specs}
    return found


def _order(before: list[Mapping[str, Any]]) -> list[str]:
    """Return the names of what starts before the app, in their order; none where sidecars come first anyway."""
    sidecars = [each.get("restartPolicy") == "Always" for each in before]
    return [str(each.get("name")) for each in before] if sidecars != sorted(sidecars, reverse=True) else []


def _helper(group: Group, spec: Mapping[str, Any], stored: Storage, renamed: Mapping[str, str]) -> dict[str, Any]:
    ports, name = helper_ports(spec, offered_of(group)), str(spec.get("name"))
    return filled(
        {
            "image": versioned(str(spec.get("image", ""))),
            "command": spec.get("command"),
            "args": spec.get("args"),
            "ports": ports,
            "config": variables.config(group, spec, own=False),
            "env": variables.single(spec, renamed),
            "secrets": [renamed.get(each, each) for each in variables.secrets(spec)],
            "resources": _resources(spec, small()),
            "probes": probes(spec, ports),
            "mounts": stored.mounts.get(name),
            "scratch": stored.scratches.get(name),
        }
    )


_AMOUNTS = {"cpu": "cpu", "memory": "memory", "ephemeral-storage": "ephemeralStorage"}


def _resources(spec: Mapping[str, Any], usual: ResourcesSettings) -> dict[str, Any]:
    """Return limits and requests; a request above the `usual` limit, where none is said, is its limit, too."""
    found: dict[str, dict[str, str]] = {}
    for key in ("limits", "requests"):
        amounts = at(dict(spec), ("resources", key)) or {}
        found[key] = {key: str(amounts[name]) for name, key in _AMOUNTS.items() if name in amounts}
    for key, request in found["requests"].items():
        limit = getattr(usual.limits, key, None)
        if limit is not None and key not in found["limits"] and _above(request, limit):
            found["limits"][key] = request
    return {key: amounts for key, amounts in found.items() if amounts}


def _above(one: str, other: str) -> bool:
    try:
        return quantity.parse(one) > quantity.parse(other)
    except ValueError:
        return False  # what is no amount, the app file refuses


def _gpu(group: Group, spec: Mapping[str, Any]) -> dict[str, Any]:
    limits = at(dict(spec), ("resources", "limits")) or {}
    sharing = (group.pod.get("nodeSelector") or {}).get(SHARING_LABEL, "time-slicing")
    for name, how in ((WHOLE, {}), (SHARED, {"sharing": sharing})):
        if str(limits.get(name, "")).isdecimal():
            return {"count": int(limits[name]), **how}
    return {}
