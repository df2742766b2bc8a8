"""Lists that server-side apply keeps as maps: it refuses an object in which two items have one key.

The keys are those of Kubernetes' API reference (`listMapKeys`); no schema says them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from components.apps.words import Manifest
from tests.support.app_rules.words import Rule, containers, named, pods, workloads
from tests.support.coherence import template
from tests.support.generate.stacks import World

IN_CONTAINER = {"env": ("name",), "ports": ("containerPort", "protocol"), "volumeMounts": ("mountPath",)}
IN_POD = {
    "volumes": ("name",),
    "imagePullSecrets": ("name",),
    "topologySpreadConstraints": ("topologyKey", "whenUnsatisfiable"),
}


def _twice(items: Iterable[Manifest], keys: tuple[str, ...]) -> list[Any]:
    found = Counter(tuple(item[key] for key in keys) for item in items)
    return [key for key, count in found.items() if count > 1]


def keys(world: World) -> Iterator[str]:
    """Every item of a pod has a key of its own, and every container a name."""
    for _, objects in world.rendered:
        for name, _, pod in pods(objects):
            for field, field_keys in IN_POD.items():
                yield from (f"{name}: {field} has {key} twice" for key in _twice(pod.get(field, []), field_keys))
            yield from (f"{name}: two containers are called {key}" for key in _twice(containers(pod), ("name",)))
            for container in containers(pod):
                for field, field_keys in IN_CONTAINER.items():
                    for key in _twice(container.get(field, []), field_keys):
                        yield f"{name}: {field} of {container['name']} has {key} twice"
                for key in _twice(container.get("ports", []), ("name",)):
                    yield f"{name}: two ports of {container['name']} are called {key}"


def services(world: World) -> Iterator[str]:
    """Every port of a Service has a number and a name of its own."""
    for _, objects in world.rendered:
        for each in (each for each in objects.values() if each["kind"] == "Service"):
            ports = each["spec"].get("ports", [])
            for key in (*_twice(ports, ("port", "protocol")), *_twice(ports, ("name",))):
                yield f"{named(each)} has the port {key} twice"


def volumes(world: World) -> Iterator[str]:
    """Every mount is of a volume of the pod, and every volume is mounted by somebody."""
    for _, objects in world.rendered:
        for each in workloads(objects):
            pod = template(each)["spec"]
            there = {volume["name"] for volume in pod.get("volumes", [])}
            there |= {claim["metadata"]["name"] for claim in each["spec"].get("volumeClaimTemplates", [])}
            mounted = {mount["name"] for part in containers(pod) for mount in part.get("volumeMounts", [])}
            if mounted != there:
                yield f"{named(each)} mounts {sorted(mounted)} of {sorted(there)}"


RULES: tuple[Rule, ...] = (keys, services, volumes)
