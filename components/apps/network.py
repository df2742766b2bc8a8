"""Networks outside the cluster that an app may call."""

from typing import Annotated

from pydantic import Field

from components.apps.ports import Protocol
from components.model import Settings
from components.names import Cidr, Port


class EgressSettings(Settings):
    """Some networks and the ports that are open towards them."""

    cidrs: Annotated[tuple[Cidr, ...], Field(min_length=1)] = Field(
        description="IPv4 networks, such as 203.0.113.0/24; 0.0.0.0/0 is everywhere."
    )
    ports: Annotated[tuple[Port, ...], Field(min_length=1)] = Field(
        default=(443,), description="The ports. Unset: 443."
    )
    protocol: Protocol = Field(default="TCP", description="The transport protocol of these ports.")
