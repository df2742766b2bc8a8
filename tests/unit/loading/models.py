"""Small settings that hold every kind of field there is in the real ones."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError

from components.model import Settings
from components.names import Cidr, Name, Port
from components.problem import Problem
from components.quantity import Bytes, Cpu
from slipway.loading.findings import findings


class ByPath(Settings):
    kind: Literal["path"]
    path: str


class ByCommand(Settings):
    kind: Literal["command"]
    command: tuple[str, ...]


class Listener(Settings):
    port: Port
    target_port: Port | None = None


def _number(value: object) -> object:
    return {"port": value} if isinstance(value, int) else value


Short = Annotated[Listener, BeforeValidator(_number, json_schema_input_type=Port | Listener)]


class Scaling(Settings):
    least: int = Field(description="The fewest.")


class Pool(Settings):
    size: Annotated[int, Field(ge=0, le=450)] = Field(default=1, description="The number of nodes.")
    zones: tuple[str, ...] = ()
    capacity: Literal["on-demand", "spot"] = "on-demand"
    max_size: int | None = None
    scaling: Scaling | None = None


class Room(Settings):
    name: Name = Field(description="What it is called.")
    version: Annotated[str, Field(pattern=r"^1\.\d\d$", examples=["1.35"])] = "1.35"
    cidr: Cidr | None = None
    cpu: Cpu = "1"
    memory: Bytes = "1Gi"
    tier: Literal[1, 2, 3] = 2
    enabled: bool = True
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5
    zones: Annotated[tuple[str, ...], Field(min_length=2, max_length=3)] = ("a", "b")
    pair: tuple[int, str] = (1, "a")
    pools: dict[Name, Pool] = Field(default_factory=dict)
    secrets: dict[Name, SecretStr] = Field(default_factory=dict)
    token: Annotated[SecretStr, Field(min_length=8)] | None = None
    port: int | Listener | None = None
    listeners: dict[Name, Short] = Field(default_factory=dict)
    check: Annotated[ByPath | ByCommand, Field(discriminator="kind")] | None = None
    either: Pool | Listener | None = None
    inner: Pool | None = None


def found(data: dict[str, Any], **options: Any) -> list[Problem]:
    """Return the problems of a room that has a name and `data`."""
    given = {"name": "it", **data}
    try:
        Room.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as error:
        return list(findings(error, Room, given, **options))
    return []
