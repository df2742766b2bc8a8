"""All objects of an app, as the manifests that the cluster gets."""

from base64 import b64encode
from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.disruption import budget, budget_spec
from components.apps.labels import metadata, selector
from components.apps.mesh_objects import mesh_objects
from components.apps.naming import config_name, own_secret_name, service_account_name
from components.apps.pod import secret_values
from components.apps.policies import policies
from components.apps.scaling import autoscaler_spec
from components.apps.service_policies import service_policies
from components.apps.services import services
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.apps.ways_in import ways_in
from components.apps.words import Manifest
from components.apps.workload import canary, workload


def _identity(app: AppSettings) -> Manifest | None:
    if app.service_account.name:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(app, service_account_name(app), annotations=app.service_account.annotations),
        "automountServiceAccountToken": False,  # the pod says for itself whether it wants one
    }


def _config(app: AppSettings) -> Manifest | None:
    if not app.config:
        return None
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata(app, config_name(app)),
        "data": dict(app.config),
    }


def _secret(app: AppSettings, context: AppContext) -> Manifest | None:
    if not app.secrets.values:
        return None
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata(app, own_secret_name(app)),
        "type": "Opaque",
        # not stringData, which the API server merges into data: server-side apply would never remove a key
        "data": {name: b64encode(value.encode()).decode() for name, value in secret_values(app, context).items()},
    }


def _autoscaler(app: AppSettings) -> Manifest | None:
    if app.scaling is None:
        return None
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(app, f"{app.name}-hpa"),
        "spec": autoscaler_spec(app.scaling, kind=app.kind, workload=app.name),
    }


def _budget(app: AppSettings) -> Manifest:
    allowed = budget(app.disruption, TIERS[app.tier].budget)
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(app, f"{app.name}-pdb"),
        "spec": budget_spec(allowed, selector(app)),
    }


def _objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    yield "sa", _identity(app)
    yield "config", _config(app)
    yield "secrets", _secret(app, context)
    yield app.kind.lower(), workload(app, context)
    yield "canary", canary(app, context)
    yield from services(app, context)
    yield "hpa", _autoscaler(app)
    yield "pdb", _budget(app)
    yield from policies(app, context)
    yield from service_policies(app, context)
    yield from ways_in(app, context)
    yield from mesh_objects(app, context)


def render(app: AppSettings, context: AppContext) -> dict[str, Manifest]:
    """Return an app's objects by suffix, which tells them apart within the app: `deployment`, `service`, `from-web`.

    What another object needs (a pod its ConfigMap, a route its Services) comes before it.

    The settings have passed the checks. A Secret's `data` holds the values: whoever passes it on marks them as secret
    first.
    """
    return {suffix: manifest for suffix, manifest in _objects(app, context) if manifest is not None}
