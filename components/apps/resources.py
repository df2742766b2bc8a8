"""CPU and memory of an app's container."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field

from components import quantity
from components.apps.words import Manifest
from components.model import Settings
from components.problem import RefusedError
from components.quantity import Bytes, Cpu

MOST_CORES, MOST_MEMORY = 1920, 32 * 1024**4
"""The largest machine of EC2, u7inh-32tb.480xlarge: https://aws.amazon.com/ec2/instance-types/high-memory/."""


def _possible_cores(value: str) -> str:
    if quantity.parse(value) < Decimal("0.001"):
        raise ValueError(f"{value!r} is less than 1m, the least CPU that Kubernetes counts")
    if quantity.parse(value) > MOST_CORES:
        message = f"{value!r} is more cores than any machine of EC2 has; 1000m are one core"
        raise RefusedError(message, quantity.meant(value, "m"))
    return value


def _in_a_machine(value: str) -> str:
    if quantity.parse(value) > MOST_MEMORY:
        raise RefusedError(f"{value!r} is more memory than any machine of EC2 has", quantity.meant(value, "Gi", "Mi"))
    return value


_Cores = Annotated[Cpu, AfterValidator(_possible_cores)]
_Memory = Annotated[Bytes, AfterValidator(_in_a_machine)]


class LimitsSettings(Settings):
    """What the container may use at most."""

    cpu: _Cores = Field(default="500m", description="CPU in cores; above it the container is throttled.")
    memory: _Memory = Field(default="512Mi", description="Memory in bytes; above it the container is killed.")
    ephemeral_storage: Bytes | None = Field(
        default=None,
        description=(
            "Disk of the node in bytes: log, scratch and emptyDir; above it the pod is evicted. Unset: no limit but"
            " those of the directories."
        ),
    )


class RequestsSettings(Settings):
    """What the scheduler sets aside for the container."""

    cpu: _Cores | None = Field(default=None, description="CPU in cores. Unset: the tier's percentage of the limit.")
    memory: _Memory | None = Field(default=None, description="Memory in bytes. Unset: the tier's percentage.")
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
