"""An app's objects by its strategy: what runs its versions, and what leads to them."""

from collections.abc import Iterator

from components.apps.blue_green import blue_green
from components.apps.context import AppContext
from components.apps.flagger import canary_objects
from components.apps.istio import leads_nowhere
from components.apps.keda_jobs import scaled_job_objects
from components.apps.mesh_objects import mesh_objects
from components.apps.rollouts import forced, rollout_objects
from components.apps.settings import AppSettings
from components.apps.strategies import by_argo, by_events, by_flagger, by_switch, divided, shifts
from components.apps.ways_in import ways_in
from components.apps.words import Manifest
from components.apps.workload import canary, workload

FLAGGERS_OWN = frozenset({"VirtualService", "DestinationRule", "HTTPRoute", "Ingress"})
"""The kinds that lead to an app, of which Flagger makes its own."""


def workloads(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield the workloads with their suffixes, and what a ScaledJob needs; a Rollout comes after its routes."""
    if by_switch(app):
        yield from blue_green(app, context)
    elif by_events(app):
        yield from scaled_job_objects(app, context)
    elif not by_argo(app):
        yield app.kind.lower(), workload(app, context)
    yield "canary", canary(app, context)


def routed(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    """Yield what leads to the app from outside and in its mesh, then the Rollout or Canary that moves the requests."""
    seen = divided(app)
    found = {suffix: each for suffix, each in (*ways_in(seen, context), *mesh_objects(seen, context)) if each}
    if by_flagger(app):
        found = {name: each for name, each in found.items() if leads_nowhere(each) or each["kind"] not in FLAGGERS_OWN}
    if shifts(app):
        found = {suffix: forced(each) for suffix, each in found.items()}
    yield from found.items()
    yield from rollout_objects(app, context, found)
    yield from canary_objects(app, context)
