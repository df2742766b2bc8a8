"""Linkerd: where its certificates come from, and how much of it runs."""

from typing import Annotated

from pydantic import Field

from components.model import Settings
from components.names import Name, SecretRef

CertificatePem = Annotated[
    str,
    Field(
        pattern=r"^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*"
        r"(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)*$",
    ),
]
"""One certificate in PEM form, or several."""

TrustAnchorName = Annotated[
    str,
    Field(pattern=r"^linkerd-[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63, examples=["linkerd-trust-anchor-2031"]),
]
"""The name of a trust anchor, of its Secret and of its ClusterIssuer: apart from all other issuers' by its start."""


class GivenIdentitySettings(Settings):
    """Certificates from outside the cluster: `step certificate create` makes them, see Linkerd's guide.

    The trust anchor's key stays outside the cluster; only the issuer's goes in.
    """

    trust_anchor_pem: CertificatePem = Field(description="The certificate of the mesh's own authority, PEM.")
    issuer_certificate_pem: CertificatePem = Field(
        description="The certificate that signs for the pods, PEM, itself signed by the trust anchor."
    )
    issuer_key_secret: SecretRef = Field(
        description="The name in slipway:secrets of that certificate's private key, PEM."
    )


class LinkerdSettings(Settings):
    """Linkerd. `{}` is complete: cert-manager makes its certificates and renews them, trust-manager hands them out."""

    identity: GivenIdentitySettings | None = Field(
        default=None,
        description="Certificates of one's own. Unset: cert-manager makes them, so that no key is ever in"
        " Pulumi's state.",
    )
    trust_anchors: Annotated[tuple[TrustAnchorName, ...], Field(min_length=1, max_length=10)] = Field(
        default=("linkerd-trust-anchor",),
        description="The authorities that cert-manager keeps for the mesh, by name. All are trusted, the first signs."
        " A second one is there while pods move from one to the other. Without effect where identity is set.",
    )
    collector_service_account: Name | None = Field(
        default=None,
        description="The service account of the collector in mesh.tracing, whose pods must be in the mesh: Linkerd"
        " sends spans to nobody whose identity it cannot check. Unset: named as the collector's Service.",
    )
    replicas: Annotated[int, Field(ge=1)] = Field(
        default=2, description="The number of pods of each part of the control plane."
    )
