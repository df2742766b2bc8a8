"""What makes pods among the stack's own objects. What charts bring is not recorded, and so not judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from components.apps.pod_resources import Role, containers_of
from components.tenancy.system import is_system_namespace
from slipway.preview.pods import APP_LABEL, WORKLOADS, pod_of
from slipway.preview.scalers import Range, ranges
from slipway.recording.objects import items, mapping, namespace, number, object_name, objects, text
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

TIER_LABEL = "slipway.dev/tier"
TRACK_LABEL = "track"
LASTING = ("Deployment", "Rollout", "StatefulSet")
"""The kinds whose pods stay, in a number of the stack's own."""


@dataclass(frozen=True, slots=True)
class Pods:
    """A workload, or a Pod by itself. `spec` is the pod's; `scaled` is the range of its autoscaler, if any."""

    resource: Resource
    kind: str
    namespace: str
    name: str
    labels: dict[str, Json]
    spec: dict[str, Json]
    scaled: Range | None

    @property
    def said(self) -> str:
        """How a finding names it: `Deployment web/webapp`."""
        return f"{self.kind} {self.namespace}/{self.name}"

    @property
    def tier(self) -> int | None:
        """The tier of its app, None for what is no app of Slipway."""
        found = number(self.labels, TIER_LABEL)
        return None if found is None else int(found)

    @property
    def app(self) -> str:
        """The name of its app; its own for what is no app of Slipway."""
        return text(self.labels, APP_LABEL) or self.name

    @property
    def of_platform(self) -> bool:
        """Whether it is in a namespace of Kubernetes' or of the platform's."""
        return is_system_namespace(self.namespace)

    @property
    def is_canary(self) -> bool:
        """Whether it is the version on trial, beside the one that counts."""
        return self.labels.get(TRACK_LABEL) == "canary"

    @property
    def replicas(self) -> int:
        """The pods that it has as declared; Kubernetes' own 1 where nothing says how many."""
        given = number(self.resource.inputs, "spec", "replicas")
        return int(given) if given is not None else self.scaled.least if self.scaled else 1

    @property
    def least(self) -> int:
        """The fewest pods: the autoscaler's, where there is one."""
        return self.scaled.least if self.scaled else self.replicas

    @property
    def containers(self) -> list[tuple[Role, dict[str, Any]]]:
        """Its containers with their roles, init containers first."""
        return [(role, dict(each)) for role, each in containers_of(self.spec)]


def pods_made(recording: Recording) -> Iterator[Pods]:
    """Yield what makes pods, by kind. A Rollout that refers to a Deployment has no containers of its own: left out."""
    scaled = ranges(recording)
    for kind in (*WORKLOADS, "Pod"):
        for resource in objects(recording, kind):
            inputs = resource.inputs
            spec = mapping(inputs, "spec") if kind == "Pod" else pod_of(inputs)
            if items(spec, "containers"):
                target = (namespace(resource), kind, object_name(resource))
                yield Pods(
                    resource=resource,
                    kind=kind,
                    namespace=namespace(resource) or "default",
                    name=object_name(resource),
                    labels=_labels(inputs, kind),
                    spec=spec,
                    scaled=scaled.get(target),
                )


def app_pods(recording: Recording) -> Iterator[Pods]:
    """Yield what makes pods outside the namespaces of Kubernetes and the platform."""
    return (each for each in pods_made(recording) if not each.of_platform)


def _labels(inputs: dict[str, Json], kind: str) -> dict[str, Json]:
    """Return the labels of the pods, laid over those of what makes them."""
    own = mapping(inputs, "metadata", "labels")
    if kind == "Pod":
        return own
    inner = {
        "CronJob": ("spec", "jobTemplate", "spec", "template"),
        "ScaledJob": ("spec", "jobTargetRef", "template"),
    }.get(kind, ("spec", "template"))
    return {**own, **mapping(inputs, *inner, "metadata", "labels")}
