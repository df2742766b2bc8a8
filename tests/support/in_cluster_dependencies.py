"""Stacks whose apps have databases and caches beside them in the cluster."""

from typing import Any

from components.apps.context import context
from components.apps.expansion import expanded
from components.apps.manifests import render
from components.apps.words import Manifest
from components.settings import StackSettings
from tests.support.stacks import app, stack

AWS = {"region": "us-west-2", "accountId": "123456789012"}
BUCKET = "slipway-test-backups-123456789012"
STORES: dict[str, Any] = {"externalSecrets": {}}
BOTH: dict[str, Any] = {
    "database": {"engine": "postgresql", "password": "database"},
    "cache": {"engine": "redis"},
}


def depending(
    needs: dict[str, Any] | None = None, *, existing: bool = False, app_keys: Any = None, **rooms: Any
) -> StackSettings:
    """Return an expanded stack of which the app `web` has a database and a cache, or other dependencies."""
    needed = BOTH if needs is None else needs
    asks_a_generator = any({"password", "existingSecret"}.isdisjoint(each) for each in needed.values())
    base: dict[str, Any] = {
        "namespaces": {"web": {}},
        "secrets": {"database": "correct horse"},
        "secretStores": STORES if asks_a_generator else {},
        "apps": [app(dependencies=needed, **(app_keys or {}))],
    }
    if not existing:
        base |= {"aws": AWS, "nodePools": {"general": {}}}
    return expanded(stack(existing=existing, **{**base, **rooms}))


def objects(settings: StackSettings, name: str) -> dict[str, Manifest]:
    """Return the objects of an app of a stack, by suffix."""
    where = context(settings)
    return render(where.apps[name], where)


def pod(objects: dict[str, Manifest]) -> Manifest:
    """Return the pod's spec of an app's workload."""
    workload = next(each for suffix, each in objects.items() if suffix in {"statefulset", "deployment", "cronjob"})
    spec = workload["spec"]["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else workload["spec"]
    found: Manifest = spec["template"]["spec"]
    return found
