"""What an app file says of each kind of workload, and of how its versions follow each other."""

from collections.abc import Mapping
from typing import Any

from slipway.importing.clients import governing
from slipway.importing.containers import filled, versioned
from slipway.importing.documents import Source, at
from slipway.importing.grouping import COLOURS, Group, template_of
from slipway.importing.rollouts import by_argo, by_flagger, surge
from slipway.importing.scaling import scaling

_JOB = (
    "parallelism",
    "completions",
    "completionMode",
    "backoffLimit",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
)
_CRON = (
    "schedule",
    "timeZone",
    "concurrencyPolicy",
    "startingDeadlineSeconds",
    "successfulJobsHistoryLimit",
    "failedJobsHistoryLimit",
    "suspend",
)


def kind(group: Group) -> dict[str, Any]:
    """Return `kind`, what only workloads of that kind have, and how long a pod is ready before it counts."""
    return {**_of_kind(group), "minReadySeconds": at(group.workload.manifest, ("spec", "minReadySeconds"))}


def _of_kind(group: Group) -> dict[str, Any]:
    spec: Mapping[str, Any] = group.workload.manifest.get("spec") or {}
    match group.workload.kind:
        case "StatefulSet":
            known = {**_known_as(group), **_stateful(spec)}
            return {"kind": "StatefulSet", **_replicas(group, spec), "statefulSet": known}
        case "DaemonSet":
            return {"kind": "DaemonSet", "strategy": _rolling(spec.get("updateStrategy") or {})}
        case "Job":
            return {"kind": "Job", "job": _job(spec, group.pod)}
        case "CronJob":
            # What Kubernetes takes where nothing is said is another thing than what an app file does.
            cron = {"concurrencyPolicy": "Allow", **{key: spec[key] for key in _CRON if key in spec}}
            return {
                "kind": "CronJob",
                "cron": cron,
                "job": _job(at(dict(spec), ("jobTemplate", "spec")) or {}, group.pod),
            }
    return {**_replicas(group, spec), **_versions(group, spec)}


def _replicas(group: Group, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of pods, Kubernetes' 1 where none is said; an autoscaler's own is left to its bounds."""
    said = spec.get("replicas")
    bounds = scaling(group).get("scaling")
    if bounds is None:
        return {"replicas": 1 if said is None else said}
    least, most = bounds["minReplicas"], bounds["maxReplicas"]
    numbers = all(isinstance(each, int) for each in (least, said, most))
    return {"replicas": said} if numbers and least <= said <= most else {}


def _known_as(group: Group) -> dict[str, Any]:
    """Return the name of the headless Service, where the documents have one by another name than the app's own."""
    service = governing(group)
    known = service is not None and service.name != f"{group.name}-headless"
    return {"serviceName": service.name} if service is not None and known else {}


def _stateful(spec: Mapping[str, Any]) -> dict[str, Any]:
    return filled(
        {
            "firstOrdinal": at(dict(spec), ("ordinals", "start")),
            "podManagementPolicy": spec.get("podManagementPolicy"),
            "partition": at(dict(spec), ("updateStrategy", "rollingUpdate", "partition")),
            "retention": {
                key: value
                for key, value in (spec.get("persistentVolumeClaimRetentionPolicy") or {}).items()
                if key in {"whenDeleted", "whenScaled"}
            },
        }
    )


def _job(spec: Mapping[str, Any], pod: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: spec[key] for key in _JOB if key in spec}
    return {**found, **({"restartPolicy": pod["restartPolicy"]} if "restartPolicy" in pod else {})}


def _rolling(strategy: Mapping[str, Any]) -> dict[str, Any]:
    if strategy.get("type") == "Recreate":
        return {"type": "Recreate"}
    return surge(strategy.get("rollingUpdate") or {})


def _image(source: Source) -> str:
    return versioned(str(at(dict(template_of(source)), ("spec", "containers", 0, "image"))))


def _versions(group: Group, spec: Mapping[str, Any]) -> dict[str, Any]:
    for part in group.of("Rollout"):
        return {"strategy": by_argo(part, group)}
    if group.workload.kind == "Rollout":
        return {"strategy": by_argo(group.workload, group)}
    for part in group.of("Canary"):
        return {"strategy": by_flagger(part, group)}
    found: dict[str, Any] = {"strategy": _rolling(spec.get("strategy") or {})}
    if group.active:
        colours = {key: {"image": _image(group.others[key])} for key in COLOURS if key in group.others}
        found["strategy"] = {**found["strategy"], "type": "blue-green", "active": group.active, **colours}
    if "canary" in group.others:
        second = group.others["canary"]
        replicas = at(second.manifest, ("spec", "replicas"))
        found["canary"] = {"image": _image(second), "replicas": replicas if replicas is not None else 1}
    return found
