"""Istio with sidecars: CRDs, node agent, control plane, ingress gateway."""

from collections.abc import Sequence

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.helm.v3.Release import Release

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.mesh import istio_values
from components.networking.mesh.membership import (
    GATEWAY_NAME,
    GATEWAY_NAMESPACE,
    ISTIO_CNI_NAMESPACE,
    ISTIO_NAMESPACE,
)
from components.networking.mesh.settings import MeshSettings
from components.tenancy.system import system_namespace


class Istio(InCluster):
    """Istio, each part in a namespace of its own, so that only the node agent's is privileged.

    `ready` is what pods with a sidecar wait for, and Istio's custom resources too: its webhooks and its node agent.
    `gateway` is the release of the ingress gateway, and `gateway_namespace` where the Secrets of its certificates are.
    """

    ready: tuple[pulumi.Resource, ...]
    gateway: Release
    gateway_namespace: str = GATEWAY_NAMESPACE

    def __init__(
        self,
        name: str,
        settings: MeshSettings,
        *,
        target: Target,
        charts: Charts,
        ingress_class: str | None,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Serve Ingress objects of `ingress_class` (None: none); wait with everything that runs pods for `after`."""
        super().__init__("slipway:networking:Istio", name, target, opts)
        namespace = system_namespace(self, f"{name}-system", ISTIO_NAMESPACE, "restricted")
        base = charts.release(
            f"{name}-base", "istio-base", namespace=ISTIO_NAMESPACE, values={}, opts=self.inside(after=[namespace])
        )
        cni = self._node_agent(name, charts, after)
        istiod = charts.release(
            f"{name}-istiod",
            "istiod",
            namespace=ISTIO_NAMESPACE,
            values=istio_values.istiod_values(settings.istio, settings.sidecar, ingress_class=ingress_class),
            opts=self.inside(after=[base, *after]),
        )
        CustomResource(
            f"{name}-mtls",
            api_version="security.istio.io/v1",
            kind="PeerAuthentication",
            # In Istio's root namespace, and of this name, it is the whole mesh's.
            metadata={"name": "default", "namespace": ISTIO_NAMESPACE},
            spec={"mtls": {"mode": settings.istio.mtls}},
            opts=self.inside(after=[istiod]),
        )
        self.gateway = self._gateway(name, settings, charts, istiod)
        self.ready = (istiod, cni)
        self.register_outputs({})

    def _node_agent(self, name: str, charts: Charts, after: Sequence[pulumi.Resource]) -> Release:
        namespace = system_namespace(self, f"{name}-cni", ISTIO_CNI_NAMESPACE, "privileged")
        return charts.release(
            f"{name}-cni",
            "istio-cni",
            namespace=ISTIO_CNI_NAMESPACE,
            values=istio_values.cni_values(),
            opts=self.inside(after=[namespace, *after]),
        )

    def _gateway(self, name: str, settings: MeshSettings, charts: Charts, istiod: Release) -> Release:
        """Install the gateway after istiod, whose webhook fills in its image."""
        namespace = system_namespace(self, f"{name}-ingress", GATEWAY_NAMESPACE, "restricted")
        return charts.release(
            f"{name}-gateway",
            "istio-gateway",
            release_name=GATEWAY_NAME,
            namespace=GATEWAY_NAMESPACE,
            values=istio_values.gateway_values(settings.istio.gateway),
            # Its Service has a load balancer, which must go before the VPC does.
            opts=self.inside(after=[namespace, istiod], outlived=False),
        )
