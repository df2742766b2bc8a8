"""Networks outside the cluster that an app may call."""

from typing import Annotated

from pydantic import Field

from components.apps.ports import Protocol
from components.apps.words import PublicHost
from components.model import Settings
from components.names import Cidr, Port


class EgressSettings(Settings):
    """Some networks or hosts, at least one of either, and the ports that are open towards them."""

    cidrs: tuple[Cidr, ...] = Field(
        default=(), description="IPv4 networks, such as 203.0.113.0/24; 0.0.0.0/0 is everywhere."
    )
    hosts: tuple[PublicHost, ...] = Field(
        default=(),
        description="Hosts by name, such as api.example.org or *.example.org: where a mesh can tell them apart.",
    )
    ports: Annotated[tuple[Port, ...], Field(min_length=1)] = Field(
        default=(443,), description="The ports. Unset: 443."
    )
    protocol: Protocol = Field(default="TCP", description="The transport protocol of these ports.")
