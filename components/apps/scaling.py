"""Horizontal scaling: the HorizontalPodAutoscaler of an app."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.words import Manifest
from components.model import Settings
from components.names import INT32_MAX

_Utilization = Annotated[int, Field(ge=1, le=1000)]


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
    """Between how many pods an app scales, and on what."""

    min_replicas: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(description="The fewest pods.")
    max_replicas: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(description="The most pods.")
    cpu: _Utilization | None = Field(
        default=70, description="CPU to aim at, in percent of the request; null: do not scale on CPU."
    )
    memory: _Utilization | None = Field(
        default=None, description="Memory to aim at, in percent of the request. Unset: do not scale on memory."
    )
    behavior: BehaviorSettings = Field(default_factory=BehaviorSettings, description="How fast the app scales.")


def _utilization(resource: str, percent: int) -> Manifest:
    return {
        "type": "Resource",
        "resource": {"name": resource, "target": {"type": "Utilization", "averageUtilization": percent}},
    }


def autoscaler_spec(settings: ScalingSettings, *, kind: str, workload: str) -> Manifest:
    """Return the spec of the HorizontalPodAutoscaler (autoscaling/v2) of an apps/v1 workload."""
    targets = {"cpu": settings.cpu, "memory": settings.memory}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": kind, "name": workload},
        "minReplicas": settings.min_replicas,
        "maxReplicas": settings.max_replicas,
        "metrics": [_utilization(resource, percent) for resource, percent in targets.items() if percent is not None],
        "behavior": settings.behavior.model_dump(mode="json", by_alias=True),
    }
