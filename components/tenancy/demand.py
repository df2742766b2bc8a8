"""What an app needs of its namespace's quota at its most: scaled up, and in the middle of an update."""

from typing import TYPE_CHECKING

from components import quantity
from components.apps.disruption import percent_of
from components.apps.pod_counts import most_pods
from components.apps.pod_resources import effective_limits, effective_requests
from components.networking.mesh.istio_settings import WaypointSettings
from components.networking.mesh.settings import SidecarSettings
from components.tenancy.quota import ComputeSettings, Demand

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.apps.settings import AppSettings
    from components.foundation.pool_plan import Pool


def _compute(asked: ComputeSettings, limits: ComputeSettings) -> Demand:
    return Demand(
        requests_cpu=quantity.parse(asked.cpu),
        requests_memory=quantity.parse(asked.memory),
        limits_cpu=quantity.parse(limits.cpu),
        limits_memory=quantity.parse(limits.memory),
    )


def app_demand(
    app: "AppSettings", sidecar: SidecarSettings | None, pools: "Mapping[str, Pool] | None" = None
) -> Demand:
    """Return the demand of `app`; `sidecar` is what the mesh adds to each pod, None outside it.

    A quota counts a pod as the scheduler does: init containers give back what they had. `pools` are the stack's, on
    whose nodes a DaemonSet has its pods.
    """
    asked, limits = effective_requests(app), effective_limits(app)
    pod = Demand(
        pods=1,
        requests_cpu=asked["cpu"],
        requests_memory=asked["memory"],
        limits_cpu=limits["cpu"],
        limits_memory=limits["memory"],
    )
    if sidecar is not None:
        pod += _compute(sidecar.requests, sidecar.limits)
    for volume in app.volumes.values():
        if volume.size is not None and volume.type in {"persistent", "ephemeral"}:
            pod += Demand(requests_storage=quantity.parse(volume.size))
    return pod.times(most_pods(app, pools))


def waypoint_demand(waypoint: WaypointSettings) -> Demand:
    """Return the demand of a namespace's waypoint in ambient mode, with the quarter more that its update adds."""
    pod = Demand(pods=1) + _compute(waypoint.requests, waypoint.limits)
    return pod.times(waypoint.max_replicas + percent_of("25%", waypoint.max_replicas, up=True))
