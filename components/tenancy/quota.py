"""How much a namespace may use, all together and each container."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from components import quantity
from components.model import Settings
from components.quantity import Bytes, Cores, Cpu, Memory

_Count = Annotated[int, Field(ge=0)]


class ComputeSettings(Settings):
    """CPU and memory."""

    cpu: Cores = Field(description="CPU in cores.")
    memory: Memory = Field(description="Memory in bytes.")


class QuotaSettings(Settings):
    """What all pods of a namespace may use together, sidecars included. The defaults are the seed's example."""

    requests_cpu: Cpu = Field(default="10", description="The sum of requested CPU, in cores.")
    requests_memory: Bytes = Field(default="20Gi", description="The sum of requested memory, in bytes.")
    limits_cpu: Cpu = Field(default="20", description="The sum of CPU limits, in cores.")
    limits_memory: Bytes = Field(default="40Gi", description="The sum of memory limits, in bytes.")
    pods: _Count = Field(default=50, description="The number of pods that are not finished.")
    requests_storage: Bytes | None = Field(
        default=None, description="The sum of the sizes of persistent volume claims, in bytes. Unset: not limited."
    )
    load_balancers: _Count = Field(
        default=0,
        description="The number of Services of type LoadBalancer. 0: traffic comes through the ingress controller.",
    )


class LimitSettings(Settings):
    """What a container gets that says nothing itself, and what it may say."""

    default: ComputeSettings = Field(
        default=ComputeSettings(cpu="500m", memory="512Mi"),
        description="Its limits. The default is the seed's example container.",
    )
    default_request: ComputeSettings = Field(
        default=ComputeSettings(cpu="100m", memory="128Mi"), description="Its requests."
    )
    max: ComputeSettings | None = Field(
        default=ComputeSettings(cpu="4", memory="16Gi"),
        description="The largest limits that it may declare; null: no bound but the node's.",
    )


def quota_spec(settings: QuotaSettings) -> dict[str, Any]:
    """Return the spec of the ResourceQuota."""
    hard: dict[str, str] = {
        "requests.cpu": settings.requests_cpu,
        "requests.memory": settings.requests_memory,
        "limits.cpu": settings.limits_cpu,
        "limits.memory": settings.limits_memory,
        "pods": str(settings.pods),
        "services.loadbalancers": str(settings.load_balancers),
    }
    if settings.requests_storage is not None:
        hard["requests.storage"] = settings.requests_storage
    return {"hard": hard}


def limit_range_spec(settings: LimitSettings) -> dict[str, Any]:
    """Return the spec of the LimitRange. With a quota, a container without requests and limits would be refused."""
    container: dict[str, Any] = {
        "type": "Container",
        "default": settings.default.model_dump(),
        "defaultRequest": settings.default_request.model_dump(),
    }
    if settings.max is not None:
        container["max"] = settings.max.model_dump()
    return {"limits": [container]}


@dataclass(frozen=True, slots=True)
class Demand:
    """What some pods need of a quota: CPU in cores, memory and storage in bytes."""

    pods: int = 0
    requests_cpu: Decimal = Decimal(0)
    requests_memory: Decimal = Decimal(0)
    limits_cpu: Decimal = Decimal(0)
    limits_memory: Decimal = Decimal(0)
    requests_storage: Decimal = Decimal(0)

    def __add__(self, other: "Demand") -> "Demand":
        """Return what both need together."""
        return Demand(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Demand)})

    def times(self, count: int) -> "Demand":
        """Return what `count` of them need."""
        return Demand(**{each.name: getattr(self, each.name) * count for each in fields(Demand)})


@dataclass(frozen=True, slots=True)
class Shortfall:
    """One entry of a quota that is too small: `key` as in YAML, what it allows, and what is needed."""

    key: str
    allowed: str
    needed: str


def shortfalls(quota: QuotaSettings, demand: Demand) -> Iterator[Shortfall]:
    """Yield the entries of `quota` that do not hold `demand`."""
    for field, model_field in type(quota).model_fields.items():
        allowed = getattr(quota, field)
        if field == "load_balancers" or allowed is None:
            continue
        needed = Decimal(getattr(demand, field))
        if needed > quantity.parse(str(allowed)):
            yield Shortfall(model_field.alias or field, str(allowed), _written(field, needed))


def _written(field: str, needed: Decimal) -> str:
    if field == "pods":
        return str(needed)
    return quantity.cpu(needed) if field.endswith("cpu") else quantity.memory(needed)


def exceeds(one: ComputeSettings, other: ComputeSettings) -> bool:
    """Say whether `one` is more than `other`, in CPU or in memory."""
    return quantity.parse(one.cpu) > quantity.parse(other.cpu) or quantity.parse(one.memory) > quantity.parse(
        other.memory
    )
