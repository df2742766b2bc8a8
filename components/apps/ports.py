"""The ports that an app listens on."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr

from components.apps.words import Manifest, PortName
from components.model import Settings
from components.names import Port

METRICS = "metrics"
"""The port name that is scraped: it gets a Service of its own and is never reachable through an ingress."""

Protocol = Literal["TCP", "UDP", "SCTP"]

AUTO_RANGE = range(8000, 9001)
"""The environment's range, out of which `auto` ports come: the seed's portRange, 8000 to 9000."""

FALLBACK_WIDTH = 10
"""How far above its preferred number a port may go where it names no range: as each of the seed's services may."""


def _range(value: str) -> str:
    first, _, last = value.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 1 <= int(first) <= int(last) <= 65535):
        raise ValueError(f"{value!r} is not a range of ports, lowest first, such as 8080-8090")
    return value


PortRange = Annotated[str, Field(max_length=11), AfterValidator(_range)]
"""Two ports with a dash between them, both of which are in the range."""


class PortSettings(Settings):
    """One port of an app. A plain number in YAML stands for `{port: NUMBER}`, the word auto for `{auto: true}`.

    A port with `preferred`, `fallback` or `auto` is allocated: the container listens on the number that it gets, which
    is also the Service's unless `port` says another. Before it has been allocated, its numbers mean nothing.
    """

    port: Port = Field(
        default_factory=lambda: AUTO_RANGE.start,
        description="The port of the Service. Unset: that of the container, which is then allocated.",
    )
    target_port: Port | None = Field(
        default=None, description="The port that the container listens on. Unset: the Service's."
    )
    preferred: Port | None = Field(
        default=None,
        description="The number that the container listens on, if no other allocated port of the environment has it.",
    )
    fallback: PortRange | None = Field(
        default=None,
        description="Where a number is taken from otherwise, lowest first. Unset: up to 10 above the preferred one.",
    )
    auto: bool = Field(default=False, description="Whether to take any free number of 8000 to 9000.")
    protocol: Protocol = Field(default="TCP", description="The transport protocol.")
    app_protocol: Annotated[str, Field(pattern=r"^([a-z0-9.-]+/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$")] | None = (
        Field(
            default=None,
            max_length=63,
            description=(
                "What is spoken on it, for a mesh and for load balancers. Unset: http where the port's name starts"
                " with http or is metrics, https and grpc likewise, otherwise tcp (so that a mesh never guesses)."
            ),
        )
    )

    _allocated: int | None = PrivateAttr(default=None)

    @property
    def container_port(self) -> int:
        """The port that the container listens on, and that network policies open."""
        return self._allocated or self.target_port or self.port

    @property
    def dynamic(self) -> bool:
        """Whether its number is allocated."""
        return self.preferred is not None or self.fallback is not None or self.auto

    @property
    def settled(self) -> bool:
        """Whether its numbers mean something: it is explicit, or has been allocated."""
        return not self.dynamic or self._allocated is not None

    @property
    def fallback_range(self) -> range:
        """The numbers that an allocated port takes if it cannot have the preferred one."""
        if self.fallback is not None:
            first, _, last = self.fallback.partition("-")
            return range(int(first), int(last) + 1)
        if self.preferred is not None:
            return range(self.preferred, min(self.preferred + FALLBACK_WIDTH, 65535) + 1)
        return AUTO_RANGE

    def allocated_at(self, number: int) -> "PortSettings":
        """Return the port with the number that it got, the Service's too where that is not given."""
        given = {} if "port" in self.model_fields_set and self._allocated != self.port else {"port": number}
        settled = self.model_copy(update=given)
        settled._allocated = number
        return settled


def _number(value: object) -> object:
    if value == "auto":
        return {"auto": True}
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


Ports = dict[
    PortName,
    Annotated[PortSettings, BeforeValidator(_number, json_schema_input_type=Port | Literal["auto"] | PortSettings)],
]
"""An app's ports by name."""


def app_protocol(name: str, port: PortSettings) -> str | None:
    """Return what is spoken on a port; None for what is not TCP, where no protocol applies."""
    if port.app_protocol or port.protocol != "TCP":
        return port.app_protocol
    spoken = name.partition("-")[0]
    return "http" if spoken == METRICS else spoken if spoken in {"http", "https", "grpc", "http2"} else "tcp"


def serving(ports: Mapping[str, PortSettings]) -> dict[str, PortSettings]:
    """Return the ports that clients use: all but the metrics port."""
    return {name: port for name, port in ports.items() if name != METRICS}


def main_port(ports: Mapping[str, PortSettings]) -> str | None:
    """Return the name of the port that probes and routes use where they name none: `http`, else the first."""
    names = [name for name, port in serving(ports).items() if port.protocol == "TCP"]
    return "http" if "http" in names else names[0] if names else None


def number(ports: Mapping[str, PortSettings], reference: int | str) -> int:
    """Return the container port that a reference means. Raises KeyError for a name that the app does not declare."""
    return reference if isinstance(reference, int) else ports[reference].container_port


def container_ports(ports: Mapping[str, PortSettings]) -> list[Manifest]:
    """Return the `ports` of the container."""
    return [
        {"name": name, "containerPort": port.container_port, "protocol": port.protocol} for name, port in ports.items()
    ]


def port_env(variables: Mapping[str, str], ports: Mapping[str, PortSettings]) -> list[Manifest]:
    """Return the `env` of the container that says the ports' numbers, which it listens on."""
    return [{"name": name, "value": str(ports[port].container_port)} for name, port in variables.items()]
