"""What an app needs of its namespace's quota at its most: scaled up, and in the middle of an update."""

from typing import TYPE_CHECKING

from components import quantity
from components.apps.disruption import StrategySettings, canary_strategy, percent_of, surge
from components.apps.preset_containers import beside
from components.apps.resources import requests
from components.apps.strategies import colours
from components.apps.tiers import TIERS
from components.networking.mesh.istio_settings import WaypointSettings
from components.networking.mesh.settings import SidecarSettings
from components.tenancy.quota import ComputeSettings, Demand

if TYPE_CHECKING:
    from components.apps.settings import AppSettings


def _compute(asked: ComputeSettings, limits: ComputeSettings) -> Demand:
    return Demand(
        requests_cpu=quantity.parse(asked.cpu),
        requests_memory=quantity.parse(asked.memory),
        limits_cpu=quantity.parse(limits.cpu),
        limits_memory=quantity.parse(limits.memory),
    )


def most_pods(app: "AppSettings") -> int:
    """Return the number of pods with the most replicas, the canary's, and those that an update adds to both."""
    replicas = app.scaling.max_replicas if app.scaling else app.initial_replicas
    if app.kind != "Deployment":
        return replicas
    canary = app.canary.replicas if app.canary else 0
    sides = max(len(colours(app)), 1)
    return _updating(replicas, app.strategy) * sides + _updating(canary, canary_strategy(app.strategy))


def _updating(replicas: int, strategy: StrategySettings) -> int:
    return replicas + percent_of(surge(strategy), replicas, up=True) if replicas else 0


def app_demand(app: "AppSettings", sidecar: SidecarSettings | None) -> Demand:
    """Return the demand of `app`; `sidecar` is what the mesh adds to each pod, None outside it."""
    pod = Demand(pods=1)
    for each in (app.resources, *beside(app)):
        asked = ComputeSettings.model_validate(requests(each, TIERS[app.tier].request_percent))
        pod += _compute(asked, ComputeSettings(cpu=each.limits.cpu, memory=each.limits.memory))
    if sidecar is not None:
        pod += _compute(sidecar.requests, sidecar.limits)
    for volume in app.volumes.values():
        if volume.size is not None and volume.type in {"persistent", "ephemeral"}:
            pod += Demand(requests_storage=quantity.parse(volume.size))
    return pod.times(most_pods(app))


def waypoint_demand(waypoint: WaypointSettings) -> Demand:
    """Return the demand of a namespace's waypoint in ambient mode, with the quarter more that its update adds."""
    pod = Demand(pods=1) + _compute(waypoint.requests, waypoint.limits)
    return pod.times(waypoint.max_replicas + percent_of("25%", waypoint.max_replicas, up=True))
