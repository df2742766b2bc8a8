"""cert-manager, and all that issues, trusts and watches certificates by it."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.helm.v3.Release import Release

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.identity import PodIdentity
from components.networking.certificates.acm import AcmCertificate
from components.networking.certificates.alerts import prometheus_rule_spec
from components.networking.certificates.aws_private_ca import AwsPrivateCa
from components.networking.certificates.issuers import ACME_SERVERS, Solver, acme_solvers, app_issuer, issuer_spec
from components.networking.certificates.private_ca import PrivateCa
from components.networking.certificates.settings import CertificatesSettings, IssuerName
from components.networking.certificates.trust import TrustManager
from components.networking.certificates.values import NAMESPACE, SERVICE_ACCOUNT, chart_values, route53_statements
from components.networking.host_network import host_network_level
from components.operations.monitoring_names import RUNBOOKS
from components.tenancy.system import system_namespace

DEFAULT_ROUTE53_REGION = "us-east-1"


class Certificates(InCluster):
    """TLS certificates that renew themselves: cert-manager, and the issuers that the settings name.

    `issuers` is what a Certificate waits for, or what asks for one; `issuer_name` is the one that the apps use, None
    where the settings make none for them. `manager` is cert-manager itself, `trust` what a Bundle waits for (empty
    without trust-manager). `acm_certificate_arn` is None without `acm`.
    """

    issuers: tuple[pulumi.Resource, ...]
    issuer_name: IssuerName | None
    manager: Release
    trust: tuple[pulumi.Resource, ...] = ()
    acm_certificate_arn: pulumi.Output[str] | None = None

    def __init__(
        self,
        name: str,
        settings: CertificatesSettings,
        *,
        target: Target,
        charts: Charts,
        solver: Solver,
        additional_solvers: Mapping[str, Solver] | None = None,
        cluster_name: pulumi.Input[str] | None,
        region: str | None = None,
        account_id: str | None = None,
        install_trust: bool = False,
        host_network: bool = False,
        monitoring: Sequence[pulumi.Resource] = (),
        runbooks: str = RUNBOOKS,
        gateway_api: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Answer HTTP-01 by `solver`; wait with everything that runs pods for `after`.

        `additional_solvers` answer for the stack's further ways in, by controller. `cluster_name` is the EKS cluster's,
        None where there is no AWS identity to give: then neither DNS-01 nor AWS's authorities. `install_trust` is what
        `trust_manager_needed` says. `host_network` is for a CNI whose pods the control plane cannot reach.
        `monitoring` are the CRDs of the Prometheus operator, for `expiry_alerts` and for whatever Prometheus is there,
        empty where nothing is to be scraped; `runbooks` is the address that the alerts' pages are below. `gateway_api`
        are the CRDs of the Gateway API, without which cert-manager makes no HTTPRoutes.
        """
        super().__init__("slipway:networking:Certificates", name, target, opts)
        self._name, self._settings, self._charts = name, settings, charts
        self._eks, self._account_id = cluster_name, account_id
        self._watched, self._runbooks = bool(monitoring), runbooks
        self.issuer_name = app_issuer(settings)
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            NAMESPACE,
            host_network_level("cert-manager", "restricted", overlay=host_network),
        )
        crds = [*gateway_api, *monitoring]
        self.manager = charts.release(
            f"{name}-cert-manager",
            "cert-manager",
            namespace=NAMESPACE,
            values=chart_values(
                replicas=settings.replicas,
                host_network=host_network,
                gateway_api=bool(gateway_api),
                monitoring=self._watched,
            ),
            opts=self.inside(after=[namespace, *self._dns01_identity(), *crds, *after]),
        )
        endpoint = (settings.dns01.region if settings.dns01 else None) or region or DEFAULT_ROUTE53_REGION
        solvers = acme_solvers(
            settings, solver, additional_solvers or {}, dns01_region=endpoint if cluster_name is not None else None
        )
        authority = self._private_ca()
        self.issuers = (
            *(self._lets_encrypt(issuer, solvers) for issuer in ACME_SERVERS if settings.email is not None),
            *([authority.issuer] if authority else []),
            *self._aws_private_ca(),
        )
        if install_trust:
            self.trust = TrustManager(
                f"{name}-trust",
                settings.trust,
                target=target,
                charts=charts,
                private_ca=authority.certificate if authority else None,
                replicas=settings.replicas,
                host_network=host_network,
                monitoring=self._watched,
                after=[self.manager],
                opts=pulumi.ResourceOptions(parent=self),
            ).ready
        self._alerts(monitoring)
        if settings.acm is not None and cluster_name is not None:
            acm = AcmCertificate(f"{name}-acm", settings.acm, opts=pulumi.ResourceOptions(parent=self))
            self.acm_certificate_arn = acm.arn
        self.register_outputs({"issuer": self.issuer_name})

    def _dns01_identity(self) -> list[pulumi.Resource]:
        """Return what the pods wait for to have their AWS identity: it is given when a pod is created."""
        if self._settings.dns01 is None or self._eks is None:
            return []
        identity = PodIdentity(
            f"{self._name}-identity",
            cluster_name=self._eks,
            namespace=NAMESPACE,
            service_account=SERVICE_ACCOUNT,
            statements=route53_statements(self._settings.dns01.hosted_zone_id),
            account_id=self._account_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return [identity.association]

    def _lets_encrypt(self, issuer: IssuerName, solvers: list[dict[str, Any]]) -> pulumi.Resource:
        return CustomResource(
            f"{self._name}-{issuer}",
            api_version="cert-manager.io/v1",
            kind="ClusterIssuer",
            metadata={"name": issuer},
            spec=issuer_spec(issuer, str(self._settings.email), solvers),
            opts=self.inside(after=[self.manager]),
        )

    def _private_ca(self) -> PrivateCa | None:
        if not self._settings.private_ca:
            return None
        return PrivateCa(
            f"{self._name}-private-ca",
            target=self.target,
            after=[self.manager],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _aws_private_ca(self) -> list[pulumi.Resource]:
        """Return the issuer of AWS Private CA; none without it, or without an AWS identity to ask it with."""
        if self._settings.aws_private_ca is None or self._eks is None:
            return []
        authority = AwsPrivateCa(
            f"{self._name}-aws-private-ca",
            self._settings.aws_private_ca,
            target=self.target,
            charts=self._charts,
            cluster_name=self._eks,
            account_id=self._account_id,
            replicas=self._settings.replicas,
            monitoring=self._watched,
            after=[self.manager],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return [authority.issuer]

    def _alerts(self, crds: Sequence[pulumi.Resource]) -> None:
        if self._settings.expiry_alerts is None:
            return
        CustomResource(
            f"{self._name}-alerts",
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata={"name": "certificates", "namespace": NAMESPACE},
            spec=prometheus_rule_spec(self._settings.expiry_alerts, self._runbooks),
            # The release's namespace and its metrics are what the rules are about.
            opts=self.inside(after=[self.manager, *crds]),
        )
