"""The ports that an app listens on."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from components.apps.words import Manifest, PortName
from components.model import Settings
from components.names import Port

METRICS = "metrics"
"""The port name that is scraped: it gets a Service of its own and is never reachable through an ingress."""

Protocol = Literal["TCP", "UDP", "SCTP"]


class PortSettings(Settings):
    """One port of an app. A plain number in YAML stands for `{port: NUMBER}`."""

    port: Port = Field(description="The port of the Service.")
    target_port: Port | None = Field(
        default=None, description="The port that the container listens on. Unset: the Service's."
    )
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

    @property
    def container_port(self) -> int:
        """The port that the container listens on, and that network policies open."""
        return self.target_port or self.port


def _number(value: object) -> object:
    return {"port": value} if isinstance(value, int) and not isinstance(value, bool) else value


Ports = dict[PortName, Annotated[PortSettings, BeforeValidator(_number, json_schema_input_type=Port | PortSettings)]]
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
