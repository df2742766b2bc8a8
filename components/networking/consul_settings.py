"""Consul as a service registry, for what finds its services there."""

from typing import Annotated

from pydantic import AfterValidator, Field

from components.apps.words import Image
from components.model import Settings


def _odd(value: int) -> int:
    if value % 2 == 0:
        raise ValueError(
            f"{value} servers survive the loss of no more of them than {value - 1} do: a majority must run, so write"
            f" {value - 1} or {value + 1}"
        )
    return value


Servers = Annotated[int, Field(ge=1, le=7, examples=[3, 5]), AfterValidator(_odd)]
"""A number of servers that vote. HashiCorp advises three or five; every one more makes each write slower."""


METRICS_PORT = 9102
"""Where the exporter beside each server shows its metrics: statsd_exporter's own port."""


class ConsulSettings(Settings):
    """Consul servers in the cluster, with its Services in their catalog. No mesh: that is `mesh`."""

    replicas: Servers = Field(
        default=3,
        description="The number of servers: an odd one, of which more than half must always run, each on a node of its"
        " own.",
    )
    storage: Annotated[str, Field(pattern=r"^\d+(Mi|Gi|Ti)$")] = Field(
        default="10Gi", description="Each server's volume. The default is the chart's."
    )
    datacenter: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,63}$")] = Field(
        default="dc1", description="The name of the datacenter. The default is Consul's."
    )
    sync_services: bool = Field(
        default=True, description="Whether the cluster's Services are listed in Consul's catalog."
    )
    resolve_consul_names: bool = Field(
        default=True, description="Whether pods resolve NAME.service.consul, by a stub domain of CoreDNS."
    )
    metrics_image: Image = Field(
        default="docker.io/prom/statsd-exporter:v0.28.0",
        description="What shows each server's metrics to Prometheus, in a stack with monitoring. Another one only where"
        " nodes do not reach docker.io.",
    )
