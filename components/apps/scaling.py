"""Horizontal scaling: the HorizontalPodAutoscaler of an app."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.keda_settings import AppKedaSettings
from components.apps.scaling_metrics import MetricSettings, Resource, Utilization, metric, utilization
from components.apps.words import Manifest
from components.model import Settings
from components.names import INT32_MAX


class ScalingPolicySettings(Settings):
    """How much may change in how long."""

    type: Literal["Percent", "Pods"] = Field(description="Whether `value` is a percentage of the pods or a number.")
    value: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(description="How much may change within the period.")
    period_seconds: Annotated[int, Field(ge=1, le=1800)] = Field(description="The period, in seconds.")


class ScalingRulesSettings(Settings):
    """One direction of scaling."""

    stabilization_window_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        description="Seconds over which earlier recommendations are still weighed."
    )
    policies: Annotated[tuple[ScalingPolicySettings, ...], Field(min_length=1)] = Field(
        description="What is allowed; `selectPolicy` says which of several counts."
    )
    select_policy: Literal["Max", "Min", "Disabled"] = Field(
        default="Max", description="Max takes the policy of the greatest change, Disabled stops this direction."
    )


def _policy(kind: Literal["Percent", "Pods"], value: int, seconds: int) -> ScalingPolicySettings:
    return ScalingPolicySettings(type=kind, value=value, period_seconds=seconds)


class BehaviorSettings(Settings):
    """How fast the app scales; the defaults are the seed's table: halve per minute, double per 15 seconds."""

    scale_down: ScalingRulesSettings = Field(
        default=ScalingRulesSettings(stabilization_window_seconds=300, policies=(_policy("Percent", 50, 60),)),
        description="Scaling down. Unset: after 5 minutes, by half a minute.",
    )
    scale_up: ScalingRulesSettings = Field(
        default=ScalingRulesSettings(
            stabilization_window_seconds=0, policies=(_policy("Percent", 100, 15), _policy("Pods", 2, 15))
        ),
        description="Scaling up. Unset: at once, by the greater of 100 % and 2 pods per 15 seconds.",
    )


class ScalingSettings(Settings):
    """Between how many pods an app scales, and on what: by Kubernetes' own autoscaler, or by KEDA."""

    min_replicas: Annotated[int, Field(ge=0, le=INT32_MAX)] = Field(description="The fewest pods; 0 only with `keda`.")
    max_replicas: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(description="The most pods.")
    cpu: Utilization | None = Field(
        default=70,
        description=(
            "CPU to aim at, in percent of the request; null: do not scale on CPU. Unset: 70, or nothing where `metrics`"
            " has a target for CPU, or with `keda`."
        ),
    )
    memory: Utilization | None = Field(
        default=None, description="Memory to aim at, in percent of the request. Unset: do not scale on memory."
    )
    metrics: tuple[MetricSettings, ...] = Field(
        default=(), description="Further metrics, in Kubernetes' shape (autoscaling/v2) without the words `type`."
    )
    behavior: BehaviorSettings = Field(default_factory=BehaviorSettings, description="How fast the app scales.")
    keda: AppKedaSettings | None = Field(
        default=None, description="Scaling by events, with KEDA instead of cpu, memory and metrics. Unset: without."
    )

    @property
    def shares(self) -> dict[Resource, int]:
        """What whole pods are to use of their requests, in percent: `cpu` and `memory` as far as they count."""
        if self.keda is not None:
            return {}
        elsewhere = any(each.measured is not None and each.measured.name == "cpu" for each in self.metrics)
        cpu = None if elsewhere and "cpu" not in self.model_fields_set else self.cpu
        given: dict[Resource, int | None] = {"cpu": cpu, "memory": self.memory}
        return {resource: percent for resource, percent in given.items() if percent is not None}


def behavior(settings: BehaviorSettings) -> Manifest:
    """Return the `behavior` of a HorizontalPodAutoscaler, Kubernetes' own or KEDA's."""
    return settings.model_dump(mode="json", by_alias=True)


def autoscaler_spec(settings: ScalingSettings, *, target: Manifest, own: str) -> Manifest:
    """Return the spec of the HorizontalPodAutoscaler (autoscaling/v2) of a workload; `own` is the app's container."""
    return {
        "scaleTargetRef": target,
        "minReplicas": settings.min_replicas,
        "maxReplicas": settings.max_replicas,
        "metrics": [
            *(utilization(resource, percent) for resource, percent in settings.shares.items()),
            *(metric(each, container=own) for each in settings.metrics),
        ],
        "behavior": behavior(settings.behavior),
    }
