"""The certificates of Linkerd's webhooks by cert-manager, so that they are renewed, and an upgrade changes none.

After Linkerd's guide "Automatically Rotating Webhook TLS Credentials"; they have nothing to do with the pods' identity.
"""

from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.networking.mesh.linkerd_identity import CERT_MANAGER_API, waiting
from components.networking.mesh.linkerd_names import WEBHOOKS
from components.networking.mesh.membership import LINKERD_NAMESPACE

AUTHORITY = "linkerd-webhooks"
"""The authority of these certificates only: the API server trusts it, through cert-manager's injector."""


def authority_spec() -> dict[str, Any]:
    """Return the spec of the authority's Certificate, valid for ten years.

    With an authority in between, a webhook's new certificate is trusted before its pods have it. A certificate that
    signs itself is not, and no pod starts in the minute or two between. Its renewal keeps the key for the same reason.
    """
    return {
        "isCA": True,
        "commonName": f"{AUTHORITY}.{LINKERD_NAMESPACE}.svc",
        "secretName": AUTHORITY,
        "duration": "87600h0m0s",
        "renewBefore": "8760h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
        "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": f"{AUTHORITY}-root"},
    }


def certificate_spec(service: str) -> dict[str, Any]:
    """Return the spec of a webhook's Certificate: 90 days, of which cert-manager may be away for 30.

    The guide's day, of which it may be away for an hour, would make cert-manager's outage one of the mesh.
    """
    name = f"{service}.{LINKERD_NAMESPACE}.svc"
    return {
        "commonName": name,
        "dnsNames": [name],
        "secretName": f"{service}-k8s-tls",
        "duration": "2160h0m0s",
        "renewBefore": "720h0m0s",
        "privateKey": {"algorithm": "ECDSA", "size": 256, "encoding": "PKCS8", "rotationPolicy": "Always"},
        "usages": ["server auth"],
        "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": AUTHORITY},
    }


class LinkerdWebhooks(InCluster):
    """The webhooks' certificates. `ready` is what the control plane waits for: its pods mount their Secrets."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        namespace: pulumi.Resource,
        manager: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`namespace` is Linkerd's, `manager` is cert-manager's release."""
        super().__init__("slipway:networking:LinkerdWebhooks", name, target, opts)
        root = self._make(f"{name}-root", "Issuer", f"{AUTHORITY}-root", {"selfSigned": {}}, [namespace, manager])
        authority = self._make(f"{name}-authority", "Certificate", AUTHORITY, authority_spec(), [root])
        issuer = self._make(f"{name}-issuer", "Issuer", AUTHORITY, {"ca": {"secretName": AUTHORITY}}, [authority])
        self.ready = tuple(
            self._make(f"{name}-{service}", "Certificate", service, certificate_spec(service), [issuer])
            for service in WEBHOOKS.values()
        )
        self.register_outputs({})

    def _make(
        self, logical_name: str, kind: str, name: str, spec: dict[str, Any], after: list[pulumi.Resource]
    ) -> CustomResource:
        return CustomResource(
            logical_name,
            api_version=CERT_MANAGER_API,
            kind=kind,
            metadata={"name": name, "namespace": LINKERD_NAMESPACE, "annotations": waiting("Ready")},
            spec=spec,
            opts=self.inside(after=after),
        )
