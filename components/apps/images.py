"""Every image that an app brings: of its versions, of the containers beside it, of what its escape hatch adds."""

from collections.abc import Iterator
from typing import Any

from components.apps.containers import declared
from components.apps.settings import AppSettings
from components.problem import KeyPath

_CONTAINERS = frozenset({"containers", "initContainers", "ephemeralContainers"})


def images(app: AppSettings) -> Iterator[tuple[KeyPath, str]]:
    """Yield where an image is written, or decided, from the root of the app file, with the image."""
    yield ("image",), app.image
    if app.canary is not None:
        yield ("canary", "image"), app.canary.image
    for colour, version in (("blue", app.strategy.blue), ("green", app.strategy.green)):
        if version is not None and version.image is not None:
            yield ("strategy", colour, "image"), version.image
    for key, name, settings in declared(app):
        yield (key, name, "image"), settings.image
    own = app.presets
    presets = {"logAdapter": own.log_adapter, "authProxy": own.auth_proxy, "otelCollector": own.otel_collector}
    for key, preset in presets.items():
        if preset is not None:
            yield ("presets", key, "image"), preset.image
    for key, changes in (("patches", app.patches), ("objects", app.objects)):
        for name, manifest in changes.items():
            yield from _inside((key, name), manifest)


def _inside(path: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str]]:
    """Yield the images of the pod specs within a manifest, or a part of one."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if key in _CONTAINERS and isinstance(each, list):
            for index, container in enumerate(each):
                image = container.get("image") if isinstance(container, dict) else None
                if isinstance(image, str):
                    yield (*path, key, index, "image"), image
        else:
            yield from _inside((*path, key), each)
