"""The service mesh: which one, and what it asks of the cluster."""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import Name
from components.tenancy.quota import ComputeSettings

MeshKind = Literal["none", "istio", "linkerd"]

CertificatePem = Annotated[
    str,
    Field(
        pattern=r"^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*"
        r"(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)*$",
    ),
]
"""One certificate in PEM form, or several."""


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


class IstioSettings(Settings):
    """Istio, with sidecars."""

    mtls: Literal["STRICT", "PERMISSIVE"] = Field(
        default="STRICT", description="Whether meshed pods refuse plain text from others (STRICT) or take both."
    )
    access_log: bool = Field(default=True, description="Whether the proxies write each request to their log, as JSON.")
    gateway: GatewaySettings = Field(default_factory=GatewaySettings, description="The ingress gateway.")


class LinkerdSettings(Settings):
    """Linkerd, with certificates that outlive it: `step certificate create` makes them, see Linkerd's guide.

    The trust anchor's key stays outside the cluster; only the issuer's goes in.
    """

    trust_anchor_pem: CertificatePem = Field(description="The certificate of the mesh's own authority, PEM.")
    issuer_certificate_pem: CertificatePem = Field(
        description="The certificate that signs for the pods, PEM, itself signed by the trust anchor."
    )
    issuer_key_secret: Name = Field(description="The name in slipway:secrets of that certificate's private key, PEM.")
    replicas: Annotated[int, Field(ge=1)] = Field(
        default=2, description="The number of pods of each part of the control plane."
    )
    install_gateway_api: bool = Field(
        default=True,
        description="Whether to install the Gateway API's CRDs, which Linkerd needs: false where the cluster has them.",
    )


class MeshSettings(Settings):
    """The mesh of the stack. Production's is Istio in the seed's table, staging's Linkerd."""

    kind: MeshKind = Field(default="none", description="none, istio or linkerd.")
    sidecar: SidecarSettings = Field(default_factory=SidecarSettings, description="The resources of each proxy.")
    istio: IstioSettings = Field(default_factory=IstioSettings, description="Istio, with kind: istio.")
    linkerd: LinkerdSettings | None = Field(
        default=None, description="Linkerd, required with kind: linkerd, since its certificates have no default."
    )
