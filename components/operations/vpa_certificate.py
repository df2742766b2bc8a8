"""The certificate of the Vertical Pod Autoscaler's webhook, by cert-manager."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.operations.vpa_values import CERTIFICATE, NAMESPACE, SECRET, SERVICE

API_VERSION = "cert-manager.io/v1"
AUTHORITY = "vpa-webhook-ca"
SELF_SIGNED = "vpa-self-signed"


def _issuer_ref(name: str) -> dict[str, str]:
    return {"group": "cert-manager.io", "kind": "Issuer", "name": name}


def authority_spec() -> dict[str, Any]:
    """Return the spec of the authority: ten years, renewed in the last one, with the same key.

    So the API server trusts the webhook's certificate before and after each renewal of either. A certificate that
    signs itself would be unknown to it until the bundle and the pods' files agree again.
    """
    return {
        "isCA": True,
        "commonName": AUTHORITY,
        "secretName": AUTHORITY,
        "duration": "87600h0m0s",
        "renewBefore": "8760h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
        "usages": ["digital signature", "cert sign", "crl sign"],
        "issuerRef": _issuer_ref(SELF_SIGNED),
    }


def certificate_spec() -> dict[str, Any]:
    """Return the spec of the webhook's certificate: the name by which the API server calls it."""
    return {
        "dnsNames": [f"{SERVICE}.{NAMESPACE}.svc"],
        "secretName": SECRET,
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "usages": ["digital signature", "server auth"],
        "issuerRef": _issuer_ref(AUTHORITY),
    }


class VpaCertificate(InCluster):
    """An authority for this one webhook, and the webhook's certificate; `certificate` is ready when the Secret is."""

    certificate: pulumi.Resource

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`: cert-manager, and the namespace."""
        super().__init__("slipway:operations:VpaCertificate", name, target, opts)
        root = self._issuer(f"{name}-self-signed", SELF_SIGNED, {"selfSigned": {}}, after)
        authority = self._certificate(f"{name}-authority", AUTHORITY, authority_spec(), root)
        issuer = self._issuer(f"{name}-issuer", AUTHORITY, {"ca": {"secretName": AUTHORITY}}, [authority])
        self.certificate = self._certificate(f"{name}-certificate", CERTIFICATE, certificate_spec(), issuer)
        self.register_outputs({})

    def _issuer(
        self, logical_name: str, name: str, spec: dict[str, Any], after: Sequence[pulumi.Resource]
    ) -> CustomResource:
        return CustomResource(
            logical_name,
            api_version=API_VERSION,
            kind="Issuer",
            metadata={"name": name, "namespace": NAMESPACE},
            spec=spec,
            opts=self.inside(after=after),
        )

    def _certificate(
        self, logical_name: str, name: str, spec: dict[str, Any], issuer: pulumi.Resource
    ) -> CustomResource:
        return CustomResource(
            logical_name,
            api_version=API_VERSION,
            kind="Certificate",
            metadata={
                "name": name,
                "namespace": NAMESPACE,
                "annotations": {"pulumi.com/waitFor": "condition=Ready"},
            },
            spec=spec,
            opts=self.inside(after=[issuer]),
        )
