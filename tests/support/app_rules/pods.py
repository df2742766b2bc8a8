"""Pods: as restricted as the standard wants them unless the app says otherwise, and no port is two containers'."""

import re
from collections import Counter
from collections.abc import Iterator

from components.apps.mesh_limits import PROXY_PORTS
from components.apps.preset_containers import OTEL_COLLECTOR, OTLP_GRPC, OTLP_HTTP
from components.apps.words import Manifest
from tests.support.app_rules.words import Rule, containers, pods
from tests.support.generate.stacks import World
from tests.support.pod_security import restricted_violations

_UPSTREAM = re.compile(r"--upstream=http://127\.0\.0\.1:(\d+)")


def restricted(world: World) -> Iterator[str]:
    """Every pod passes the level `restricted`; where a patch of the app's loosens it, its author is told."""
    for app, objects in world.rendered:
        for name, metadata, pod in pods(objects):
            found = restricted_violations(pod, metadata.get("annotations"))
            if found and not (app.patches and world.told(app, "patches")):
                yield from (f"{name}: {violation}" for violation in found)


def hardened(world: World) -> Iterator[str]:
    """Every root file system is read-only, and no pod has a user of 0."""
    for _, objects in world.rendered:
        for name, _, pod in pods(objects):
            if not pod["securityContext"]["runAsUser"] > 0:
                yield f"{name} runs as {pod['securityContext']['runAsUser']}"
            for container in containers(pod):
                if container["securityContext"]["readOnlyRootFilesystem"] is not True:
                    yield f"{name}: {container['name']} may write its root"


def _listening(pod: Manifest) -> Iterator[tuple[int, str]]:
    """Yield the ports that a pod's containers listen on, by number and protocol: declared ones, and presets' own."""
    for container in containers(pod):
        yield from ((port["containerPort"], port["protocol"]) for port in container.get("ports", []))
        if container["name"] == OTEL_COLLECTOR:
            yield from ((OTLP_GRPC, "TCP"), (OTLP_HTTP, "TCP"))
        for argument in container.get("args", []):
            if match := _UPSTREAM.fullmatch(argument):
                yield int(match[1]), "TCP"


def ports(world: World) -> Iterator[str]:
    """The containers of a pod share one address: no port is two containers', nor the mesh's."""
    for app, objects in world.rendered:
        taken = PROXY_PORTS[world.context.mesh_of(app.namespace)]
        for name, _, pod in pods(objects):
            counted = Counter(_listening(pod))
            yield from (f"{name}: {count} listen on {port}" for port, count in counted.items() if count > 1)
            yield from (f"{name}: {port} is the mesh's" for port, _ in counted if port in taken)


def low_ports(world: World) -> Iterator[str]:
    """Whoever listens on a low port may: a user other than root needs the pod's leave for it."""
    for _, objects in world.rendered:
        for name, _, pod in pods(objects):
            allowed = {each["name"]: each["value"] for each in pod["securityContext"].get("sysctls", [])}
            first = int(allowed.get("net.ipv4.ip_unprivileged_port_start", 1024))
            yield from (f"{name}: nobody may listen on {port}" for port, _ in _listening(pod) if port < first)


RULES: tuple[Rule, ...] = (restricted, hardened, ports, low_ports)
