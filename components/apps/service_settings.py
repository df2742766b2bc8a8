"""What kind of Service an app has, for clients inside the cluster and out."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.apps.ports import Ports
from components.apps.words import PublicHost, ServiceName
from components.model import Settings
from components.names import Cidr, LabelKey, Text

ServiceType = Literal["ClusterIP", "NodePort", "LoadBalancer"]
TrafficDistribution = Literal["PreferSameZone", "PreferSameNode"]
NodePort = Annotated[int, Field(ge=30000, le=32767)]


def _one_host(value: str) -> str:
    if value.startswith("*."):
        raise ValueError(f"{value!r} is a wildcard: DNS answers with the alias of one host, such as db.example.org")
    return value


ExternalHost = Annotated[PublicHost, AfterValidator(_one_host)]
"""One host outside the cluster, by its full name."""


class ServiceSettings(Settings):
    """The Service. `{}` is one of the cluster's own addresses, for clients in the cluster."""

    name: ServiceName | None = Field(
        default=None,
        description="The Service's name, by which clients call it: NAME, NAME.NAMESPACE. Unset: that of the app with"
        " -service.",
    )
    type: ServiceType = Field(
        default="ClusterIP",
        description="ClusterIP; NodePort: also a port of every node; LoadBalancer: also a network load balancer.",
    )
    headless: bool = Field(
        default=False, description="Whether its name resolves to the pods themselves, without a cluster address."
    )
    publish_not_ready_addresses: bool = Field(
        default=False,
        description="With headless: whether pods are listed before they are ready (the seed's"
        " tolerate-unready-endpoints).",
    )
    traffic_distribution: TrafficDistribution | None = Field(
        default=None,
        description="Whether clients are sent to pods of their own zone or node where there are any; it saves transfer"
        " between zones. Unset: all pods alike.",
    )
    session_affinity: bool = Field(
        default=False,
        description="Whether a client stays with one pod: by its address, or by a cookie where a gateway or an"
        " application load balancer chooses the pod.",
    )
    node_ports: dict[str, NodePort] = Field(
        default_factory=dict, description="Fixed ports of the nodes by port name. Unset: Kubernetes chooses."
    )
    internal: bool = Field(
        default=True, description="With type LoadBalancer: whether its addresses are in the VPC only."
    )
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster",
        description="With type NodePort or LoadBalancer. Local: only nodes with a pod of the app answer, and the pod"
        " sees the client's address, not the node's.",
    )
    allowed_cidrs: tuple[Cidr, ...] = Field(
        default=(),
        description="With type NodePort or LoadBalancer: the networks of its clients. Unset: the VPC; with a load"
        " balancer on the internet, all of it.",
    )
    annotations: dict[LabelKey, Text] = Field(default_factory=dict, description="Further annotations of the Service.")


class ExternalServiceSettings(Settings):
    """A name in the cluster for a host outside it: an additional Service of type ExternalName, without pods.

    It is an alias in DNS and nothing more: it opens no network policy, and TLS and HTTP still name the alias.
    """

    external_name: ExternalHost = Field(description="The host outside, such as db.example.org.")
    ports: Ports = Field(
        default_factory=dict, description="The ports that are used there, which a mesh reads. Unset: none is named."
    )
