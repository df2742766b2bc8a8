"""Between how many pods a workload is scaled: by Kubernetes' own autoscaler, or by KEDA."""

from dataclasses import dataclass

from slipway.recording.objects import namespace, number, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource

Target = tuple[str | None, str, str | None]
"""A workload by its namespace, its kind and its name."""


@dataclass(frozen=True, slots=True)
class Range:
    """The fewest pods, those of no activity left out, and the most."""

    least: int
    most: int


def ranges(recording: Recording) -> dict[Target, Range]:
    """Return the ranges by the workload that is scaled. KEDA's defaults are 0 and 100, Kubernetes' least is 1."""
    found = {}
    for kind, keys, defaults in (
        ("HorizontalPodAutoscaler", ("minReplicas", "maxReplicas"), (1, 1)),
        ("ScaledObject", ("minReplicaCount", "maxReplicaCount"), (0, 100)),
    ):
        for scaler in objects(recording, kind):
            given = [number(scaler.inputs, "spec", key) for key in keys]
            least, most = (
                default if value is None else int(value) for value, default in zip(given, defaults, strict=True)
            )
            found[_target(scaler)] = Range(least, max(least, most))
    return found


def _target(scaler: Resource) -> Target:
    return (
        namespace(scaler),
        text(scaler.inputs, "spec", "scaleTargetRef", "kind") or "Deployment",
        text(scaler.inputs, "spec", "scaleTargetRef", "name"),
    )
