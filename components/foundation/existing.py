"""A cluster that is already there, by its kube context: no AWS resource at all."""

import pulumi
from pulumi_kubernetes.provider import Provider
from pydantic import Field

from components.component import Component, Target
from components.foundation.kubernetes_provider import kubernetes_provider
from components.model import Settings


class ExistingClusterSettings(Settings):
    """Which cluster to use."""

    context: str = Field(
        min_length=1,
        description="The context in the kubeconfig (KUBECONFIG or ~/.kube/config), such as kind-slipway.",
    )


class ExistingCluster(Component):
    """The target for what Slipway runs in a cluster that it does not own: it never deletes it, and pods run already."""

    cluster_name: str
    provider: Provider
    target: Target

    def __init__(
        self, name: str, settings: ExistingClusterSettings, *, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:foundation:ExistingCluster", name, None, opts)
        self.cluster_name = settings.context
        self.provider = kubernetes_provider(
            name, identifier=settings.context, context=settings.context, opts=self.child()
        )
        self.target = Target(name=settings.context, provider=self.provider)
        self.register_outputs({"cluster_name": self.cluster_name})
