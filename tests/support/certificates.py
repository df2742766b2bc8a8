"""Recording cert-manager and what works by it."""

from collections.abc import Callable
from typing import Any

import pulumi
from pulumi_kubernetes.provider import Provider

from components.component import Target
from components.networking.certificates.manager import Certificates
from components.networking.certificates.settings import CertificatesSettings
from components.networking.ingress.facts import GatewayRef
from tests.support.incluster import CHARTS, CLUSTER
from tests.support.recorded import Recorded, Recording
from tests.support.recording import record

CRDS = "test:crds:Definitions"
EMAIL = "platform@example.com"
ISSUER = "kubernetes:cert-manager.io/v1:ClusterIssuer"
CERTIFICATE = "aws:acm/certificate:Certificate"
AUTHORITY = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab"


def settings(**rooms: Any) -> CertificatesSettings:
    """Return settings as YAML has them."""
    return CertificatesSettings.model_validate(rooms, by_name=False)


def record_certificates(
    wanted: CertificatesSettings,
    *,
    solver: str | GatewayRef | None = "istio",
    gateway_api: bool = False,
    monitoring: bool | None = None,
    cluster_name: str | None = "slipway-test",
    known: bool = True,
    then: Callable[[Certificates], object] | None = None,
    **facts: Any,
) -> Recording:
    """Record `wanted` in a cluster with nodes, and with `gateway_api` its CRDs.

    `monitoring` is whether the stack has the Prometheus operator's: unset, where `wanted` has alerts. `then` builds on
    what was made.
    """
    watched = monitoring if monitoring is not None else wanted.expiry_alerts is not None

    def program() -> None:
        cluster = pulumi.CustomResource(CLUSTER, "cluster", {})
        nodes = pulumi.CustomResource("aws:eks/nodeGroup:NodeGroup", "nodes", {})
        target = Target("slipway-test", Provider("cluster"), lifetime=cluster)
        made = Certificates(
            "certificates",
            wanted,
            target=target,
            charts=CHARTS,
            solver=solver,
            cluster_name=cluster_name,
            region="us-west-2",
            account_id="123456789012",
            monitoring=[pulumi.CustomResource(CRDS, "monitoring-crds", {})] if watched else [],
            gateway_api=[pulumi.CustomResource(CRDS, "gateway-crds", {})] if gateway_api else [],
            after=[nodes],
            **facts,
        )
        if then:
            then(made)

    domains = wanted.acm.domains if wanted.acm else ()
    return record(program, known=known, outputs={CERTIFICATE: {"domainValidationOptions": proofs(domains)}})


def proofs(domains: tuple[str, ...]) -> list[dict[str, str]]:
    """Return what AWS asks for: for a domain and its wildcard the same record, in no order that follows the names."""
    return [
        {
            "domainName": name,
            "resourceRecordName": f"_proof.{domain}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": f"_value.{domain}.acm-validations.aws.",
        }
        for domain in reversed(domains)
        for name in (f"*.{domain}", domain)
    ]


def values(recording: Recording, release: str) -> dict[str, Any]:
    """Return the values of a Helm release by its logical name."""
    found: dict[str, Any] = recording.one("kubernetes:helm.sh/v3:Release", release).inputs["values"]
    return found


def objects(recording: Recording, kind: str) -> dict[str, Recorded]:
    """Return the recorded objects of a kind by their names in the cluster."""
    return {
        found.inputs["metadata"]["name"]: found
        for found in recording.resources
        if found.type.startswith("kubernetes:") and found.inputs.get("kind") == kind
    }
