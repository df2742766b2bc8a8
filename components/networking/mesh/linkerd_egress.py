"""Where meshed pods may go outside the cluster: nowhere that no route allows."""

from collections.abc import Sequence
from ipaddress import ip_network
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster, Target
from components.networking.mesh.linkerd_names import CLUSTER_NETWORKS, EGRESS_NAMESPACE, EGRESS_NETWORK, LINK_LOCAL
from components.tenancy.system import system_namespace

_EVERYWHERE = ("0.0.0.0/0", "::/0")


def outside_networks() -> list[dict[str, Any]]:
    """Return all addresses but the cluster's and the link-local ones, as an EgressNetwork lists them.

    Linkerd does not accept an EgressNetwork that overlaps the cluster's networks. Its own default leaves link-local
    addresses in, and denying those would take their AWS credentials from meshed pods.
    """
    inside = [ip_network(cidr) for cidr in (*CLUSTER_NETWORKS, *LINK_LOCAL)]
    return [
        {"cidr": str(every), "except": [str(each) for each in inside if each.version == every.version]}
        for every in map(ip_network, _EVERYWHERE)
    ]


def deny_spec() -> dict[str, Any]:
    """Return the spec of the EgressNetwork that refuses whatever no route of its own allows."""
    return {"trafficPolicy": "Deny", "networks": outside_networks()}


class LinkerdEgress(InCluster):
    """The EgressNetwork of the whole mesh. Routes with `linkerd_names.egress_parent` are the ways out.

    `ready` is what a pod waits for that must not get out before.
    """

    ready: tuple[pulumi.Resource, ...]

    def __init__(
        self,
        name: str,
        *,
        target: Target,
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Wait for `after`: the control plane, whose webhook is asked about Linkerd's objects."""
        super().__init__("slipway:networking:LinkerdEgress", name, target, opts)
        namespace = system_namespace(self, f"{name}-namespace", EGRESS_NAMESPACE, "restricted")
        network = CustomResource(
            f"{name}-outside",
            api_version="policy.linkerd.io/v1alpha1",
            kind="EgressNetwork",
            metadata={"name": EGRESS_NETWORK, "namespace": EGRESS_NAMESPACE},
            spec=deny_spec(),
            opts=self.inside(after=[namespace, *after]),
        )
        self.ready = (network,)
        self.register_outputs({})
