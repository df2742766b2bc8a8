"""The apps that the project ships, and contexts to render apps in."""

from pathlib import Path
from typing import Any

from pydantic import SecretStr
from ruamel.yaml import YAML

from components.apps.context import AppContext
from components.apps.settings import AppSettings
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolve
from tests.support.ways_in import ISSUER, ISTIO

APPS = Path(__file__).parents[3] / "apps"
POOLS = {
    **{name: resolve(name, NodePoolSettings()) for name in ("general", "memory", "gpu", "spot")},
    "production": resolve("production", NodePoolSettings(instance_types=("m6i.xlarge",), size=3)),
}


def shipped(environment: str) -> dict[str, AppSettings]:
    files = sorted((APPS / environment).glob("*.yaml"))
    apps = (AppSettings.model_validate(YAML(typ="safe").load(path), by_name=False) for path in files)
    return {app.name: app for app in apps}


def app(**fields: Any) -> AppSettings:
    """An app as its YAML would say it, with what must be there filled in."""
    minimal = {"name": "api", "namespace": "web", "image": "registry.example.com/api:1.0.0"}
    return AppSettings.model_validate({**minimal, **fields}, by_name=False)


def context(*apps: AppSettings, **fields: Any) -> AppContext:
    """A production context: Istio, certificates, all pools, zones known."""
    values: dict[str, Any] = {
        "environment": "production",
        "mesh": "istio",
        "meshed": frozenset({"gateway", "web", "data"}),
        "controllers": {"istio": ISTIO},
        "controller": "istio",
        "pools": POOLS,
        "zoned": True,
        "storage_class": "gp3-ssd",
        "issuer": ISSUER,
        "dns_domains": ("example.com",),
        "secrets": {"password": SecretStr("hidden")},
        "apps": {each.name: each for each in apps},
        **fields,
    }
    return AppContext(**values)
