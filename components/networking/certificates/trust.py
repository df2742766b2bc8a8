"""trust-manager: who is trusted, told to every namespace in a ConfigMap."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.charts import Charts
from components.component import InCluster, Target
from components.foundation.addons import merged
from components.networking.certificates.private_ca import SECRET as PRIVATE_CA_SECRET
from components.networking.certificates.settings import TrustSettings
from components.networking.certificates.values import NAMESPACE
from components.networking.host_network import host_network_values
from components.spread import over_zones_and_nodes

if TYPE_CHECKING:
    from components.settings import StackSettings

KEY = "ca.crt"
"""The key of the certificates in the ConfigMap, all in one PEM file."""


def trust_manager_needed(settings: "StackSettings") -> bool:
    """Tell whether trust-manager is installed: for `certificates.trust`, or for Linkerd's trust anchors.

    Linkerd needs it where cert-manager makes its identity. Without the room certificates there is no cert-manager, and
    nothing for trust-manager to start with.
    """
    if settings.certificates is None:
        return False
    linkerd = settings.mesh.kind == "linkerd" and settings.mesh.linkerd.identity is None
    return linkerd or settings.certificates.trust is not None


def trust_values(*, replicas: int, default_cas: bool, host_network: bool, monitoring: bool) -> dict[str, Any]:
    """Return the chart's values.

    The public authorities come in an image of their own, which is only loaded where a bundle wants them. Targets are
    ConfigMaps only: for Secrets it would have to read every Secret of the cluster.
    """
    resources = {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    values: dict[str, Any] = {
        "crds": {"enabled": True, "keep": True},
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": over_zones_and_nodes({"app": "trust-manager"}),
        "priorityClassName": "system-cluster-critical",
        "resources": resources,
        "defaultPackage": {"enabled": default_cas, "resources": resources},
        "secretTargets": {"enabled": False},
        "app": {
            "logFormat": "json",
            "trust": {"namespace": NAMESPACE},
            "metrics": {"service": {"servicemonitor": {"enabled": monitoring}}},
        },
    }
    return merged(values, host_network_values("trust-manager", overlay=host_network))


def bundle_sources(settings: TrustSettings, *, private_ca: bool) -> list[dict[str, Any]]:
    """Return the sources of the platform's bundle; none where the settings name nobody to trust."""
    public: list[dict[str, Any]] = [{"useDefaultCAs": True}] if settings.default_cas else []
    own: list[dict[str, Any]] = [{"secret": {"name": PRIVATE_CA_SECRET, "key": "ca.crt"}}] if private_ca else []
    return [*public, *own, *({"inLine": pem} for pem in settings.extra_pem)]


class TrustManager(InCluster):
    """trust-manager, and with `settings` the platform's Bundle.

    `ready` is what another Bundle waits for. Without `settings` nobody has asked for a bundle of the platform:
    trust-manager is there for Linkerd's.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        settings: TrustSettings | None,
        *,
        target: Target,
        charts: Charts,
        private_ca: pulumi.Resource | None = None,
        replicas: int = 2,
        host_network: bool = False,
        monitoring: bool = False,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Trust `private_ca`, an authority's Certificate. Wait for `after`: cert-manager, for the webhook's own."""
        super().__init__("slipway:networking:TrustManager", name, target, opts)
        release = charts.release(
            f"{name}-manager",
            "trust-manager",
            namespace=NAMESPACE,
            values=trust_values(
                replicas=replicas,
                default_cas=settings is not None and settings.default_cas,
                host_network=host_network,
                monitoring=monitoring,
            ),
            opts=self.inside(after=after),
        )
        self.ready = (release,)
        if settings is not None:
            authority = [private_ca] if private_ca is not None else []
            CustomResource(
                f"{name}-bundle",
                api_version="trust.cert-manager.io/v1alpha1",
                kind="Bundle",
                # The ConfigMaps have the bundle's own name.
                metadata={"name": settings.config_map},
                spec={
                    "sources": bundle_sources(settings, private_ca=private_ca is not None),
                    # An empty selector is every namespace, those made later, too.
                    "target": {"configMap": {"key": KEY}, "namespaceSelector": {}},
                },
                opts=self.inside(after=[release, *authority]),
            )
        self.register_outputs({})
