"""Mounts that hide what the image has at the same place."""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from components.apps.config_files import directories
from components.apps.containers import declared
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.pod import pod_spec
from components.problem import Advice, KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_PROGRAMS = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libexec", "/share", "/local")
_SYSTEM: dict[str, str] = {
    **dict.fromkeys(
        ("/usr", *(f"{root}{each}" for root in ("", "/usr", "/usr/local") for each in _PROGRAMS)),
        "programs and libraries",
    ),
    "/etc": "users, name resolution and certificates",
    "/etc/ssl": "the certificates of the authorities that it trusts",
    "/etc/ssl/certs": "the certificates of the authorities that it trusts",
    "/etc/pki": "the certificates of the authorities that it trusts",
    "/dev": "devices",
    "/sys": "the kernel's files",
    "/boot": "the system",
    "/opt": "installed programs",
    "/var": "the state of installed programs",
    "/var/lib": "the state of installed programs",
    "/usr/share/zoneinfo": "the time zones",
    **dict.fromkeys(("/nix", "/nix/store", "/layers", "/cnb"), "programs and libraries of its builder"),
    "/run/secrets": "the tokens that Kubernetes and AWS mount there",
    "/var/run/secrets": "the tokens that Kubernetes and AWS mount there",
}
"""Directories of the Filesystem Hierarchy Standard that an image's programs need, with what is in them."""
_LIBRARIES = re.compile(r"(/usr(/local)?)?/lib(32|64)?/[a-z0-9_]+-linux-(gnu|musl)[a-z0-9]*")
"""Where Debian keeps the libraries of an architecture, the C library among them: https://wiki.debian.org/Multiarch."""
_FILES = frozenset(
    {"/etc/group", "/etc/hostname", "/etc/hosts", "/etc/nsswitch.conf", "/etc/passwd", "/etc/resolv.conf"}
)
"""Files that every image has, or that the kubelet makes."""
_TOKENS = tuple(
    f"{root}/secrets/{name}"
    for root in ("/run", "/var/run")
    for name in ("kubernetes.io", "eks.amazonaws.com", "pods.eks.amazonaws.com", "tokens")
)
"""Where Kubernetes, EKS' two ways to a role, and Istio mount a pod's tokens."""


def hidden(path: str) -> str | None:
    """Return what a mount at `path` hides of any image; None where the place is an app's own."""
    if path in _SYSTEM:
        return _SYSTEM[path]
    if _LIBRARIES.fullmatch(path):
        return "programs and libraries"
    if path in _FILES:
        return "a file, which no directory can take the place of: the container does not start"
    return "the pod's tokens" if any(f"{path}/".startswith(f"{each}/") for each in _TOKENS) else None


def _written(app: "AppSettings", container: str, path: str) -> KeyPath:
    """Return where in the app file a mount of a container is written."""
    for key, name, settings in declared(app):
        if name == container:
            by_volume = next((volume for volume, place in settings.mounts.items() if place == path), None)
            return (key, name, "mounts", by_volume) if by_volume is not None else (key, name, "scratch")
    for name, volume in app.volumes.items():
        if volume.mount_path == path:
            return ("volumes", name, "mountPath")
    if path in app.scratch:
        return ("scratch", app.scratch.index(path))
    files = directories(app.files)
    return ("files", files[path][0]) if path in files else ("secrets",)


def _mounts(app: "AppSettings", settings: "StackSettings") -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield every mount of a whole directory, with its container, whichever key it comes from."""
    pod = pod_spec(app, context(settings), image=app.image, track="stable")
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        yield from ((container, each) for each in container.get("volumeMounts", ()) if not each.get("subPath"))


def _way_out(app: "AppSettings", path: str) -> str:
    own = f"Mount a directory of the app's own, such as {posixpath.join(path, app.name)}"
    return f"{own}, or each file alone: `{{content: …, subPath: true}}`" if path in directories(app.files) else own


@each_app
def system_directories(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say which mounts hide a directory that the programs of an image need."""
    for container, mount in _mounts(app, settings):
        path = mount["mountPath"]
        what = hidden(path)
        if what is not None:
            yield Advice(
                _written(app, container["name"], path),
                f"a mount hides what the image has at its place: all of {path}, {what}. {_way_out(app, path)}",
                app=app.name,
            )


@each_app
def own_program(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say which containers start a program of the image that an empty or a read-only mount hides."""
    volumes = {f"{each.mount_path}/" for each in app.volumes.values()}
    for container, mount in _mounts(app, settings):
        root, program = f"{mount['mountPath']}/", (container.get("command") or [""])[0]
        if program.startswith(root) and root not in volumes and program not in app.files:
            yield Advice(
                _written(app, container["name"], mount["mountPath"]),
                f"the program {program} is in {mount['mountPath']}, which a mount hides: the container cannot start it",
                app=app.name,
            )


@each_app
def process_files(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Nothing is mounted into /proc: the container runtime refuses to start such a container (runc)."""
    named: list[tuple[KeyPath, str]] = [
        *((("volumes", name, "mountPath"), each.mount_path) for name, each in app.volumes.items()),
        *((("scratch", index), path) for index, path in enumerate(app.scratch)),
        *((("files", path), path) for path in app.files),
    ]
    for key, name, container in declared(app):
        named += [((key, name, "mounts", volume), path) for volume, path in container.mounts.items()]
        named += [((key, name, "scratch", index), path) for index, path in enumerate(container.scratch)]
    for where, path in named:
        if f"{path}/".startswith("/proc/"):
            yield Problem(
                where,
                "nothing can be mounted into /proc: no container would start",
                path,
                "a directory outside /proc",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (process_files,)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (system_directories, own_program)
