"""Checks of what patches and raw objects take of the cluster's nodes: their ports are one app's, as node ports are.

No key of an app file puts a pod on its node's address; a patch, or an object of the app's own, may.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from components.apps.context import context
from components.apps.manifests import render
from components.apps.patches import targets
from components.apps.raw_objects import raw_suffix
from components.problem import KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.apps.words import Manifest
    from components.settings import StackSettings

Place = tuple[str, int, str]
"""What is taken of every node (`host port` or `node port`), the number, the protocol."""


def _pods(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the specs of pods in a manifest, wherever its kind has them."""
    if isinstance(value, Mapping):
        if isinstance(value.get("containers"), list):
            yield value
        for each in value.values():
            yield from _pods(each)


def _host_ports(manifest: "Manifest") -> Iterator[Place]:
    for pod in _pods(manifest):
        for container in (*(pod.get("initContainers") or ()), *pod["containers"]):
            for port in container.get("ports") or ():
                number = port.get("hostPort") or (port.get("containerPort") if pod.get("hostNetwork") else None)
                if isinstance(number, int):
                    yield "host port", number, str(port.get("protocol", "TCP"))


def _node_ports(manifest: "Manifest") -> Iterator[Place]:
    if manifest["kind"] == "Service":
        for port in (manifest.get("spec") or {}).get("ports") or ():
            if isinstance(port.get("nodePort"), int):
                yield "node port", port["nodePort"], str(port.get("protocol", "TCP"))


def _said_at(app: "AppSettings", objects: "Mapping[str, Manifest]", suffix: str) -> KeyPath:
    """Return the key of the app's file that made an object what it is."""
    raw = next((name for name in app.objects if raw_suffix(name) == suffix), None)
    if raw is not None:
        return "objects", raw
    patch = next((key for key in app.patches if suffix in targets(objects, key)), None)
    return ("patches", patch) if patch is not None else ("service", "nodePorts")


def node_places(settings: "StackSettings") -> Iterator[Problem]:
    """No two objects take one port of the nodes; those without patches and objects of their own take node ports."""
    if not any(app.patches or app.objects for app in settings.apps):
        return
    stack = context(settings)
    owners: dict[Place, tuple[str, str]] = {}
    for app in settings.apps:
        objects: dict[str, Manifest] = {}
        with suppress(LookupError, TypeError, ValueError, AttributeError):  # what cannot be rendered: another says why
            objects = render(app, stack)
        for suffix, manifest in objects.items():
            path = _said_at(app, objects, suffix)
            for what, number, protocol in dict.fromkeys((*_host_ports(manifest), *_node_ports(manifest))):
                here = (app.name, ".".join(map(str, path)))
                owner = owners.setdefault((what, number, protocol), here)
                if owner != here:
                    yield Problem(
                        path=path,
                        message=f"{owner[0]} ({owner[1]}) has the {what} {number} already",
                        found=f"{what} {number}/{protocol} of {manifest['kind']} {manifest['metadata']['name']}",
                        allowed=f"a {what} that nothing else takes",
                        app=app.name,
                    )


LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (node_places,)
"""What asks about rendered objects."""
