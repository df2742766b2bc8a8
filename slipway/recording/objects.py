"""Recorded resources read as what they are: Kubernetes objects, Helm releases, and values deep in their inputs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from slipway.recording.wire import Json

RELEASE = "kubernetes:helm.sh/v3:Release"
CHART = "kubernetes:helm.sh/v4:Chart"
POOL_LABEL = "slipway.dev/pool"

_ARCHIVE = re.compile(r"(?P<name>.+?)-v?(?P<version>\d+\.\d+.*|edge-.+|stable-.+)\.tgz")


def dig(value: Json, *path: str | int) -> Json:
    """Return what stands at a path of keys and indexes, None where there is nothing."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def text(value: Json, *path: str | int) -> str | None:
    """Return the string at a path, None where there is none."""
    found = dig(value, *path)
    return found if isinstance(found, str) else None


def number(value: Json, *path: str | int) -> Decimal | None:
    """Return the number at a path, also one that is written as text; None where there is none."""
    found = dig(value, *path)
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    return Decimal(str(found)) if re.fullmatch(r"\d+(\.\d+)?", str(found)) else None


def items(value: Json, *path: str | int) -> list[Json]:
    """Return the list at a path, empty where there is none."""
    found = dig(value, *path)
    return found if isinstance(found, list) else []


def mapping(value: Json, *path: str | int) -> dict[str, Json]:
    """Return the object at a path, empty where there is none."""
    found = dig(value, *path)
    return found if isinstance(found, dict) else {}


def is_object(resource: Resource) -> bool:
    """Whether the resource is one Kubernetes object, not a release of many."""
    return resource.package == "kubernetes" and bool(text(resource.inputs, "kind")) and not resource.read


def object_name(resource: Resource) -> str:
    """Return metadata.name; the logical name where Pulumi gives the object a random one."""
    return text(resource.inputs, "metadata", "name") or resource.name


def namespace(resource: Resource) -> str | None:
    """Return the namespace of an object or a release, None for one that is in none."""
    return text(resource.inputs, "metadata", "namespace") or text(resource.inputs, "namespace")


@dataclass(frozen=True, slots=True)
class ChartReference:
    """Which chart a release installs. `repository` is where it comes from: a URL, an OCI registry path or a folder."""

    name: str
    version: str | None
    repository: str | None


def chart(release: Resource) -> ChartReference:
    """Return the chart of a release, also of one that names an archive or an OCI address instead."""
    given = text(release.inputs, "chart") or ""
    version = text(release.inputs, "version")
    repository = text(release.inputs, "repositoryOpts", "repo")
    folder, _, last = given.rpartition("/")
    if archive := _ARCHIVE.fullmatch(last):
        return ChartReference(archive["name"], version or archive["version"], repository or folder or None)
    return ChartReference(last or given, version, repository or folder or None)


def releases(recording: Recording) -> tuple[Resource, ...]:
    """Return the Helm releases."""
    return recording.of_type(RELEASE, CHART)


def objects(recording: Recording, kind: str) -> Iterator[Resource]:
    """Yield the Kubernetes objects of a kind, whatever the version of their API."""
    for resource in recording.resources:
        if is_object(resource) and resource.inputs.get("kind") == kind and not resource.kind.endswith("Patch"):
            yield resource
