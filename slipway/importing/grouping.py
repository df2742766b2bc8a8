"""Which objects belong together: everything that selects, names or reaches a workload is part of its app."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slipway.importing.documents import Source, at

WORKLOADS = ("Deployment", "StatefulSet")

ONE_OF_A_KIND = frozenset({"HorizontalPodAutoscaler", "PodDisruptionBudget", "Ingress", "ServiceAccount"})
"""Kinds of which an app has one; a second is left over."""


@dataclass(slots=True)
class Group:
    """A workload and what belongs to it, in the order of the documents."""

    workload: Source
    parts: list[Source] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Source]:
        """Return the parts of some kinds."""
        return [part for part in self.parts if part.kind in kinds]

    @property
    def labels(self) -> Mapping[str, Any]:
        """The labels of the workload's pods."""
        found = at(self.workload.manifest, ("spec", "template", "metadata", "labels"))
        return found if isinstance(found, dict) else {}

    @property
    def pod(self) -> Mapping[str, Any]:
        """The spec of the workload's pods."""
        found = at(self.workload.manifest, ("spec", "template", "spec"))
        return found if isinstance(found, dict) else {}


def group(sources: Iterable[Source]) -> tuple[list[Group], list[Source]]:
    """Return the workloads with their parts, and the objects that belong to none."""
    sources = list(sources)
    groups: list[Group] = []
    names: set[tuple[str, Any]] = set()
    for source in sources:
        if source.kind in WORKLOADS and at(source.manifest, ("spec", "template", "spec", "containers", 0)):
            known = (source.name, at(source.manifest, ("metadata", "namespace")))
            if known not in names:
                groups.append(Group(source))
                names.add(known)
    workloads = {id(each.workload) for each in groups}
    left = []
    # Services first: an Ingress is known by the Service that it leads to
    for source in sorted(sources, key=lambda each: each.kind != "Service"):
        if id(source) in workloads:
            continue
        owner = next((each for each in groups if _belongs(source, each) and _room(source, each)), None)
        if owner is None:
            left.append(source)
        else:
            owner.parts.append(source)
    return groups, left


def _room(source: Source, owner: Group) -> bool:
    return source.kind not in ONE_OF_A_KIND or not owner.of(source.kind)


def _namespaces_agree(source: Source, owner: Group) -> bool:
    own, other = (at(each.manifest, ("metadata", "namespace")) for each in (source, owner.workload))
    return own is None or other is None or own == other


def _selects(selector: Any, labels: Mapping[str, Any]) -> bool:
    return isinstance(selector, dict) and bool(selector) and selector.items() <= labels.items()


def _belongs(source: Source, owner: Group) -> bool:  # noqa: PLR0911 (one a kind)
    if not _namespaces_agree(source, owner):
        return False
    manifest = source.manifest
    match source.kind:
        case "Service":
            return _selects(at(manifest, ("spec", "selector")), owner.labels)
        case "PodDisruptionBudget":
            return _selects(at(manifest, ("spec", "selector", "matchLabels")), owner.labels)
        case "NetworkPolicy":
            return _selects(at(manifest, ("spec", "podSelector", "matchLabels")), owner.labels)
        case "HorizontalPodAutoscaler":
            target = at(manifest, ("spec", "scaleTargetRef")) or {}
            return (target.get("kind"), target.get("name")) == (owner.workload.kind, owner.workload.name)
        case "ServiceAccount":
            return bool(source.name) and owner.pod.get("serviceAccountName") == source.name
        case "ConfigMap":
            taken = at(owner.pod, ("containers", 0, "envFrom")) or []
            return any(at(each, ("configMapRef", "name")) == source.name for each in taken)
        case "Ingress":
            return backend_of(manifest) in {service.name for service in owner.of("Service")}
    return False


def backend_of(ingress: Mapping[str, Any]) -> Any:
    """Return the Service of an Ingress's first path."""
    return at(ingress, ("spec", "rules", 0, "http", "paths", 0, "backend", "service", "name"))
