"""What a strategy says beyond surge: the two colours of blue-green, the steps of a canary, what judges a version."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from components.apps.words import Image
from components.model import Settings
from components.names import INT32_MAX, Text
from components.operations.monitoring_names import PROMETHEUS_URL

StrategyType = Literal["RollingUpdate", "Recreate", "blue-green", "canary"]
Colour = Literal["blue", "green"]
By = Literal["argo-rollouts", "flagger"]

COLOURS: tuple[Colour, ...] = ("blue", "green")
STEPS = (2, 25, 75, 100)
"""The seed's canary: 2, 25, 75, then all requests."""

_SHORT = {"rolling": "RollingUpdate", "recreate": "Recreate"}


def _spelled(value: object) -> object:
    return _SHORT.get(value, value) if isinstance(value, str) else value


def _rising(steps: tuple[int, ...]) -> tuple[int, ...]:
    if list(steps) != sorted(set(steps)):
        raise ValueError(f"{list(steps)} does not rise: each step gives the new version more requests, such as 2, 25")
    if steps[-1] != 100:
        raise ValueError(f"{list(steps)} ends at {steps[-1]}: the last step is 100, all requests")
    return steps


TypeWord = Annotated[
    StrategyType,
    BeforeValidator(
        _spelled,
        json_schema_input_type=Literal["rolling", "recreate", "RollingUpdate", "Recreate", "blue-green", "canary"],
    ),
]
"""A strategy; `rolling` and `recreate` are Kubernetes' RollingUpdate and Recreate."""

Steps = Annotated[
    tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=1, max_length=20), AfterValidator(_rising)
]
"""The percentages of requests that a new version gets, one after the other, up to 100."""


class ColourSettings(Settings):
    """One colour of blue-green."""

    image: Image | None = Field(default=None, description="Its image. Unset: the app's.")


class AnalysisSettings(Settings):
    """What Prometheus must say of a new version; where it says otherwise the old one has all requests again."""

    success_rate: Annotated[float, Field(gt=0, le=100)] = Field(
        default=99, description="The percentage of requests that must not fail (5xx)."
    )
    latency_p99_ms: Annotated[int, Field(ge=1, le=600_000)] = Field(
        default=500, description="Milliseconds within which 99 percent of the requests must be answered."
    )
    interval_seconds: Annotated[int, Field(ge=10, le=3600)] = Field(
        default=60,
        description="Seconds between two measurements. Each looks back as long, at least over four scrapes.",
    )
    failure_limit: Annotated[int, Field(ge=0, le=100)] = Field(
        default=2, description="Measurements that may fail; one more ends the rollout."
    )
    without_requests: Literal["wait", "pass"] = Field(
        default="wait",
        description="What a version is that nobody has called. wait: not judged, so that Argo Rollouts pauses until"
        " somebody looks, and Flagger brings the old one back; pass: good, as long as its metrics are scraped.",
    )
    prometheus: (
        Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[^\s?#]*)?$", max_length=2048)] | None
    ) = Field(default=None, description=f"The Prometheus that is asked. Unset: the stack's own, {PROMETHEUS_URL}.")
    success_query: Annotated[Text, Field(min_length=1, max_length=4096)] | None = Field(
        default=None,
        description="PromQL for the percentage of requests that do not fail. Unset: by the app's metrics, or the"
        " mesh's.",
    )
    latency_query: Annotated[Text, Field(min_length=1, max_length=4096)] | None = Field(
        default=None,
        description="PromQL for the 99th percentile in milliseconds. Unset: by the app's metrics, or the mesh's.",
    )


Seconds = Annotated[int, Field(ge=0, le=INT32_MAX)]
