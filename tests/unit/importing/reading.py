"""Small documents to import, and what is said of each of their values."""

from typing import Any

from slipway.importing.documents import Source
from slipway.importing.importer import Import, import_sources


def workload(name: str = "shop", kind: str = "Deployment", **container: Any) -> dict[str, Any]:
    own = {"name": name, "image": "registry.example.com/shop:v1", **container}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [own]}}
    spec: dict[str, Any] = {"template": template}
    if kind == "CronJob":
        spec = {"jobTemplate": {"spec": {"template": template}}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def config_map(name: str, **data: str) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def service(name: str, port: int, selector: str = "shop") -> dict[str, Any]:
    spec = {"selector": {"app": selector}, "ports": [{"name": name, "port": port}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def read(*objects: dict[str, Any]) -> tuple[Import, dict[tuple[int, str], tuple[str, str]]]:
    sources = [Source("all.yaml", number, manifest) for number, manifest in enumerate(objects, 1)]
    result = import_sources(sources, environment="staging", namespace="web")
    return result, {(each.document, each.path): (each.outcome, each.why) for each in result.entries}


ENV = "spec.template.spec.containers[0]."


def mounting(volume: dict[str, Any], **mount: Any) -> dict[str, Any]:
    found = workload(volumeMounts=[{"name": "v", **mount}])
    found["spec"]["template"]["spec"]["volumes"] = [{"name": "v", **volume}]
    return found
