"""Further containers of an app's pods: helpers before it, beside it for its whole life, and equals of it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from components.apps.environment import Variable, env
from components.apps.ports import Ports, container_ports
from components.apps.probes import ProbesSettings, declared_probes
from components.apps.resources import LimitsSettings, ResourcesSettings, resources
from components.apps.security import container_security
from components.apps.volumes import EMPTY_DIR_SIZE, ScratchSize, empty_dir
from components.apps.words import EnvName, Image, Manifest, MountPath, ObjectName
from components.distinct import MAY_REPEAT
from components.model import Settings
from components.names import Name, Text

if TYPE_CHECKING:
    from components.apps.settings import AppSettings


def small(cpu: str = "100m", memory: str = "128Mi") -> ResourcesSettings:
    """Return the resources of a helper: what it does is little beside the app."""
    return ResourcesSettings(limits=LimitsSettings(cpu=cpu, memory=memory))


class ContainerSettings(Settings):
    """One more container in each pod; it is hardened like the app's own."""

    image: Image = Field(description="The container image, with a tag other than latest, or a digest.")
    command: Annotated[tuple[Text, ...], MAY_REPEAT] = Field(
        default=(), description="The program to run. Unset: the image's entry point."
    )
    args: Annotated[tuple[Text, ...], MAY_REPEAT] = Field(
        default=(), description="The program's arguments. Unset: the image's."
    )
    ports: Ports = Field(default_factory=dict, description="The ports that it listens on, by name.")
    config: dict[EnvName, Text] = Field(default_factory=dict, description="Variables with plain values.")
    env: dict[EnvName, Variable] = Field(
        default_factory=dict, description="Single variables out of a Secret's key or a field of the pod."
    )
    secrets: tuple[ObjectName, ...] = Field(
        default=(),
        description=(
            "Secrets whose keys become variables: `values` (the app's secrets.values), names under its"
            " secrets.generated, external and sealed, and Secrets of the namespace by their full names."
        ),
    )
    resources: ResourcesSettings = Field(
        default_factory=small, description="CPU and memory. Unset: limits of 100m and 128Mi."
    )
    probes: ProbesSettings = Field(default_factory=ProbesSettings, description="Health checks. Unset: none.")
    mounts: dict[Name, MountPath] = Field(
        default_factory=dict, description="Volumes of the app, by name, and where this container sees them."
    )
    scratch: tuple[MountPath, ...] = Field(
        default=("/tmp",),  # noqa: S108 (a path in the container)
        description="Writable directories of its own that live as long as the pod.",
    )
    scratch_size: ScratchSize = EMPTY_DIR_SIZE


def scratch_of(name: str, paths: Iterable[str]) -> dict[str, str]:
    """Return the name of the volume of each scratch path of a further container.

    A name that is too long gets a hash of itself appended, so that no two containers share a volume.
    """
    short = name if len(name) <= 50 else f"{name[:40].strip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:9]}"
    return {path: f"{short}-scratch-{index}" for index, path in enumerate(paths)}


def container(name: str, settings: ContainerSettings, percent: int) -> Manifest:
    """Return a container; `percent` is the tier's share of the limits that is requested."""
    plain: list[Manifest] = [{"name": key, "value": value} for key, value in settings.config.items()]
    fields: Manifest = {
        "name": name,
        "image": settings.image,
        "imagePullPolicy": "IfNotPresent",
        "command": list(settings.command),
        "args": list(settings.args),
        "ports": container_ports(settings.ports),
        "envFrom": [{"secretRef": {"name": secret}} for secret in settings.secrets],
        "env": [*plain, *env(settings.env)],
        **declared_probes(settings.probes, settings.ports),
        "resources": resources(settings.resources, percent),
        "securityContext": container_security([port.container_port for port in settings.ports.values()]),
        "volumeMounts": [
            *({"name": volume, "mountPath": path} for volume, path in settings.mounts.items()),
            *({"name": volume, "mountPath": path} for path, volume in scratch_of(name, settings.scratch).items()),
        ],
    }
    return {key: value for key, value in fields.items() if value not in ([], {}, None)}


def native_sidecar(manifest: Manifest) -> Manifest:
    """Return a container as one that starts before the app, is restarted beside it and stops after it.

    Kubernetes calls it a sidecar: an init container whose restart policy is Always (stable since 1.33). A Job does not
    wait for it.
    """
    return {**manifest, "restartPolicy": "Always"}


def scratch_volumes(containers: Mapping[str, ContainerSettings]) -> list[Manifest]:
    """Return the volumes of the pod for the containers' own scratch paths."""
    return [
        empty_dir(volume, settings.scratch_size)
        for name, settings in containers.items()
        for volume in scratch_of(name, settings.scratch).values()
    ]


def declared(app: "AppSettings") -> Iterator[tuple[str, str, ContainerSettings]]:
    """Yield what an app declares as (key, name, settings), in the order of their start."""
    for key, group in (
        ("initContainers", app.init_containers),
        ("sidecars", app.sidecars),
        ("containers", app.containers),
    ):
        for name, settings in group.items():
            yield key, name, settings
