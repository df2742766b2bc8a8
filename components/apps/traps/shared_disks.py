"""Claims on a disk that one node has at a time, in apps with several pods."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from components.apps.context import AppContext, context
from components.apps.placement import pool_of
from components.apps.pod_counts import most_pods
from components.apps.raw_objects import raw_name
from components.apps.volumes import VolumeSettings
from components.problem import Advice

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

SHARED = frozenset({"ReadWriteMany", "ReadOnlyMany"})
"""The access modes of a claim that pods on several nodes may mount (k8s.io/api/core/v1, PersistentVolumeAccessMode)."""

Claims = dict[tuple[str, str], dict[str, Any]]


def declared_claims(settings: "StackSettings") -> Claims:
    """Return the PersistentVolumeClaims under the apps' `objects`, by namespace and name."""
    return {
        (app.namespace, raw_name(app, key)): each
        for app in settings.apps
        for key, each in app.objects.items()
        if each["kind"] == "PersistentVolumeClaim"
    }


def access_modes(volume: VolumeSettings, claim: dict[str, Any] | None) -> frozenset[str]:
    """Return the access modes of a claim: as its manifest says, else as the volume does, else those of EBS."""
    said = ((claim or {}).get("spec") or {}).get("accessModes") or [volume.access_mode or "ReadWriteOnce"]
    return frozenset(map(str, said))


def _nodes(app: "AppSettings", stack: AppContext) -> int:
    """Return on how many nodes the pods of an app may be at once, as far as it is known."""
    pool = pool_of(app, stack)
    pods = most_pods(app, stack.pools)
    return min(pods, pool.max_size) if pool is not None else pods


_REMEDIES = {
    "Deployment": "`replicas: 1` with `strategy: {type: Recreate}` and no scaling above it",
    "StatefulSet": "type: persistent, which is a volume for each pod",
    "DaemonSet": "a volume of another type",
    "Job": "one pod at a time (job.parallelism)",
    "CronJob": "one pod at a time (job.parallelism, concurrencyPolicy: Forbid)",
}


def _remedy(app: "AppSettings") -> str:
    if app.kind == "Deployment" and (app.canary is not None or app.strategy.type in {"canary", "blue-green"}):
        return f"one version at a time: {_REMEDIES[app.kind]}"
    return _REMEDIES[app.kind]


def _users(settings: "StackSettings") -> "dict[tuple[str, str], list[tuple[AppSettings, str, VolumeSettings]]]":
    users: dict[tuple[str, str], list[tuple[AppSettings, str, VolumeSettings]]] = {}
    for app in settings.apps:
        for name, volume in app.volumes.items():
            if volume.type == "claim" and volume.claim_name is not None:
                users.setdefault((app.namespace, volume.claim_name), []).append((app, name, volume))
    return users


def multi_attach(settings: "StackSettings") -> Iterator[Advice]:
    """Say which pods would wait for a disk that another node has (the kubelet's Multi-Attach error)."""
    users = _users(settings)
    if not users:
        return
    claims, stack = declared_claims(settings), context(settings)
    for (namespace, claim), mounting in users.items():
        for app, name, volume in mounting:
            others = sorted({each.name for each, *_ in mounting} - {app.name})
            nodes = _nodes(app, stack)
            if access_modes(volume, claims.get((namespace, claim))) & SHARED or nodes + len(others) < 2:
                continue
            pods = f"up to {nodes} pods of the app (updates and scaling counted)" if nodes > 1 else "its pod"
            beside = f" and those of {', '.join(others)}" if others else ""
            yield Advice(
                ("volumes", name, "claimName"),
                f"{claim} is a disk that one node has at a time (ReadWriteOnce, as every claim on EBS): {pods}{beside}"
                f" on different nodes wait for ever (Multi-Attach). Either {_remedy(app)}; or a claim that several"
                " nodes may mount, such as one of EFS, with accessMode: ReadWriteMany",
                app=app.name,
            )


ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (multi_attach,)
