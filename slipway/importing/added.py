"""What an app has that the documents of its workload do not say: limits, and a hardened pod."""

from collections.abc import Iterator, Mapping
from typing import Any

from slipway.importing.account import Entry, path_text
from slipway.importing.became import all_of, pod_of
from slipway.importing.documents import LeafPath, Source, at
from slipway.importing.images import needs

LIMITED = "a container has limits: these are the defaults, or its requests where they are above: measure and set them"


def added(source: Source, rendered: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield an entry for each container that gets limits, and one for what hardens the pods of a workload."""
    step: LeafPath = ("spec", "jobTemplate", "spec", "template") if source.kind == "CronJob" else ("spec", "template")
    before, now = pod_of(source.manifest), pod_of(rendered)
    place = (source.file, source.document, source.kind, source.name)
    for path, container, new in _pairs(before, now):
        said = at(dict(container), ("resources", "limits")) or {}
        limits = {key: value for key, value in (at(new, ("resources", "limits")) or {}).items() if key not in said}
        if limits:
            where = f"(added) {path_text((*step, 'spec', *path, 'resources', 'limits'))}"
            yield Entry(*place, where, None, "changed", limits, LIMITED)
    words = list(_hardened(before, now))
    if words:
        found = {
            "runAsUser": at(dict(now), ("securityContext", "runAsUser")),
            "readOnlyRootFilesystem": at(dict(now), ("containers", 0, "securityContext", "readOnlyRootFilesystem")),
        }
        where = f"(added) {path_text((*step, 'spec', 'securityContext'))}"
        yield Entry(*place, where, None, "changed", found, "; ".join(words))


def _pairs(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[LeafPath, Mapping[str, Any], Any]]:
    """Yield each container of a document with its path and what it became."""
    by_name = {each["name"]: each for each in all_of(now)}
    for key in ("initContainers", "containers"):
        for index, each in enumerate(before.get(key) or []):
            own = key == "containers" and index == 0
            new = at(dict(now), ("containers", 0)) if own else by_name.get(each.get("name"))
            if new is not None:
                yield (key, index), each, new


def _hardened(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Yield sentences on what is added to a pod that says neither a user nor a read-only root."""
    containers = [(each, new) for _, each, new in _pairs(before, now)]
    contexts = [before.get("securityContext") or {}, *(each.get("securityContext") or {} for each, _ in containers)]
    user = at(dict(now), ("securityContext", "runAsUser"))
    keeps_user = any(context.get("runAsUser") == user for context in contexts)
    keeps_root = all(context.get("readOnlyRootFilesystem") is True for context in contexts[1:])
    if keeps_user and keeps_root:
        return
    ways = [*([] if keeps_user else [f"as user {user}"]), *([] if keeps_root else ["with a read-only root"])]
    yield f"runs {' '.join(ways)} now, without capabilities"
    for each, new in containers:
        if "image" in each and (known := needs(str(each["image"]))):
            yield from _image(known[0], known[1].user, known[1].writes, new, user)
    if "automountServiceAccountToken" not in before and not now.get("automountServiceAccountToken", True):
        yield "it has no token of the API"
    if "enableServiceLinks" not in before:
        yield "it has no variables of the Services nearby"
    own, new = containers[0] if not before.get("initContainers") else containers[len(before["initContainers"])]
    if "readinessProbe" in new and "readinessProbe" not in own:
        yield f"it is ready when its port {at(new, ('readinessProbe', 'tcpSocket', 'port'))} is open"


def _image(name: str, wanted: int | None, writes: tuple[str, ...], new: Mapping[str, Any], user: Any) -> Iterator[str]:
    mounted = [each["mountPath"] for each in new.get("volumeMounts") or [] if not each.get("readOnly")]
    closed = [path for path in writes if not any(f"{path}/".startswith(f"{place}/") for place in mounted)]
    if closed:
        yield f"{name} writes to {', '.join(closed)}: under scratch or volumes"
    if wanted is not None and wanted != user:
        yield f"{name} is made for user {wanted}: runAs"
