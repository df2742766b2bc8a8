"""CPU and memory of an app's container."""

from pydantic import Field

from components import quantity
from components.apps.words import Manifest
from components.model import Settings
from components.quantity import Bytes, Cores, Memory


class LimitsSettings(Settings):
    """What the container may use at most."""

    cpu: Cores = Field(default="500m", description="CPU in cores; above it the container is throttled.")
    memory: Memory = Field(default="512Mi", description="Memory in bytes; above it the container is killed.")
    ephemeral_storage: Bytes | None = Field(
        default=None,
        description=(
            "Disk of the node in bytes: log, scratch and emptyDir; above it the pod is evicted. Unset: no limit but"
            " those of the directories."
        ),
    )


class RequestsSettings(Settings):
    """What the scheduler sets aside for the container."""

    cpu: Cores | None = Field(default=None, description="CPU in cores. Unset: the tier's percentage of the limit.")
    memory: Memory | None = Field(default=None, description="Memory in bytes. Unset: the tier's percentage.")
    ephemeral_storage: Bytes | None = Field(
        default=None, description="Disk of the node in bytes. Unset: nothing, or what the limit says."
    )


class ResourcesSettings(Settings):
    """Limits and requests. The default limits are those of the seed's example service: 500m and 512Mi."""

    limits: LimitsSettings = Field(default_factory=LimitsSettings, description="The limits of the container.")
    requests: RequestsSettings = Field(
        default_factory=RequestsSettings,
        description="The requests of the container. Unset: 50, 70 or 90 percent of the limits for tier 1, 2 or 3.",
    )


def _share(limit: str, percent: int, *, cpu: bool) -> str:
    """Return a percentage of a limit, rounded up to a millicore or a mebibyte but never above the limit."""
    exact = quantity.parse(limit) * percent / 100
    share = quantity.cpu(exact) if cpu else quantity.memory(exact)
    return share if quantity.parse(share) <= quantity.parse(limit) else limit


def requests(settings: ResourcesSettings, percent: int) -> dict[str, str]:
    """Return the container's requests: what is declared, otherwise `percent` of the limits."""
    limits = settings.limits
    return {
        "cpu": settings.requests.cpu or _share(limits.cpu, percent, cpu=True),
        "memory": settings.requests.memory or _share(limits.memory, percent, cpu=False),
    }


def resources(settings: ResourcesSettings, percent: int) -> Manifest:
    """Return the `resources` of the container; `percent` is the tier's share of the limits that is requested."""
    limits = {"cpu": settings.limits.cpu, "memory": settings.limits.memory}
    return {
        "requests": {**requests(settings, percent), **_disk(settings.requests)},
        "limits": {**limits, **_disk(settings.limits)},
    }


def _disk(amounts: LimitsSettings | RequestsSettings) -> dict[str, str]:
    return {"ephemeral-storage": amounts.ephemeral_storage} if amounts.ephemeral_storage else {}
