"""The service mesh: which one, and what holds for either."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from components.model import Settings
from components.names import Hostname, Port
from components.networking.mesh.istio_settings import GatewaySettings, IstioSettings
from components.networking.mesh.linkerd_settings import LinkerdSettings
from components.tenancy.quota import ComputeSettings

__all__ = ["GatewaySettings", "IstioSettings", "LinkerdSettings", "MeshKind", "MeshSettings", "SidecarSettings"]

MeshKind = Literal["none", "istio", "linkerd"]


class SidecarSettings(Settings):
    """What the proxy beside each meshed container may use.

    It counts in the namespace's quota. With Istio's own limits (2 cores, 1Gi) eight pods would use up the seed's 20.
    """

    requests: ComputeSettings = Field(
        default=ComputeSettings(cpu="100m", memory="128Mi"), description="What is reserved. The default is Istio's own."
    )
    limits: ComputeSettings = Field(
        default=ComputeSettings(cpu="500m", memory="256Mi"), description="What it gets at most."
    )


class TracingSettings(Settings):
    """Where the proxies send their spans, by OTLP over gRPC."""

    host: Hostname = Field(
        description="The collector's Service, in full: otel-collector.monitoring.svc.cluster.local.",
    )
    port: Port = Field(default=4317, description="Its port. The default is OTLP's over gRPC.")
    sampling_percentage: Annotated[float, Field(ge=0, le=100)] = Field(
        default=1.0, description="The percentage of requests that are traced."
    )


class MeshSettings(Settings):
    """The mesh of the stack: `mesh: istio` stands for `mesh: {kind: istio}`.

    Production's is Istio in the seed's table, staging's Linkerd.
    """

    kind: MeshKind = Field(default="none", description="none, istio or linkerd.")
    sidecar: SidecarSettings = Field(default_factory=SidecarSettings, description="The resources of each proxy.")
    authorization: Literal["deny", "allow"] = Field(
        default="deny",
        description="Whether a meshed pod serves nobody but the apps that its own file admits (deny), or every caller"
        " that the network policies let through.",
    )
    egress: Literal["declared", "any"] = Field(
        default="declared",
        description="Where meshed pods may go outside the cluster: to what their app's `egress` declares, or anywhere"
        " that the network policies let them.",
    )
    tracing: TracingSettings | None = Field(default=None, description="Where spans go. Unset: proxies trace nothing.")
    istio: IstioSettings = Field(default_factory=IstioSettings, description="Istio, with kind: istio.")
    linkerd: LinkerdSettings = Field(default_factory=LinkerdSettings, description="Linkerd, with kind: linkerd.")


def shorthand(value: object) -> object:
    """Take `mesh: linkerd` for `mesh: {kind: linkerd}`."""
    return {"kind": value} if isinstance(value, str) else value


MeshInput = BeforeValidator(shorthand, json_schema_input_type=MeshKind | MeshSettings)
