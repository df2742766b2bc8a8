"""Istio: its data plane, its gateways, its control planes by revision."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.tenancy.quota import ComputeSettings

DataPlane = Literal["sidecar", "ambient"]

Revision = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=56, examples=["1-30-3"])]
"""A revision's name, by which a namespace's label chooses its control plane."""

IstioVersion = Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$", examples=["1.30.3"])]

STABLE_TAG = "stable"
"""The tag of every namespace that names no other."""


class GatewaySettings(Settings):
    """The ingress gateway of Istio, and the load balancer before it."""

    min_replicas: Annotated[int, Field(ge=1)] = Field(
        default=2, description="The number of pods at least; with 1, no node that runs it can be drained."
    )
    max_replicas: Annotated[int, Field(ge=1)] = Field(default=5, description="The number of pods at most.")
    service_type: Literal["LoadBalancer", "NodePort", "ClusterIP"] = Field(
        default="LoadBalancer",
        description="How it is reached: by a network load balancer of AWS, or not at all from outside. A cluster"
        " without load balancers (kind) needs NodePort or ClusterIP, or the installation waits in vain.",
    )
    internal: bool = Field(default=False, description="Whether the load balancer has addresses in the VPC only.")
    external_traffic_policy: Literal["Cluster", "Local"] = Field(
        default="Cluster",
        description="Cluster: every node takes traffic. Local: only nodes with a gateway pod do, which keeps the"
        " clients' addresses, and drops requests while a pod leaves its node.",
    )
    annotations: dict[str, str] = Field(
        default_factory=dict, description="Further annotations of the Service, for the load balancer."
    )


class EgressGatewaySettings(Settings):
    """Pods through which meshed traffic leaves the cluster, so that a firewall knows it by their nodes."""

    min_replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods at least.")
    max_replicas: Annotated[int, Field(ge=1)] = Field(default=5, description="The number of pods at most.")


class WaypointSettings(Settings):
    """The waypoint of each meshed namespace, with dataPlane ambient: Envoys that calls to its Services pass.

    They are pods of the namespace: its quota holds them, too.
    """

    min_replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods at least.")
    max_replicas: Annotated[int, Field(ge=1)] = Field(default=4, description="The number of pods at most.")
    requests: ComputeSettings = Field(
        default=ComputeSettings(cpu="100m", memory="128Mi"),
        description="What each pod reserves. The default is Istio's own.",
    )
    limits: ComputeSettings = Field(
        default=ComputeSettings(cpu="1", memory="512Mi"),
        description="What each pod gets at most: half of Istio's own default, so that a namespace's quota holds them.",
    )


class IstioSettings(Settings):
    """Istio, with a proxy beside each pod (sidecar) or one on each node (ambient)."""

    data_plane: DataPlane = Field(
        default="sidecar",
        description="sidecar: an Envoy beside each pod. ambient: ztunnel on each node encrypts and authorizes, and a"
        " waypoint per namespace does what needs HTTP.",
    )
    waypoint: WaypointSettings = Field(
        default_factory=WaypointSettings, description="Each namespace's waypoint, with dataPlane ambient."
    )
    mtls: Literal["STRICT", "PERMISSIVE"] = Field(
        default="STRICT", description="Whether meshed pods refuse plain text from others (STRICT) or take both."
    )
    access_log: bool = Field(default=True, description="Whether the proxies write each request to their log, as JSON.")
    gateway: GatewaySettings = Field(
        default_factory=GatewaySettings, description="The ingress gateway, which is there where a controller is istio."
    )
    egress_gateway: EgressGatewaySettings | None = Field(
        default=None, description="An egress gateway. Unset: proxies go straight to what apps declare."
    )
    revisions: dict[Revision, IstioVersion] = Field(
        default_factory=dict,
        description="Control planes side by side, by revision: the chart's version of each, within one minor version"
        " of the lock's. Unset: one, of the lock's version. A second one is the canary of an upgrade. The revision"
        " called default is the one that a stack without revisions has.",
    )
    tags: dict[Revision, Revision] = Field(
        default_factory=dict,
        description="Names that namespaces choose their revision by, such as stable and canary: moving a tag moves them"
        " all. Namespaces that choose nothing have the tag stable. Unset: stable, on the only revision.",
    )
