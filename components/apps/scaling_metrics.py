"""What a HorizontalPodAutoscaler goes by: the pods' resources, their metrics, those of an object, or outside ones."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components import quantity
from components.apps.words import Manifest, ObjectName
from components.model import Settings
from components.names import LabelKey, LabelValue
from components.quantity import Cpu

Resource = Literal["cpu", "memory"]
"""What metrics-server measures of a container."""

Utilization = Annotated[int, Field(ge=1, le=1000)]
"""Percent of what the containers request."""


def _above_zero(value: str) -> str:
    if quantity.parse(value) <= Decimal(0):
        raise ValueError(f"{value!r} is not above 0: the autoscaler divides by it")
    return value


Amount = Annotated[Cpu, AfterValidator(_above_zero), Field(examples=["100", "500m", "1Gi"])]
"""A Kubernetes quantity of whatever a metric counts."""


class _OneOf(Settings):
    """A choice: one of the keys is given, which `sources` tells."""

    @property
    def sources(self) -> list[str]:
        """The keys that are set, of which there must be one."""
        return list(self.model_dump(by_alias=True, exclude_none=True))


class ResourceTargetSettings(_OneOf):
    """What to aim at, as a share of the requests or as an amount: exactly one."""

    average_utilization: Utilization | None = Field(default=None, description="Percent of the requests, over all pods.")
    average_value: Amount | None = Field(default=None, description="The amount per pod, such as 300m or 400Mi.")


class AverageTargetSettings(Settings):
    """What to aim at, per pod."""

    average_value: Amount = Field(description="The metric's amount per pod.")


class ValueTargetSettings(_OneOf):
    """What to aim at, per pod or altogether: exactly one."""

    average_value: Amount | None = Field(default=None, description="The metric divided by the number of pods.")
    value: Amount | None = Field(default=None, description="The metric as it is.")


class SelectorSettings(Settings):
    """Which series of a metric count."""

    match_labels: dict[LabelKey, LabelValue] = Field(description="The labels that they have.")


class MetricIdentifierSettings(Settings):
    """A metric by its name."""

    name: Annotated[str, Field(min_length=1, max_length=253)] = Field(description="The metric's name.")
    selector: SelectorSettings | None = Field(default=None, description="Which of its series count. Unset: all.")


class ResourceMetricSettings(Settings):
    """CPU or memory of whole pods, their sidecars included."""

    name: Resource = Field(description="cpu or memory.")
    target: ResourceTargetSettings = Field(description="What to aim at.")


class ContainerResourceMetricSettings(ResourceMetricSettings):
    """CPU or memory of one container of each pod: a busy sidecar does not hide an idle app, nor the reverse."""

    container: ObjectName | None = Field(default=None, description="The container. Unset: the app's own.")


class PodsMetricSettings(Settings):
    """A metric of each pod (the API custom.metrics.k8s.io)."""

    metric: MetricIdentifierSettings = Field(description="The metric.")
    target: AverageTargetSettings = Field(description="What to aim at.")


class DescribedObjectSettings(Settings):
    """An object of the app's namespace."""

    api_version: Annotated[str, Field(min_length=1, max_length=253)] = Field(
        description="The object's API version, such as networking.k8s.io/v1."
    )
    kind: Annotated[str, Field(min_length=1, max_length=63)] = Field(description="The object's kind, such as Ingress.")
    name: ObjectName = Field(description="The object's name.")


class ObjectMetricSettings(Settings):
    """A metric of one other object (custom.metrics.k8s.io)."""

    described_object: DescribedObjectSettings = Field(description="The object that the metric is of.")
    metric: MetricIdentifierSettings = Field(description="The metric.")
    target: ValueTargetSettings = Field(description="What to aim at.")


class ExternalMetricSettings(Settings):
    """A metric of nothing in the cluster (external.metrics.k8s.io)."""

    metric: MetricIdentifierSettings = Field(description="The metric.")
    target: ValueTargetSettings = Field(description="What to aim at.")


class MetricSettings(_OneOf):
    """One metric, of exactly one sort; the autoscaler takes the greatest number of pods that any of them asks for."""

    resource: ResourceMetricSettings | None = Field(default=None, description="CPU or memory of whole pods.")
    container_resource: ContainerResourceMetricSettings | None = Field(
        default=None, description="CPU or memory of one container."
    )
    pods: PodsMetricSettings | None = Field(default=None, description="A metric of each pod.")
    object: ObjectMetricSettings | None = Field(default=None, description="A metric of another object.")
    external: ExternalMetricSettings | None = Field(default=None, description="A metric from outside the cluster.")

    @property
    def measured(self) -> ResourceMetricSettings | None:
        """The part that goes by what metrics-server measures, None for the others."""
        return self.resource or self.container_resource

    @property
    def target(self) -> ResourceTargetSettings | AverageTargetSettings | ValueTargetSettings | None:
        """What the metric aims at, None where no sort is given."""
        part = self.measured or self.pods or self.object or self.external
        return part.target if part is not None else None


_TYPES = {
    "resource": "Resource",
    "containerResource": "ContainerResource",
    "pods": "Pods",
    "object": "Object",
    "external": "External",
}
_TARGETS = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}


def utilization(resource: Resource, percent: int) -> Manifest:
    """Return the metric (autoscaling/v2) of a share of the requests of whole pods."""
    return {
        "type": "Resource",
        "resource": {"name": resource, "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def metric(settings: MetricSettings, *, container: str) -> Manifest:
    """Return the metric (autoscaling/v2); `container` is the app's own, of a container metric that names none."""
    (source,) = settings.sources
    body: Manifest = settings.model_dump(mode="json", by_alias=True, exclude_none=True)[source]
    (key,) = body["target"]
    body["target"] = {"type": _TARGETS[key], **body["target"]}
    if source == "containerResource":
        body.setdefault("container", container)
    return {"type": _TYPES[source], source: body}
