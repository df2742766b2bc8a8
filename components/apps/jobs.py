"""Work that ends: Jobs, and the CronJobs that make them."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.cron_words import CronSchedule, Timezone
from components.apps.words import Manifest
from components.model import Settings
from components.names import INT32_MAX

_Count = Annotated[int, Field(ge=0, le=INT32_MAX)]
_Seconds = Annotated[int, Field(ge=1, le=INT32_MAX)]


class JobSettings(Settings):
    """How a Job, or each Job of a CronJob, runs."""

    parallelism: Annotated[int, Field(ge=1, le=INT32_MAX)] = Field(default=1, description="Pods at the same time.")
    completions: Annotated[int, Field(ge=1, le=INT32_MAX)] | None = Field(
        default=None, description="Pods that must succeed. Unset: parallelism."
    )
    completion_mode: Literal["NonIndexed", "Indexed"] = Field(
        default="NonIndexed", description="Indexed gives each pod its number, in JOB_COMPLETION_INDEX."
    )
    backoff_limit: _Count = Field(default=6, description="Failed pods after which the Job fails; Kubernetes' default.")
    active_deadline_seconds: _Seconds | None = Field(
        default=None, description="Seconds after which the Job is ended as failed. Unset: never."
    )
    ttl_seconds_after_finished: _Count | None = Field(
        default=None,
        description="Seconds after which a finished Job is deleted. Unset: it stays.",
    )
    restart_policy: Literal["Never", "OnFailure"] = Field(
        default="Never",
        description="Never makes a new pod for each try, whose log stays; OnFailure restarts it.",
    )


class CronSettings(Settings):
    """When a CronJob makes its Jobs."""

    schedule: CronSchedule = Field(description="Five fields: minute, hour, day of the month, month, day of the week.")
    time_zone: Timezone = Field(default="UTC", description="The IANA time zone of the schedule.")
    concurrency_policy: Literal["Allow", "Forbid", "Replace"] = Field(
        default="Forbid",
        description="While the last Job runs: another one, none, or a replacement.",
    )
    starting_deadline_seconds: Annotated[int, Field(ge=10, le=INT32_MAX)] | None = Field(
        default=None, description="Seconds after its time that a missed Job may still start. Unset: any time."
    )
    successful_jobs_history_limit: _Count = Field(default=3, description="Succeeded Jobs that are kept.")
    failed_jobs_history_limit: _Count = Field(default=1, description="Failed Jobs that are kept.")
    suspend: bool = Field(default=False, description="Whether no Job is made for the time being.")


def job_spec(settings: JobSettings, template: Manifest) -> Manifest:
    """Return the spec of a Job (batch/v1) whose pods are made from `template`."""
    optional = {
        "activeDeadlineSeconds": settings.active_deadline_seconds,
        "ttlSecondsAfterFinished": settings.ttl_seconds_after_finished,
    }
    return {
        "parallelism": settings.parallelism,
        "completions": settings.completions or settings.parallelism,
        "completionMode": settings.completion_mode,
        "backoffLimit": settings.backoff_limit,
        **{key: value for key, value in optional.items() if value is not None},
        "template": {**template, "spec": {"restartPolicy": settings.restart_policy, **template["spec"]}},
    }


def cron_spec(settings: CronSettings, job: Manifest, labels: Manifest) -> Manifest:
    """Return the spec of a CronJob whose Jobs have the spec `job`."""
    return {
        "schedule": settings.schedule,
        "timeZone": settings.time_zone,
        "concurrencyPolicy": settings.concurrency_policy,
        **(
            {}
            if settings.starting_deadline_seconds is None
            else {"startingDeadlineSeconds": settings.starting_deadline_seconds}
        ),
        "successfulJobsHistoryLimit": settings.successful_jobs_history_limit,
        "failedJobsHistoryLimit": settings.failed_jobs_history_limit,
        "suspend": settings.suspend,
        "jobTemplate": {"metadata": {"labels": labels}, "spec": job},
    }
