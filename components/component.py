"""The two bases that the rooms build on: a ComponentResource, and one whose children live in a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_kubernetes.provider import Provider as KubernetesProvider

from components.foundation.pool_fit import Group, PodSpec, waited_for


@dataclass(frozen=True, slots=True)
class Nodes:
    """The node groups of a cluster with their resources; none where Slipway does not own the cluster."""

    groups: tuple[tuple[Group, pulumi.Resource], ...] = ()

    def for_pod(self, pod: PodSpec) -> tuple[pulumi.Resource, ...]:
        """Return what a pod waits for, and is deleted before: the groups that `pool_fit.waited_for` names."""
        wanted = waited_for([group for group, _ in self.groups], pod)
        return tuple(resource for group, resource in self.groups if group in wanted)


@dataclass(frozen=True, slots=True)
class Target:
    """The cluster that in-cluster components are made in.

    `lifetime` is the resource with which everything inside goes when it goes (the EKS cluster), None for a cluster
    that Slipway does not own. `dns` is the cluster's DNS, without which no pod is of use; `nodes` are the node groups.
    `called` are the rules by which the API server reaches webhooks: there before the first, and until after the last.
    `ready` is what the platform's own pods wait for: those, the DNS, and the groups that run a pod without tolerations.
    """

    name: str
    provider: KubernetesProvider
    lifetime: pulumi.Resource | None = None
    dns: tuple[pulumi.Resource, ...] = ()
    nodes: Nodes = field(default_factory=Nodes)
    called: tuple[pulumi.Resource, ...] = ()

    @property
    def ready(self) -> tuple[pulumi.Resource, ...]:
        """What a pod of the platform waits for."""
        return (*self.dns, *self.called, *self.nodes.for_pod({}))


def aliases(formerly: Sequence[str]) -> list[pulumi.Input[str | pulumi.Alias]] | None:
    """Return the aliases that say what a resource was called; None for one that was always called so."""
    return [pulumi.Alias(name=each) for each in formerly] or None


class Component(pulumi.ComponentResource):
    """A ComponentResource whose children are made with `child()`."""

    def child(
        self,
        *,
        after: Sequence[pulumi.Resource] = (),
        protect: bool | None = None,
        ignore_changes: list[str] | None = None,
        delete_before_replace: bool | None = None,
        formerly: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Return the options of a child that waits for `after`; providers come from the component.

        `formerly` are logical names that it had.
        """
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=list(after),
            protect=protect,
            ignore_changes=ignore_changes,
            delete_before_replace=delete_before_replace,
            aliases=aliases(formerly),
        )


class InCluster(Component):
    """A component in a cluster: its children use the cluster's provider and are forgotten when the cluster goes."""

    target: Target

    def __init__(self, token: str, name: str, target: Target, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(
            token,
            name,
            None,
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[target.provider])),
        )
        self.target = target

    def inside(
        self,
        *,
        after: Sequence[pulumi.Resource] = (),
        outlived: bool = True,
        protect: bool | None = None,
        formerly: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Return the options of a Kubernetes object; `formerly` are logical names that it had.

        With `outlived` (the default) destroying the cluster removes it without asking the API server. Pass False for
        whatever makes something outside the cluster (Ingress, Gateway, Service of type LoadBalancer,
        PersistentVolumeClaim): that is deleted while its controller still runs.
        """
        return pulumi.ResourceOptions(
            parent=self,
            provider=self.target.provider,
            depends_on=list(after),
            deleted_with=self.target.lifetime if outlived else None,
            protect=protect,
            aliases=aliases(formerly),
        )
