"""The apps of a stack as its preview tells of them: tier, pods, class, and where they are not what their tier says."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.apps.context import context
from components.apps.deviations import Deviation, deviations
from components.apps.expansion import expanded
from components.apps.mesh_limits import mesh_of
from components.apps.pod_resources import QosClass, beside_proxy, qos_class
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.networking.mesh.membership import is_ambient
from components.settings import StackSettings
from slipway.preview.pods import Workload


@dataclass(frozen=True, slots=True)
class AppView:
    """One app. `qos` is the class of its pods with the mesh's proxy in them, None where nothing of it has pods."""

    name: str
    namespace: str
    kind: str
    tier: int
    meaning: str
    qos: QosClass | None
    workloads: tuple[Workload, ...]
    deviations: tuple[Deviation, ...]


def app_views(settings: StackSettings, workloads: Sequence[Workload]) -> tuple[AppView, ...]:
    """Return the apps by namespace and name; `workloads` are those of the stack's recording."""
    settings = expanded(settings)
    stack = context(settings)
    found = [
        AppView(
            name=app.name,
            namespace=app.namespace,
            kind=app.kind,
            tier=app.tier,
            meaning=TIERS[app.tier].meaning,
            qos=_qos(app, own, settings),
            workloads=own,
            deviations=deviations(app, stack),
        )
        for app in settings.apps
        for own in [tuple(each for each in workloads if (each.namespace, each.app) == (app.namespace, app.name))]
    ]
    return tuple(sorted(found, key=lambda each: (each.namespace, each.name)))


def _qos(app: AppSettings, workloads: Sequence[Workload], settings: StackSettings) -> QosClass | None:
    if not workloads:
        return None
    if mesh_of(app, settings) == "none" or is_ambient(settings.mesh):
        return workloads[0].qos
    sidecar = settings.mesh.sidecar
    proxy = {"requests": sidecar.requests.model_dump(), "limits": sidecar.limits.model_dump()}
    return beside_proxy(workloads[0].qos, qos_class({"containers": [{"name": "proxy", "resources": proxy}]}))
