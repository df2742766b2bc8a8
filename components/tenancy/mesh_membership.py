"""What an application namespace has of the stack's mesh beside its labels: denials, and a waypoint in ambient mode."""

from collections.abc import Iterator, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions.CustomResource import CustomResource
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap

from components.component import InCluster
from components.networking.mesh.denial import default_denial
from components.networking.mesh.membership import WAYPOINT, is_ambient
from components.networking.mesh.settings import MeshSettings
from components.networking.mesh.waypoint import waypoint_metadata, waypoint_parameters, waypoint_spec


def mesh_objects(
    owner: InCluster,
    name: str,
    namespace: str,
    mesh: MeshSettings,
    *,
    revision: str | None,
    priority_classes: Sequence[str],
    laid_down: Sequence[pulumi.Resource],
    gateway_api: Sequence[pulumi.Resource],
    after_mesh: Sequence[pulumi.Resource],
) -> Iterator[pulumi.Resource]:
    """Make the objects of a meshed namespace as children of `owner`, and yield them.

    `laid_down` is the namespace with its bounds and policies: the waypoint's pods are held to them from the first.
    """
    for policy, spec in default_denial(mesh, namespace).items():
        yield CustomResource(
            f"{name}-{policy}",
            api_version="security.istio.io/v1",
            kind="AuthorizationPolicy",
            metadata={"name": policy, "namespace": namespace},
            spec=spec,
            opts=owner.inside(after=[laid_down[0], *after_mesh]),
        )
    if is_ambient(mesh):
        parameters = ConfigMap(
            f"{name}-waypoint-parameters",
            metadata={"name": WAYPOINT, "namespace": namespace},
            data=waypoint_parameters(mesh.istio, priority_classes),
            opts=owner.inside(after=[laid_down[0]]),
        )
        metadata: Any = waypoint_metadata(namespace, mesh.istio, revision)
        yield CustomResource(
            f"{name}-waypoint",
            api_version="gateway.networking.k8s.io/v1",
            kind="Gateway",
            metadata=metadata,
            spec=waypoint_spec(),
            opts=owner.inside(after=[*laid_down, parameters, *gateway_api, *after_mesh]),
        )
