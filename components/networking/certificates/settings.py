"""What a stack says about certificates."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.model import Settings
from components.names import Hostname, Name
from components.networking.mesh.linkerd_settings import CertificatePem

IssuerName = Literal["letsencrypt-staging", "letsencrypt-production", "private-ca", "aws-private-ca"]

HostedZoneId = Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$", examples=["Z0123456789EXAMPLE"])]

PrivateCaArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:acm-pca:[a-z0-9-]+:\d{12}:certificate-authority/[\w-]+$",
        examples=["arn:aws:acm-pca:us-west-2:123456789012:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab"],
    ),
]


def _not_a_wildcard(value: str) -> str:
    if value.startswith("*."):
        raise ValueError(
            f"{value!r} is a wildcard: name the domain, {value.removeprefix('*.')}, which covers all below it"
        )
    return value


Domain = Annotated[Hostname, AfterValidator(_not_a_wildcard)]
"""A DNS name that stands for itself and for all names below it."""


class Dns01Settings(Settings):
    """Proof by DNS: a record in Route 53. The only way to wildcards, and to hosts that the internet cannot reach."""

    hosted_zone_id: HostedZoneId = Field(description="The hosted zone of the domains.")
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)] = Field(
        description="The domains that are proved so, each with all names below it."
    )
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = Field(
        default=None, description="The AWS region whose endpoint is called. Unset: the stack's own."
    )


class AcmSettings(Settings):
    """One certificate of AWS Certificate Manager, for load balancers that take no Secret; proved by DNS."""

    hosted_zone_id: HostedZoneId = Field(description="The hosted zone in which the proof's records are made.")
    domains: Annotated[tuple[Domain, ...], Field(min_length=1, max_length=5)] = Field(
        description="The domains, each with one level of names below it (a wildcard). AWS takes ten names, so five."
    )


class AwsPrivateCaSettings(Settings):
    """AWS Private CA as an issuer, by cert-manager's aws-privateca-issuer."""

    arn: PrivateCaArn = Field(description="The certificate authority, in any region.")


class TrustSettings(Settings):
    """trust-manager, which gives every namespace the certificates that its pods are to trust."""

    default_cas: bool = Field(
        default=True, description="Whether the public authorities are among them, as Debian's ca-certificates has them."
    )
    extra_pem: tuple[CertificatePem, ...] = Field(
        default=(), description="Further certificates, such as a company's own authority, PEM."
    )
    config_map: Name = Field(
        default="trusted-cas", description="The ConfigMap that each namespace gets, with the key ca.crt."
    )


class ExpiryAlertSettings(Settings):
    """Alerts for the Prometheus operator, before a certificate expires that should have been renewed."""

    warning_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=21,
        description="Days before the end at which to warn. cert-manager renews after two thirds of a certificate's"
        " life: Let's Encrypt's of 90 days with 30 left.",
    )
    critical_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=7, description="Days before the end at which to page somebody; fewer than warningDays."
    )


class CertificatesSettings(Settings):
    """cert-manager, its issuers, and who is trusted."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)] | None = Field(
        default=None, description="The address of the Let's Encrypt account. Unset: no issuers of Let's Encrypt."
    )
    issuer: IssuerName = Field(
        default="letsencrypt-staging",
        description="The issuer of the apps' certificates. Browsers trust letsencrypt-production's only; its weekly"
        " limits are for hosts that already work with letsencrypt-staging; both need an email. private-ca and"
        " aws-private-ca are for names inside a company, and need the settings of their own below.",
    )
    dns01: Dns01Settings | None = Field(
        default=None, description="Proof by DNS. Unset: every name is proved over HTTP, on port 80."
    )
    acm: AcmSettings | None = Field(
        default=None, description="A certificate of AWS Certificate Manager, which application load balancers need."
    )
    private_ca: bool = Field(
        default=False, description="Whether cert-manager keeps an authority of its own, the issuer private-ca."
    )
    aws_private_ca: AwsPrivateCaSettings | None = Field(
        default=None, description="AWS Private CA, the issuer aws-private-ca. Unset: not installed."
    )
    trust: TrustSettings | None = Field(default=None, description="trust-manager. Unset: only where Linkerd needs it.")
    expiry_alerts: ExpiryAlertSettings | None = Field(
        default=None, description="Alerts before a certificate expires. Unset: none."
    )
    replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods of each of its parts.")
