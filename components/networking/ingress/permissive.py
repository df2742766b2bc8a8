"""Clients from outside, who have no certificate of the mesh, before pods that are in it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource

from components.component import InCluster
from components.networking.ingress.membership import ambient

if TYPE_CHECKING:
    from components.settings import StackSettings


def let_outside_in(
    owner: InCluster,
    name: str,
    settings: "StackSettings",
    namespace: str,
    labels: Mapping[str, str],
    after: Sequence[pulumi.Resource],
) -> tuple[pulumi.Resource, ...]:
    """Have ztunnel let plain connections through to the pods with `labels`, which the mesh's STRICT refuses.

    Linkerd needs none of it: its proxies leave the ports alone that clients from outside call.
    """
    if not ambient(settings):
        return ()
    resource = CustomResource(
        name,
        api_version="security.istio.io/v1",
        kind="PeerAuthentication",
        metadata={"name": "from-outside", "namespace": namespace},
        spec={"selector": {"matchLabels": dict(labels)}, "mtls": {"mode": "PERMISSIVE"}},
        opts=owner.inside(after=after),
    )
    return (resource,)
