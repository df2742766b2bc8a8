"""Istio: CRDs, node agents, control planes side by side and their tags, gateways in and out."""

from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.admissionregistration.v1.MutatingWebhookConfiguration import MutatingWebhookConfiguration
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.helm.v3.Release import Release

from components.charts import Charts
from components.component import InCluster, Target
from components.networking.mesh import istio_gateways, istio_values, revision_tags
from components.networking.mesh.istio_config import telemetry_spec
from components.networking.mesh.istio_settings import EgressGatewaySettings, GatewaySettings
from components.networking.mesh.membership import (
    EGRESS_GATEWAY_NAME,
    EGRESS_GATEWAY_NAMESPACE,
    GATEWAY_NAME,
    GATEWAY_NAMESPACE,
    ISTIO_CNI_NAMESPACE,
    ISTIO_NAMESPACE,
    is_ambient,
)
from components.networking.mesh.revisions import (
    ControlPlane,
    control_planes,
    effective_tags,
    newest,
    stable_control_plane,
)
from components.networking.mesh.settings import MeshSettings
from components.tenancy.system import system_namespace


class Istio(InCluster):
    """Istio, each part in a namespace of its own, so that only the node agents' is privileged.

    `ready` is what meshed pods wait for, and Istio's custom resources too: the control planes with the webhooks of
    their tags, the node agents, the way out. `gateway` is the release of the ingress gateway, None without one.
    """

    ready: tuple[pulumi.Resource, ...]
    gateway: Release | None = None
    egress_gateway: Release | None = None

    def __init__(
        self,
        name: str,
        settings: MeshSettings,
        *,
        target: Target,
        charts: Charts,
        ingress_class: str | None,
        gateway_api: Sequence[pulumi.Resource] = (),
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Serve Ingress objects of `ingress_class` (None: none); wait with everything that runs pods for `after`.

        `gateway_api` are the CRDs of the Gateway API, which istiod looks for when it starts.
        """
        super().__init__("slipway:networking:Istio", name, target, opts)
        self._charts, self._settings = charts, settings
        self._stable = stable_control_plane(settings.istio)
        namespace = system_namespace(self, f"{name}-system", ISTIO_NAMESPACE, "restricted")
        base = charts.release(
            f"{name}-base",
            "istio-base",
            namespace=ISTIO_NAMESPACE,
            values=istio_values.base_values(self._stable),
            version=newest(charts.version("istio-base"), settings.istio),
            opts=self.inside(after=[namespace]),
        )
        needed = [base, *gateway_api, *after]
        self._istiods = {
            each.revision: self._control_plane(name, each, ingress_class, needed)
            for each in control_planes(settings.istio)
        }
        agents = self._node_agents(name, after)
        tags = self._tags(name)
        self._mesh_wide(name)
        if ingress_class is not None:
            self.gateway = self._ingress_gateway(name, settings.istio.gateway)
        if settings.istio.egress_gateway is not None:
            self.egress_gateway = self._egress_gateway(name, settings.istio.egress_gateway)
        way_out = [self.egress_gateway] if self.egress_gateway else []
        self.ready = (*self._istiods.values(), *agents, *tags, *way_out)
        self.register_outputs({})

    def _control_plane(
        self, name: str, control_plane: ControlPlane, ingress_class: str | None, after: Sequence[pulumi.Resource]
    ) -> Release:
        suffix = f"-{control_plane.value}" if control_plane.value else ""
        return self._charts.release(
            f"{name}-istiod{suffix}",
            "istiod",
            release_name=control_plane.service,
            namespace=ISTIO_NAMESPACE,
            values=istio_values.istiod_values(self._settings, control_plane, ingress_class=ingress_class),
            version=control_plane.version,
            opts=self.inside(after=after),
        )

    def _node_agents(self, name: str, after: Sequence[pulumi.Resource]) -> tuple[Release, ...]:
        namespace = system_namespace(self, f"{name}-cni", ISTIO_CNI_NAMESPACE, "privileged")
        cni = self._charts.release(
            f"{name}-cni",
            "istio-cni",
            namespace=ISTIO_CNI_NAMESPACE,
            values=istio_values.cni_values(self._settings),
            opts=self.inside(after=[namespace, *after]),
        )
        if not is_ambient(self._settings):
            return (cni,)
        ztunnel = self._charts.release(
            f"{name}-ztunnel",
            "istio-ztunnel",
            release_name="ztunnel",
            namespace=ISTIO_CNI_NAMESPACE,
            values=istio_values.ztunnel_values(self._stable),
            # It mounts the mesh's root certificate, which istiod puts into every namespace.
            opts=self.inside(after=[namespace, self._istiods[self._stable.revision], *after]),
        )
        return (cni, ztunnel)

    def _tags(self, name: str) -> tuple[MutatingWebhookConfiguration, ...]:
        """Make the tags; in ambient mode nothing is injected, and waypoints name their revision."""
        if is_ambient(self._settings):
            return ()
        planes = {each.revision: each for each in control_planes(self._settings.istio)}
        return tuple(
            MutatingWebhookConfiguration(
                f"{name}-tag-{tag}",
                metadata={
                    "name": revision_tags.tag_name(tag),
                    "labels": revision_tags.tag_labels(tag, planes[revision]),
                },
                webhooks=_any(revision_tags.tag_webhooks(tag, planes[revision])),
                opts=self.inside(after=[self._istiods[revision]]),
            )
            for tag, revision in effective_tags(self._settings.istio).items()
        )

    def _mesh_wide(self, name: str) -> None:
        """Make what holds for the whole mesh, because it is in Istio's root namespace and selects nothing."""
        options = self.inside(after=list(self._istiods.values()))
        CustomResource(
            f"{name}-mtls",
            api_version="security.istio.io/v1",
            kind="PeerAuthentication",
            metadata={"name": "default", "namespace": ISTIO_NAMESPACE},
            spec={"mtls": {"mode": self._settings.istio.mtls}},
            opts=options,
        )
        if self._settings.tracing is not None:
            CustomResource(
                f"{name}-telemetry",
                api_version="telemetry.istio.io/v1",
                kind="Telemetry",
                metadata={"name": "mesh-default", "namespace": ISTIO_NAMESPACE},
                spec=telemetry_spec(self._settings.tracing),
                opts=options,
            )

    def _ingress_gateway(self, name: str, settings: GatewaySettings) -> Release:
        """Install the gateway after istiod, whose webhook fills in its image."""
        namespace = system_namespace(self, f"{name}-ingress", GATEWAY_NAMESPACE, "restricted")
        return self._charts.release(
            f"{name}-gateway",
            "istio-gateway",
            release_name=GATEWAY_NAME,
            namespace=GATEWAY_NAMESPACE,
            values=istio_gateways.gateway_values(settings, self._stable),
            # Its Service has a load balancer, which must go before the VPC does.
            opts=self.inside(after=[namespace, self._istiods[self._stable.revision]], outlived=False),
        )

    def _egress_gateway(self, name: str, settings: EgressGatewaySettings) -> Release:
        namespace = system_namespace(self, f"{name}-egress", EGRESS_GATEWAY_NAMESPACE, "restricted")
        return self._charts.release(
            f"{name}-egress-gateway",
            "istio-gateway",
            release_name=EGRESS_GATEWAY_NAME,
            namespace=EGRESS_GATEWAY_NAMESPACE,
            values=istio_gateways.egress_gateway_values(settings, self._stable),
            opts=self.inside(after=[namespace, self._istiods[self._stable.revision]]),
        )


def _any(manifest: object) -> Any:
    """Return a part of a manifest as the SDK's inputs, which take it as it is, untyped."""
    return manifest
