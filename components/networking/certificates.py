"""cert-manager, and the two issuers of Let's Encrypt."""

from collections.abc import Sequence
from typing import Annotated

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pydantic import AfterValidator, Field

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.model import Settings
from components.names import Hostname
from components.networking.issuers import (
    ACME_SERVERS,
    IssuerName,
    chart_values,
    dns01_solver,
    http01_solver,
    issuer_spec,
    route53_statements,
)
from components.tenancy.system import system_namespace

NAMESPACE = "cert-manager"
SERVICE_ACCOUNT = "cert-manager"
"""The controller's, as the chart names it after the release."""

DEFAULT_ROUTE53_REGION = "us-east-1"


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

    hosted_zone_id: Annotated[str, Field(pattern=r"^Z[A-Z0-9]{1,31}$", examples=["Z0123456789EXAMPLE"])] = Field(
        description="The hosted zone of the domains."
    )
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)] = Field(
        description="The domains that are proved so, each with all names below it."
    )
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] | None = Field(
        default=None, description="The AWS region whose endpoint is called. Unset: the stack's own."
    )


class CertificatesSettings(Settings):
    """cert-manager with Let's Encrypt's staging and production issuers."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)] = Field(
        description="The address that Let's Encrypt writes to about the account."
    )
    issuer: IssuerName = Field(
        default="letsencrypt-staging",
        description="The issuer of the apps' certificates. Browsers trust letsencrypt-production's only; its weekly"
        " limits are for hosts that already work with letsencrypt-staging.",
    )
    dns01: Dns01Settings | None = Field(
        default=None, description="Proof by DNS. Unset: every name is proved over HTTP, on port 80."
    )
    replicas: Annotated[int, Field(ge=1)] = Field(default=2, description="The number of pods of each of its parts.")


class Certificates(InCluster):
    """TLS certificates that renew themselves: cert-manager, and Let's Encrypt as its issuers.

    `issuer_name` is the issuer that the apps use; `issuers` is what a Certificate waits for, or what asks for one.
    """

    issuers: tuple[pulumi.Resource, ...]
    issuer_name: IssuerName

    def __init__(
        self,
        name: str,
        settings: CertificatesSettings,
        *,
        target: Target,
        charts: Charts,
        ingress_class: str | None,
        cluster_name: pulumi.Input[str] | None,
        region: str | None = None,
        host_network: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Answer HTTP-01 by Ingress objects of `ingress_class`; wait with everything that runs pods for `after`.

        `cluster_name` is the EKS cluster's, None where there is no AWS identity to give: no DNS-01 then.
        `host_network` puts the webhook on the host network, for a CNI whose pods the control plane cannot reach.
        """
        super().__init__("slipway:networking:Certificates", name, target, opts)
        self.issuer_name = settings.issuer
        # The host network is refused at every lower level.
        namespace = system_namespace(
            self, f"{name}-namespace", NAMESPACE, "privileged" if host_network else "restricted"
        )
        release = charts.release(
            f"{name}-cert-manager",
            "cert-manager",
            namespace=NAMESPACE,
            values=chart_values(NAMESPACE, replicas=settings.replicas, host_network=host_network),
            opts=self.inside(after=[namespace, *self._identity(name, settings, cluster_name), *after]),
        )
        solvers = [http01_solver(ingress_class)]
        if settings.dns01 is not None and cluster_name is not None:
            dns01 = settings.dns01
            # First by convention only: cert-manager takes the solver whose selector fits best.
            endpoint = dns01.region or region or DEFAULT_ROUTE53_REGION
            solvers.insert(0, dns01_solver(dns01.hosted_zone_id, dns01.domains, endpoint))
        self.issuers = tuple(
            CustomResource(
                f"{name}-{issuer}",
                api_version="cert-manager.io/v1",
                kind="ClusterIssuer",
                metadata={"name": issuer},
                spec=issuer_spec(issuer, settings.email, solvers),
                opts=self.inside(after=[release]),
            )
            for issuer in ACME_SERVERS
        )
        self.register_outputs({"issuer": self.issuer_name})

    def _identity(
        self, name: str, settings: CertificatesSettings, cluster_name: pulumi.Input[str] | None
    ) -> list[pulumi.Resource]:
        """Return what the pods wait for to have their AWS identity: it is given when a pod is created."""
        if settings.dns01 is None or cluster_name is None:
            return []
        identity = PodIdentity(
            f"{name}-identity",
            cluster_name=cluster_name,
            namespace=NAMESPACE,
            service_account=SERVICE_ACCOUNT,
            statements=route53_statements(settings.dns01.hosted_zone_id),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return [identity.association]
