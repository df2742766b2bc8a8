"""`PortDiscovery`: the ConfigMap by which apps and people find the ports that were allocated."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pulumi
from pulumi_kubernetes.core.v1.ConfigMap import ConfigMap

from components.apps.naming import service_host
from components.apps.ports import AUTO_RANGE, PortSettings, main_port
from components.apps.words import Manifest
from components.component import InCluster, Target

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

NAME = "port-discovery"
"""The ConfigMap's name, which is the seed's."""


def _found(port: PortSettings) -> Manifest:
    if not port.dynamic:
        return {"port": port.container_port}
    tried = port.fallback_range
    return {
        **({"preferredPort": port.preferred} if port.preferred is not None else {}),
        "fallbackRange": f"{tried.start}-{tried.stop - 1}",
        "port": port.container_port,
    }


def _entry(app: "AppSettings") -> Manifest:
    """Return the entry of an app: its main port where the seed has it, the others beside it under `ports`."""
    main = main_port(app.ports) or next(iter(app.ports))
    others = {name: _found(port) for name, port in app.ports.items() if name != main}
    return {**_found(app.ports[main]), "host": service_host(app), **({"ports": others} if others else {})}


def port_discovery(settings: "StackSettings") -> Manifest | None:
    """Return what the ConfigMap says of an environment; None where no port of it is allocated.

    Its shape is the seed's: portRange {start, end}, and services {NAME: {preferredPort, fallbackRange}}, with the
    number that the port got. Apps with explicit ports are in it as well, so that they are found there, too.
    """
    if not any(port.dynamic for app in settings.apps for port in app.ports.values()):
        return None
    return {
        "portRange": {"start": AUTO_RANGE.start, "end": AUTO_RANGE.stop - 1},
        "services": {app.name: _entry(app) for app in settings.apps if app.ports},
    }


def _yaml(value: Manifest, indent: str = "") -> str:
    """Return maps of maps, texts and numbers as YAML in blocks."""
    lines = [
        f"{indent}{key}:\n{_yaml(each, indent + '  ')}"
        if isinstance(each, dict)
        else f"{indent}{key}: {_scalar(each)}\n"
        for key, each in value.items()
    ]
    return "".join(lines)


def _scalar(value: object) -> str:
    return json.dumps(value)  # JSON's scalars are YAML's, and a quoted text is never taken for a number


def manifest(namespace: str, discovery: Manifest) -> Manifest:
    """Return the ConfigMap of a namespace."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": NAME,
            "namespace": namespace,
            "labels": {"app.kubernetes.io/name": NAME, "app.kubernetes.io/managed-by": "slipway"},
        },
        "data": {"config.yaml": _yaml(discovery)},
    }


class PortDiscovery(InCluster):
    """Which app of the environment listens on which port: a ConfigMap in each application namespace.

    It is in every namespace because a pod mounts what is in its own only.
    """

    by_namespace: dict[str, ConfigMap]

    def __init__(
        self,
        name: str,
        discovery: Manifest,
        *,
        namespaces: Mapping[str, pulumi.Resource],
        target: Target,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:apps:PortDiscovery", name, target, opts)
        self.by_namespace = {}
        for namespace, made in sorted(namespaces.items()):
            body = manifest(namespace, discovery)
            self.by_namespace[namespace] = ConfigMap(
                f"{name}-{namespace}", metadata=body["metadata"], data=body["data"], opts=self.inside(after=[made])
            )
        self.register_outputs({})
