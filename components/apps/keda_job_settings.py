"""Jobs by events: what only a ScaledJob has among what an app's file says to KEDA."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import INT32_MAX, LabelKey

_Count = Annotated[int, Field(ge=0, le=INT32_MAX)]
_Share = Annotated[str, Field(pattern=r"^(0?\.\d{1,4}|0|1(\.0)?)$")]


class ScalingStrategySettings(Settings):
    """How many Jobs KEDA adds to those that run."""

    strategy: Literal["default", "accurate", "eager", "custom"] = Field(
        default="default",
        description=(
            "default: the events less the Jobs that run, for a source that counts an event until it is done. accurate:"
            " the events less the Jobs that wait to start, for one that does not count what a Job has taken. eager: at"
            " once as many as maxReplicas allows. custom: by the two keys below."
        ),
    )
    custom_scaling_queue_length_deduction: _Count | None = Field(
        default=None, description="Events that count as none (custom)."
    )
    custom_scaling_running_job_percentage: _Share | None = Field(
        default=None, description="The share of the running Jobs that is taken off, such as '0.5' (custom)."
    )
    pending_pod_conditions: tuple[LabelKey, ...] = Field(
        default=(), description="Conditions of a pod until all of which its Job waits to start. Unset: until it runs."
    )
    multiple_scalers_calculation: Literal["max", "min", "avg", "sum"] = Field(
        default="max", description="Which of several triggers' events count."
    )


class JobRolloutSettings(Settings):
    """What becomes of the Jobs that run when the app changes."""

    strategy: Literal["gradual", "immediate"] = Field(
        default="gradual",
        description=(
            "gradual: they end by themselves, and the next ones are new. immediate, KEDA's own default: they are"
            " deleted in the middle of their work."
        ),
    )
    propagation_policy: Literal["background", "foreground"] | None = Field(
        default=None, description="Whether a Job goes before its pods (background) or after them. Unset: background."
    )


class ScaledJobSettings(Settings):
    """The part of `scaling.keda` that is for kind Job."""

    scaling_strategy: ScalingStrategySettings | None = Field(
        default=None, description="How many Jobs are added (Job). Unset: KEDA's default."
    )
    rollout: JobRolloutSettings | None = Field(
        default=None, description="What becomes of running Jobs when the app changes (Job). Unset: they end."
    )
    successful_jobs_history_limit: _Count | None = Field(
        default=None, description="Succeeded Jobs that are kept (Job). Unset: KEDA's 100."
    )
    failed_jobs_history_limit: _Count | None = Field(
        default=None, description="Failed Jobs that are kept (Job). Unset: KEDA's 100."
    )
