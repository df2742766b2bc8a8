"""Linkerd: CRDs, node agent, control plane, with an identity that is given to it."""

from base64 import b64encode
from collections.abc import Mapping, Sequence

import pulumi
from pulumi_kubernetes.core.v1.Namespace import Namespace
from pulumi_kubernetes.core.v1.Secret import Secret
from pulumi_kubernetes.helm.v3.Release import Release
from pydantic import SecretStr

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.mesh import linkerd_values
from components.networking.mesh.membership import LINKERD_CNI_NAMESPACE, LINKERD_NAMESPACE
from components.networking.mesh.settings import LinkerdSettings, SidecarSettings
from components.tenancy.system import system_namespace

WEBHOOKS_OFF = {"config.linkerd.io/admission-webhooks": "disabled"}
"""Linkerd's own pods are not for its webhooks: while these are down, they could not come back."""


class Linkerd(InCluster):
    """Linkerd. `ready` is what pods with a sidecar wait for: its webhooks and its node agent."""

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: LinkerdSettings,
        *,
        sidecar: SidecarSettings,
        secrets: Mapping[str, SecretStr],
        target: Target,
        charts: Charts,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Take the issuer's key out of `secrets`; wait with everything that runs pods for `after`.

        Raises KeyError for a key that `secrets` lacks, which the checks report first.
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
            values=linkerd_values.crds_values(settings),
            opts=self.inside(after=[namespace]),
        )
        cni = self._node_agent(name, charts, after)
        issuer = self._issuer(name, settings, secrets[settings.issuer_key_secret], namespace)
        control_plane = charts.release(
            f"{name}-control-plane",
            "linkerd-control-plane",
            namespace=LINKERD_NAMESPACE,
            values=linkerd_values.control_plane_values(settings, sidecar),
            opts=self.inside(after=[crds, cni, issuer, *after]),
        )
        self.ready = (control_plane, cni)
        self.register_outputs({})

    def _issuer(self, name: str, settings: LinkerdSettings, key: SecretStr, namespace: Namespace) -> Secret:
        return Secret(
            f"{name}-issuer",
            metadata={"name": linkerd_values.ISSUER_SECRET, "namespace": LINKERD_NAMESPACE},
            type="kubernetes.io/tls",
            # Not stringData, which Kubernetes documents as unfit for server-side apply.
            data={
                "ca.crt": _base64(settings.trust_anchor_pem),
                "tls.crt": _base64(settings.issuer_certificate_pem),
                "tls.key": pulumi.Output.secret(_base64(key.get_secret_value())),
            },
            opts=self.inside(after=[namespace]),
        )

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


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
