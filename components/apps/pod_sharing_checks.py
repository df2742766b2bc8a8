"""Checks of what the containers of a pod share: its address, and the lists in which every item has a key of its own."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.containers import declared
from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.pod import pod_spec
from components.apps.pod_listeners import helpers
from components.apps.preset_containers import OTEL_COLLECTOR
from components.apps.words import Manifest
from components.problem import Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_LISTS = {
    "env": ("name", "variables are called", "config, env and portVariables"),
    "volumeMounts": ("mountPath", "mounts are at", "volumes, mounts, scratch, files and secrets"),
}
"""The lists of a container that are maps to the API server: the key of an item, a word of two, and whence they come."""


@each_app
def pod_ports(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The containers of a pod share one address: of those that run at once every port number and name is one's.

    An init container may listen where the app will: it has ended by then.
    """
    beside = dict(helpers(app, settings))
    owners = dict(beside)
    names: dict[str, str] = {}
    for name, port in app.ports.items():
        if not port.settled:
            continue
        owner = beside.get((port.container_port, port.protocol))
        if owner == OTEL_COLLECTOR:  # of the auth proxy and of the mesh's sidecar other checks say more
            yield Problem(
                path=("ports", name),
                message=f"{owner} listens on this port in the app's pods",
                found=str(port.container_port),
                allowed="another number",
                app=app.name,
            )
        owners.setdefault((port.container_port, port.protocol), f"ports.{name} of the app")
        names[name] = f"ports.{name} of the app"
    containers = list(declared(app))
    # Sidecars run beside the init containers; the app and its further containers start when these are gone.
    meanwhile = dict(beside)
    for key, name, container in sorted(containers, key=lambda each: each[0] == "initContainers"):
        before = key == "initContainers"
        numbers, words = (dict(meanwhile), {}) if before else (owners, names)
        for port_name, port in container.ports.items():
            number, where = (port.container_port, port.protocol), f"{key}.{name}.ports.{port_name}"
            owner = numbers.setdefault(number, where)
            named = words.setdefault(port_name, where)
            if key == "sidecars":
                meanwhile.setdefault(number, where)
            if (owner, named) != (where, where):
                has = "the number" if owner != where else "the name"
                yield Problem(
                    path=(key, name, "ports", port_name),
                    message=f"{owner if owner != where else named} has {has} of {where}, in the same pods",
                    found=f"{port_name} {port.container_port}/{port.protocol}",
                    allowed="a number and a name that are free in the pod",
                    app=app.name,
                )


def _repeated(items: list[Manifest], key: str) -> list[str]:
    return [name for name, count in Counter(item[key] for item in items).items() if count > 1]


@each_app
def distinct_items(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """What several keys put into one list of the pod has a name, or a path, of its own: the API server takes no other.

    Such as a volume called `files-…`, or files and a secret in one directory.
    """
    try:
        pod = pod_spec(app, context(settings), image=app.image, track="stable")
    except (LookupError, TypeError, ValueError):  # what cannot be rendered: another check says why
        return
    for name in _repeated(pod.get("volumes", []), "name"):
        yield Problem(
            ("volumes",), "two volumes of the pod would have one name", name, "another name, or path", app=app.name
        )
    for container in (*pod.get("initContainers", []), *pod["containers"]):
        for field, (key, what, sources) in _LISTS.items():
            for name in _repeated(container.get(field, []), key):
                yield Problem(
                    path=("env",) if field == "env" else ("volumes",),
                    message=f"two {what} the same in the container {container['name']}",
                    found=name,
                    allowed=f"each once, in {sources} together",
                    app=app.name,
                )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (pod_ports,)
LATE: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (distinct_items,)
"""What asks about the whole pod."""
