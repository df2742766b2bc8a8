"""Linkerd: CRDs, node agent, control plane, and the certificates that its pods need to start."""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import pulumi
from pulumi_kubernetes.core.v1.Namespace import Namespace
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.helm.v3.Release import Release
from pydantic import SecretStr

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.certificates.manager import Certificates
from components.networking.mesh import linkerd_values
from components.networking.mesh.linkerd_egress import LinkerdEgress
from components.networking.mesh.linkerd_identity import LinkerdIdentity
from components.networking.mesh.linkerd_names import ISSUER
from components.networking.mesh.linkerd_settings import GivenIdentitySettings
from components.networking.mesh.linkerd_webhooks import LinkerdWebhooks
from components.networking.mesh.membership import LINKERD_CNI_NAMESPACE, LINKERD_NAMESPACE
from components.networking.mesh.settings import MeshSettings
from components.tenancy.system import system_namespace

WEBHOOKS_OFF = {"config.linkerd.io/admission-webhooks": "disabled"}
"""Linkerd's own pods are not for its webhooks: while these are down, they could not come back."""


class Linkerd(InCluster):
    """Linkerd: its CRDs, its node agent, its control plane and their certificates.

    `ready` is what pods with a sidecar wait for, and Linkerd's custom resources too: its webhooks, its node agent and,
    where egress is declared, the refusal of everything else.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: MeshSettings,
        *,
        secrets: Mapping[str, SecretStr],
        target: Target,
        charts: Charts,
        certificates: Certificates | None,
        gateway_api: Sequence[pulumi.Resource],
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Have certificates made by `certificates`, or take a given issuer's key out of `secrets`.

        `gateway_api` are the Gateway API's CRDs: the control plane looks for them once, when it starts. Everything
        that runs pods waits for `after`. Raises KeyError for a key that `secrets` lacks, and ValueError where there is
        neither an identity nor `certificates`; the checks report both first.
        """
        super().__init__("slipway:networking:Linkerd", name, target, opts)
        namespace = system_namespace(
            self,
            f"{name}-namespace",
            LINKERD_NAMESPACE,
            "restricted",
            labels={
                **WEBHOOKS_OFF,
                "linkerd.io/is-control-plane": "true",
                "linkerd.io/control-plane-ns": LINKERD_NAMESPACE,
            },
            annotations={"linkerd.io/inject": "disabled"},
        )
        crds = charts.release(
            f"{name}-crds",
            "linkerd-crds",
            namespace=LINKERD_NAMESPACE,
            values=linkerd_values.crds_values(),
            opts=self.inside(after=[namespace]),
        )
        cni = self._node_agent(name, charts, after)
        identity = self._identity(name, settings, secrets, certificates, namespace)
        webhooks = self._webhooks(name, certificates, namespace)
        control_plane = charts.release(
            f"{name}-control-plane",
            "linkerd-control-plane",
            namespace=LINKERD_NAMESPACE,
            values=linkerd_values.control_plane_values(settings, managed=certificates is not None),
            opts=self.inside(after=[crds, cni, *identity, *webhooks, *gateway_api, *after]),
        )
        egress = self._egress(name, control_plane) if settings.egress == "declared" else ()
        self.ready = (control_plane, cni, *egress)
        self.register_outputs({})

    def _identity(
        self,
        name: str,
        settings: MeshSettings,
        secrets: Mapping[str, SecretStr],
        certificates: Certificates | None,
        namespace: Namespace,
    ) -> Sequence[pulumi.Resource]:
        given = settings.linkerd.identity
        if given is not None:
            return [self._given_issuer(name, given, secrets[given.issuer_key_secret], namespace)]
        if certificates is None:
            raise ValueError("Linkerd needs an identity: certificates of cert-manager, or mesh.linkerd.identity")
        return LinkerdIdentity(
            f"{name}-identity",
            settings.linkerd.trust_anchors,
            target=self.target,
            namespace=namespace,
            manager=certificates.manager,
            trust=certificates.trust,
            opts=pulumi.ResourceOptions(parent=self),
        ).ready

    def _given_issuer(self, name: str, settings: GivenIdentitySettings, key: SecretStr, namespace: Namespace) -> Secret:
        return Secret(
            f"{name}-issuer",
            metadata={"name": ISSUER, "namespace": LINKERD_NAMESPACE},
            type="kubernetes.io/tls",
            # Not stringData, which Kubernetes documents as unfit for server-side apply.
            data={
                "ca.crt": _base64(settings.trust_anchor_pem),
                "tls.crt": _base64(settings.issuer_certificate_pem),
                "tls.key": pulumi.Output.secret(_base64(key.get_secret_value())),
            },
            opts=self.inside(after=[namespace]),
        )

    def _webhooks(
        self, name: str, certificates: Certificates | None, namespace: Namespace
    ) -> Sequence[pulumi.Resource]:
        if certificates is None:
            return ()
        return LinkerdWebhooks(
            f"{name}-webhooks",
            target=self.target,
            namespace=namespace,
            manager=certificates.manager,
            opts=pulumi.ResourceOptions(parent=self),
        ).ready

    def _node_agent(self, name: str, charts: Charts, after: Sequence[pulumi.Resource]) -> Release:
        namespace = system_namespace(
            self,
            f"{name}-cni",
            LINKERD_CNI_NAMESPACE,
            "privileged",
            labels={**WEBHOOKS_OFF, "linkerd.io/cni-resource": "true"},
        )
        return charts.release(
            f"{name}-cni",
            "linkerd2-cni",
            namespace=LINKERD_CNI_NAMESPACE,
            values=linkerd_values.cni_values(),
            opts=self.inside(after=[namespace, *after]),
        )

    def _egress(self, name: str, control_plane: Release) -> Sequence[pulumi.Resource]:
        return LinkerdEgress(
            f"{name}-egress",
            target=self.target,
            after=[control_plane],
            opts=pulumi.ResourceOptions(parent=self),
        ).ready


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
