"""What only a StatefulSet has."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.words import Manifest, ServiceName
from components.model import Settings
from components.names import INT32_MAX

Fate = Literal["Retain", "Delete"]


class RetentionSettings(Settings):
    """What becomes of the persistent volume claims."""

    when_deleted: Fate = Field(default="Retain", description="When the StatefulSet is deleted.")
    when_scaled: Fate = Field(default="Retain", description="Those of the pods that a smaller number takes away.")


class StatefulSettings(Settings):
    """How a StatefulSet numbers, starts and updates its pods."""

    service_name: ServiceName | None = Field(
        default=None,
        description="The name of the headless Service, by which the pods know each other: APP-0.NAME. Unset: that of"
        " the app with -headless.",
    )
    first_ordinal: Annotated[int, Field(ge=0, le=INT32_MAX)] = Field(
        default=0, description="The number of the first pod, as in NAME-0."
    )
    pod_management_policy: Literal["OrderedReady", "Parallel"] = Field(
        default="OrderedReady", description="Whether pods start one after the other, each ready, or all at once."
    )
    partition: Annotated[int, Field(ge=0, le=INT32_MAX)] = Field(
        default=0, description="Only pods with this number or a higher one are updated."
    )
    peers: bool | None = Field(
        default=None,
        description=(
            "Whether its pods may call each other on every port of the app but metrics. Unset: where there can be more"
            " than one, as members of a cluster do."
        ),
    )
    retention: RetentionSettings = Field(
        default_factory=RetentionSettings, description="What becomes of the claims. Unset: they stay."
    )


def stateful_fields(settings: StatefulSettings | None) -> Manifest:
    """Return the fields of a StatefulSet's spec; without settings those that keep everything."""
    own = settings or StatefulSettings()
    rolling = {"rollingUpdate": {"partition": own.partition}} if own.partition else {}
    return {
        "updateStrategy": {"type": "RollingUpdate", **rolling},
        # a field that cannot be changed later: it is written only where it says something
        **({} if own.pod_management_policy == "OrderedReady" else {"podManagementPolicy": own.pod_management_policy}),
        **({"ordinals": {"start": own.first_ordinal}} if own.first_ordinal else {}),
        "persistentVolumeClaimRetentionPolicy": {
            "whenDeleted": own.retention.when_deleted,
            "whenScaled": own.retention.when_scaled,
        },
    }
