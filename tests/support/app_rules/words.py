"""What the rules have in common."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from components.apps.words import Manifest
from tests.support.coherence import template
from tests.support.generate.stacks import World

Rule = Callable[[World], Iterator[str]]

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Rollout", "ScaledJob"})
SELECTING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Rollout"})
"""The workloads that find their pods by a selector of ours."""


def named(manifest: Mapping[str, Any]) -> str:
    """Return what a rule calls an object."""
    return f"{manifest['kind']} {manifest['metadata'].get('namespace')}/{manifest['metadata']['name']}"


def workloads(objects: Mapping[str, Manifest]) -> list[Manifest]:
    """Return what has pods among an app's objects; those of its own `objects` are its own concern."""
    return [each for suffix, each in objects.items() if each["kind"] in WORKLOADS and not suffix.startswith("object-")]


def pods(objects: Mapping[str, Manifest]) -> Iterator[tuple[str, Manifest, Manifest]]:
    """Yield each workload's name, its pods' metadata and their spec."""
    for each in workloads(objects):
        pod = template(each)
        yield named(each), pod["metadata"], pod["spec"]


def containers(pod: Manifest) -> list[Manifest]:
    """Return all containers of a pod."""
    return [*pod.get("initContainers", []), *pod["containers"]]
