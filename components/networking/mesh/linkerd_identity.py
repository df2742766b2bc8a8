"""Linkerd's identity by cert-manager and trust-manager: no private key is ever outside the cluster.

After Linkerd's guide "Automatically Rotating Control Plane TLS Credentials", apart from the previous anchor: the guide
copies Secrets by hand, here each trust anchor has a name, and the Bundle holds all that are named.
"""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.networking.mesh.linkerd_names import ISSUER, TRUST_DOMAIN, TRUST_ROOTS, TRUST_ROOTS_KEY
from components.networking.mesh.membership import LINKERD_NAMESPACE

CERT_MANAGER_NAMESPACE = "cert-manager"
"""Where trust-manager reads Secrets, and ClusterIssuers theirs."""

CERT_MANAGER_API = "cert-manager.io/v1"

ROOTS = "linkerd-trust-root-issuer"

READY_SECONDS = 300


def waiting(condition: str) -> dict[str, str]:
    """Return annotations by which the deployment waits for a custom resource's condition."""
    return {"pulumi.com/waitFor": f"condition={condition}", "pulumi.com/timeoutSeconds": str(READY_SECONDS)}


def anchor_spec(name: str) -> dict[str, Any]:
    """Return the spec of a trust anchor's Certificate, valid for ten years.

    A renewal keeps the key: proxies read the anchors when they start, and none of those that run would trust a new
    one. A new key is a new anchor, by `trustAnchors`, at a time that somebody chooses.
    """
    return {
        "isCA": True,
        "commonName": f"root.linkerd.{TRUST_DOMAIN}",
        "secretName": name,
        "duration": "87600h0m0s",
        "renewBefore": "8760h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
        "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": ROOTS},
    }


def issuer_spec(anchor: str) -> dict[str, Any]:
    """Return the spec of the Certificate that signs for the pods; durations as in Linkerd's guide.

    It is renewed with a day and an hour left: a pod's own certificate, valid for a day, never outlives it.
    """
    name = f"identity.linkerd.{TRUST_DOMAIN}"
    return {
        "isCA": True,
        "commonName": name,
        "dnsNames": [name],
        "secretName": ISSUER,
        "duration": "48h0m0s",
        "renewBefore": "25h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": anchor},
    }


def bundle_spec(anchors: Sequence[str]) -> dict[str, Any]:
    """Return the spec of the Bundle: the anchors' certificates, without keys, in Linkerd's namespace and no other."""
    return {
        "sources": [{"secret": {"name": anchor, "key": "tls.crt"}} for anchor in anchors],
        "target": {
            "configMap": {"key": TRUST_ROOTS_KEY},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": LINKERD_NAMESPACE}},
        },
    }


class LinkerdIdentity(InCluster):
    """Trust anchors, the issuer's certificate, and the bundle of what is trusted.

    `ready` is what the control plane waits for: its pods mount the Secret and the ConfigMap.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        anchors: Sequence[str],
        *,
        target: Target,
        namespace: pulumi.Resource,
        manager: pulumi.Resource,
        trust: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Make the trust anchors `anchors`, of which the first signs.

        `namespace` is Linkerd's, `manager` is cert-manager's release, `trust` trust-manager.
        """
        super().__init__("slipway:networking:LinkerdIdentity", name, target, opts)
        roots = CustomResource(
            f"{name}-roots",
            api_version=CERT_MANAGER_API,
            kind="Issuer",
            metadata={"name": ROOTS, "namespace": CERT_MANAGER_NAMESPACE},
            spec={"selfSigned": {}},
            opts=self.inside(after=[manager]),
        )
        certificates = {anchor: self._anchor(name, anchor, roots) for anchor in anchors}
        # All of them, so that an anchor can sign as soon as it is the first.
        issuers = [self._cluster_issuer(name, anchor, made) for anchor, made in certificates.items()]
        issuer = CustomResource(
            f"{name}-issuer",
            api_version=CERT_MANAGER_API,
            kind="Certificate",
            metadata={"name": ISSUER, "namespace": LINKERD_NAMESPACE, "annotations": waiting("Ready")},
            spec=issuer_spec(anchors[0]),
            opts=self.inside(after=[namespace, *issuers]),
        )
        bundle = CustomResource(
            f"{name}-bundle",
            api_version="trust.cert-manager.io/v1alpha1",
            kind="Bundle",
            metadata={"name": TRUST_ROOTS, "annotations": waiting("Synced")},
            spec=bundle_spec(anchors),
            opts=self.inside(after=[namespace, *trust, *certificates.values()]),
        )
        self.ready = (issuer, bundle)
        self.register_outputs({})

    def _anchor(self, name: str, anchor: str, roots: pulumi.Resource) -> CustomResource:
        return CustomResource(
            f"{name}-{anchor}",
            api_version=CERT_MANAGER_API,
            kind="Certificate",
            metadata={"name": anchor, "namespace": CERT_MANAGER_NAMESPACE, "annotations": waiting("Ready")},
            spec=anchor_spec(anchor),
            opts=self.inside(after=[roots]),
        )

    def _cluster_issuer(self, name: str, anchor: str, certificate: pulumi.Resource) -> CustomResource:
        return CustomResource(
            f"{name}-{anchor}",
            api_version=CERT_MANAGER_API,
            kind="ClusterIssuer",
            metadata={"name": anchor, "annotations": waiting("Ready")},
            spec={"ca": {"secretName": anchor}},
            opts=self.inside(after=[certificate]),
        )
