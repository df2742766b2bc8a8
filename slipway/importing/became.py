"""What a document became, and how its rendered objects are looked into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from slipway.importing.documents import at

Moved = tuple[Any, str]
"""What the value is now (None: it is said by something else), and where."""


@dataclass(frozen=True, slots=True)
class Became:
    """What a document became: `rendered` (empty: nothing), among `objects`, all of the app's by suffix.

    `given` are the ConfigMaps of the documents, whose values the app has, by name with their keys; `picked` the keys
    of ConfigMaps (name, key) that are variables of the app by other names; `issued` the Secrets that cert-manager
    makes of the documents' Certificates; `passed_by` the app's ports that no Service leads to, but past them.
    """

    rendered: Mapping[str, Any]
    objects: Mapping[str, Any]
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    picked: frozenset[tuple[str, str]] = frozenset()
    issued: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    """The Secrets that objects of the documents make."""
    passed_by: frozenset[int] = frozenset()


def pod_of(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the pod spec of a workload, empty where it has none."""
    spec = at(dict(manifest), ("spec", "jobTemplate", "spec")) or manifest.get("spec") or {}
    return at(spec, ("template", "spec")) or {}


def containers_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all containers of a workload."""
    return all_of(pod_of(manifest))


def all_of(pod: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all containers of a pod, those before the app first."""
    return [*(pod.get("initContainers") or []), *(pod.get("containers") or [])]


def made(secret: Any, objects: Mapping[str, Any]) -> Moved | None:
    """Return what a Secret is called that an ExternalSecret or SealedSecret of the app makes: APP-NAME."""
    for manifest in objects.values():
        name = manifest["metadata"]["name"]
        if manifest["kind"] in {"ExternalSecret", "SealedSecret"} and name.endswith(f"-{secret}"):
            return name, "the Secret is named after the app"
    return None
