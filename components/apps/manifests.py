"""All objects of an app, as the manifests that the cluster gets."""

from base64 import b64encode
from collections.abc import Iterator

from components.apps.aws_identity import agent_objects
from components.apps.blue_green import with_idle
from components.apps.config_files import file_data
from components.apps.context import AppContext
from components.apps.disruption import budget, budget_spec
from components.apps.labels import metadata
from components.apps.naming import config_name, files_name, own_secret_name, presets_name, service_account_name
from components.apps.observability import observability_objects
from components.apps.patches import patched
from components.apps.pod import secret_values
from components.apps.policies import policies
from components.apps.preset_containers import preset_files
from components.apps.raw_objects import raw_objects
from components.apps.rbac import permission_objects
from components.apps.scaling_objects import scaling_objects
from components.apps.secret_sources import secret_objects
from components.apps.service_policies import service_policies
from components.apps.services import services
from components.apps.settings import AppSettings
from components.apps.strategies import divided, serving_selector
from components.apps.tiers import TIERS
from components.apps.versions import routed, workloads
from components.apps.words import Manifest
from components.dependencies.objects import dependency_objects


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


def _files(app: AppSettings, name: str, data: dict[str, str]) -> Manifest | None:
    if not data:
        return None
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(app, name), "data": data}


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


def _budget(app: AppSettings) -> Manifest | None:
    if app.kind not in {"Deployment", "StatefulSet"}:
        return None  # a drain leaves a DaemonSet's pods alone, and a Job makes its pod again
    allowed = budget(app.disruption, TIERS[app.tier].budget)
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(app, f"{app.name}-pdb"),
        "spec": budget_spec(allowed, serving_selector(app)),
    }


def _objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest | None]]:
    yield "sa", _identity(app)
    yield "config", _config(app)
    yield "files", _files(app, files_name(app), file_data(app.files))
    yield "presets", _files(app, presets_name(app), preset_files(app))
    yield "secrets", _secret(app, context)
    yield from secret_objects(app, context)
    yield from dependency_objects(app, context)
    yield from permission_objects(app, context)
    yield from agent_objects(app, context)
    yield from workloads(app, context)
    yield from services(divided(app), context)
    yield from with_idle(app, scaling_objects(app, context))
    yield "pdb", _budget(app)
    yield from policies(app, context)
    yield from service_policies(app, context)
    yield from routed(app, context)
    yield from observability_objects(app, context)
    yield from raw_objects(app)


def declared(app: AppSettings, context: AppContext) -> dict[str, Manifest]:
    """Return an app's objects by suffix, before its patches."""
    return {suffix: manifest for suffix, manifest in _objects(app, context) if manifest is not None}


def render(app: AppSettings, context: AppContext) -> dict[str, Manifest]:
    """Return an app's objects by suffix, which tells them apart within the app: `deployment`, `service`, `from-web`.

    What another object needs (a pod its ConfigMap, a route its Services) comes before it.

    The settings have passed the checks. A Secret's `data` holds the values: whoever passes it on marks them as secret
    first.
    """
    return patched(declared(app, context), app.patches)
