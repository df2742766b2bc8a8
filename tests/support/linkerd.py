"""Recording Linkerd with what it stands on: cert-manager, trust-manager, and the Gateway API's CRDs."""

from types import SimpleNamespace
from typing import Any

import pulumi
from pydantic import SecretStr

from components.component import Target
from components.networking.mesh.linkerd import Linkerd
from components.networking.mesh.settings import MeshSettings
from tests.support.incluster import CHARTS, record_in_cluster
from tests.support.recorded import Recorded, Recording

ANCHOR = "-----BEGIN CERTIFICATE-----\nYW5jaG9y\n-----END CERTIFICATE-----\n"
ISSUER = "-----BEGIN CERTIFICATE-----\naXNzdWVy\n-----END CERTIFICATE-----\n"
KEY = "not really a private key"
GIVEN: dict[str, Any] = {"trustAnchorPem": ANCHOR, "issuerCertificatePem": ISSUER, "issuerKeySecret": "issuer-key"}


def mesh(*, linkerd: dict[str, Any] | None = None, **rest: Any) -> MeshSettings:
    """Return the room `mesh` with Linkerd, keyed as in YAML."""
    return MeshSettings.model_validate({"kind": "linkerd", "linkerd": linkerd or {}, **rest}, by_name=False)


def linkerd(settings: MeshSettings, *, managed: bool = True, known: bool = True, owned: bool = True) -> Recording:
    """Record Linkerd; `managed` with cert-manager, as the resources `cert-manager` and `trust-manager`."""

    def build(target: Target, nodes: pulumi.Resource) -> Linkerd:
        manager, trust, crds = (
            pulumi.CustomResource("test:index:Before", name, {})
            for name in ("cert-manager", "trust-manager", "gateway-api")
        )
        # Of the component Certificates, what Linkerd looks at: its own resources have their own tests.
        certificates: Any = SimpleNamespace(manager=manager, trust=(trust,)) if managed else None
        return Linkerd(
            "linkerd",
            settings,
            secrets={"issuer-key": SecretStr(KEY)},
            target=target,
            charts=CHARTS,
            certificates=certificates,
            gateway_api=[crds],
            after=[nodes],
        )

    return record_in_cluster(build, known=known, owned=owned)


def custom(recording: Recording, kind: str, name: str) -> Recorded:
    """Return the only custom resource of a kind with that name in its metadata."""
    (found,) = (
        each
        for each in recording.resources
        if each.inputs.get("kind") == kind and each.inputs["metadata"]["name"] == name
    )
    return found
