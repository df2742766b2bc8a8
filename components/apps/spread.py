"""Over what an app's pods are spread, where it says so itself."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import LabelKey


class SpreadSettings(Settings):
    """One topology spread constraint over the pods of one version."""

    topology_key: LabelKey = Field(
        default="topology.kubernetes.io/zone", description="The node label whose values are the places."
    )
    max_skew: Annotated[int, Field(ge=1, le=100)] = Field(
        default=1, description="How many more pods one place may have than another."
    )
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"] = Field(
        default="DoNotSchedule", description="Whether a pod waits for the right place or takes any."
    )
    min_domains: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="The least number of places (DoNotSchedule only). Unset: those that there are."
    )
