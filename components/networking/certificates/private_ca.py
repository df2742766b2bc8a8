"""An authority of the cluster's own: a self-signed certificate, and the issuer that signs with it."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.networking.certificates.values import NAMESPACE

API_VERSION = "cert-manager.io/v1"
ISSUER = "private-ca"
SECRET = "private-ca"  # noqa: S105 (the name of a Secret, not a secret)
SELF_SIGNED = "self-signed"

COMMON_NAME_LENGTH = 64
"""X.509's upper bound (RFC 5280, ub-common-name)."""


def authority_spec(cluster_name: str) -> dict[str, Any]:
    """Return the spec of the authority's Certificate: ten years, renewed in the last one, named after the cluster.

    A renewal keeps the key. So what the certificate before it has signed is still trusted by those who have the new
    one, and the other way round: nobody is cut off while the bundle travels.
    """
    suffix = " private CA"
    return {
        "isCA": True,
        "commonName": cluster_name[: COMMON_NAME_LENGTH - len(suffix)] + suffix,
        "secretName": SECRET,
        "duration": "87600h0m0s",
        "renewBefore": "8760h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
        "usages": ["digital signature", "cert sign", "crl sign"],
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": SELF_SIGNED},
    }


class PrivateCa(InCluster):
    """The issuer `private-ca`. Its key is made in the cluster, and is in no state and no file.

    `issuer` is what a Certificate waits for; `certificate` is the authority's own, ready in the Secret `private-ca`.
    """

    issuer: pulumi.Resource
    certificate: pulumi.Resource

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`: cert-manager, whose webhook must answer, and its namespace."""
        super().__init__("slipway:networking:PrivateCa", name, target, opts)
        root = CustomResource(
            f"{name}-self-signed",
            api_version=API_VERSION,
            kind="ClusterIssuer",
            metadata={"name": SELF_SIGNED},
            spec={"selfSigned": {}},
            opts=self.inside(after=after),
        )
        self.certificate = CustomResource(
            f"{name}-certificate",
            api_version=API_VERSION,
            kind="Certificate",
            metadata={
                "name": ISSUER,
                "namespace": NAMESPACE,
                "annotations": {"pulumi.com/waitFor": "condition=Ready"},
            },
            spec=authority_spec(target.name),
            opts=self.inside(after=[root]),
        )
        self.issuer = CustomResource(
            f"{name}-issuer",
            api_version=API_VERSION,
            kind="ClusterIssuer",
            metadata={"name": ISSUER},
            spec={"ca": {"secretName": SECRET}},
            opts=self.inside(after=[self.certificate]),
        )
        self.register_outputs({})
