"""What of a cluster's objects somebody wrote: what the cluster made of it, or added to it, is no part of an app."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slipway.importing.account import Entry, path_text
from slipway.importing.documents import LeafPath, Source, at, leaves

CONTROLLERS = frozenset({"CronJob", "DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
"""Kinds whose controllers make objects: those which they own are never an author's."""

BY_THE_CLUSTER = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ConfigMap", "istio-ca-root-cert")})
"""Objects that controllers put into every namespace."""

_METADATA = (
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "managedFields",
    "selfLink",
    "ownerReferences",
)
_ANNOTATIONS = re.compile(
    r"kubectl\.kubernetes\.io/(last-applied-configuration|restartedAt)|deployment\.kubernetes\.io/.*"
    r"|deprecated\.daemonset\.template\.generation|batch\.kubernetes\.io/(job-tracking|cronjob-scheduled-timestamp)"
    r"|cronjob\.kubernetes\.io/instantiate|pv\.kubernetes\.io/.*|volume\.(beta\.)?kubernetes\.io/.*"
    r"|autoscaling\.alpha\.kubernetes\.io/.*|control-plane\.alpha\.kubernetes\.io/.*"
)
_LABELS = re.compile(
    r"pod-template-hash|controller-revision-hash|((batch\.kubernetes\.io/)?(controller-uid|job-name))"
    r"|statefulset\.kubernetes\.io/pod-name|apps\.kubernetes\.io/pod-index"
)
"""Well-known annotations and labels of the control plane:
https://kubernetes.io/docs/reference/labels-annotations-taints/"""

_SERVICE: Mapping[str, tuple[Any, ...]] = {
    "clusterIP": ("None",),
    "clusterIPs": (["None"],),
    "ipFamilies": (),
    "healthCheckNodePort": (),
}
"""Fields of a Service that the API server fills in, each with the values that are an author's."""

WHY = "written by the cluster, not by an author"


def authored(sources: Iterable[Source]) -> tuple[list[Source], list[Entry]]:
    """Return the objects that somebody wrote, as far as somebody did, and an entry for every value that goes."""
    found = list(sources)
    kept: list[Source] = []
    gone: list[Entry] = []
    known = {(each.kind, each.name) for each in found}
    for source in found:
        maker = _maker(source, known)
        if maker:
            why = f"made by {maker}, which makes it again"
            gone += [_entry(source, path, value, why) for path, value in leaves(source.manifest)]
            continue
        paths = list(_written(source))
        for path in paths:
            gone += [_entry(source, (*path, *below), value, WHY) for below, value in leaves(at(source.manifest, path))]
        kept.append(Source(source.file, source.document, _without(source.manifest, paths)) if paths else source)
    return kept, gone


def _maker(source: Source, known: set[tuple[str, str]]) -> str:
    """Return who made an object: an owner among the documents, or any controller of Kubernetes' own."""
    if (source.kind, source.name) in BY_THE_CLUSTER or source.kind == "Event":
        return "the cluster"
    owners = at(source.manifest, ("metadata", "ownerReferences"))
    for owner in owners if isinstance(owners, list) else []:
        kind, name = str(at(owner, ("kind",))), str(at(owner, ("name",)))
        if (kind, name) in known or kind in CONTROLLERS:
            return f"{kind} {name}"
    return ""


def _written(source: Source) -> Iterator[LeafPath]:
    """Yield the paths of what the cluster wrote into an object."""
    manifest = source.manifest
    if "status" in manifest:
        yield ("status",)
    metadata = manifest.get("metadata") or {}
    yield from (("metadata", key) for key in _METADATA if key in metadata)
    for above in ((), ("spec", "template"), ("spec", "jobTemplate"), ("spec", "jobTemplate", "spec", "template")):
        yield from _in_metadata(manifest, (*above, "metadata"))
    if source.kind == "Job":
        yield from _in_map(manifest, ("spec", "selector", "matchLabels"), _LABELS)
    if source.kind == "Service" and source.manifest["apiVersion"] == "v1":
        spec = at(manifest, ("spec",))
        told = _SERVICE if isinstance(spec, dict) else {}
        yield from (("spec", key) for key, own in told.items() if key in spec and spec[key] not in own)


def _in_metadata(manifest: Any, path: LeafPath) -> Iterator[LeafPath]:
    if len(path) > 1 and "creationTimestamp" in (at(manifest, path) or {}):
        yield (*path, "creationTimestamp")
    yield from _in_map(manifest, (*path, "annotations"), _ANNOTATIONS)
    yield from _in_map(manifest, (*path, "labels"), _LABELS)


def _in_map(manifest: Any, path: LeafPath, pattern: re.Pattern[str]) -> Iterator[LeafPath]:
    found = at(manifest, path)
    yield from ((*path, key) for key in found if pattern.fullmatch(key)) if isinstance(found, dict) else ()


def _without(value: Any, paths: list[LeafPath]) -> Any:
    """Return a map without what is at some paths, and without the maps that this leaves empty."""
    here = {path[0] for path in paths if len(path) == 1}
    found = {}
    for key, each in value.items():
        below = [path[1:] for path in paths if path[0] == key and len(path) > 1]
        kept = _without(each, below) if below else each
        if key not in here and (kept or not below):
            found[key] = kept
    return found


def _entry(source: Source, path: LeafPath, value: Any, why: str) -> Entry:
    return Entry(source.file, source.document, source.kind, source.name, path_text(path), value, "changed", None, why)
