"""The Secrets that an app's pods take something from: which of them the app makes, and which somebody else."""

from collections.abc import Iterable, Iterator
from typing import Any

from components.apps.containers import declared
from components.apps.environment import VariableSettings
from components.apps.naming import own_secret_name
from components.apps.raw_objects import raw_name
from components.apps.secret_sources import source_name, sources
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.problem import KeyPath

VALUES = "values"
"""What a further container calls the app's `secrets.values`."""

_NAMED_IN: dict[str, tuple[str, ...]] = {
    "Certificate": ("secretName",),
    "ExternalSecret": ("target", "name"),
    "SealedSecret": ("template", "metadata", "name"),
    "Secret": (),
}
"""The kinds that make a Secret, and where in `spec` its name is; it is the object's own where that says none."""


def asked_secrets(app: AppSettings, names: Iterable[str]) -> tuple[str, ...]:
    """Return the Secrets that a further container asks for by `secrets`.

    `values` and the names under the app's `secrets.generated`, `external` and `sealed` are the app's own; every other
    name is that of a Secret in the namespace.
    """
    own = {name: source_name(app, name) for _, name, _ in sources(app)}
    if app.secrets.values:
        own[VALUES] = own_secret_name(app)
    return tuple(dict.fromkeys(own.get(name, name) for name in names))


def made_secrets(app: AppSettings) -> frozenset[str]:
    """Return the Secrets that come of the app's file, its own objects among them."""
    raw = {_secret_of(raw_name(app, name), each) for name, each in app.objects.items() if each["kind"] in _NAMED_IN}
    named = {source_name(app, name) for _, name, _ in sources(app)}
    return frozenset({*raw, *named, *([own_secret_name(app)] if app.secrets.values else [])})


def _secret_of(own_name: str, manifest: Manifest) -> str:
    found: Any = manifest.get("spec") or {}
    path = _NAMED_IN[manifest["kind"]]
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return str(found if path and found else own_name)


def wanted_secrets(app: AppSettings) -> Iterator[tuple[KeyPath, str]]:
    """Yield the Secrets without which no pod of the app starts, with what asks for them in its file."""
    main: KeyPath = ("secrets", "existing")
    for name in (*app.secrets.existing, *app.image_pull_secrets, *_keyed(app.env.values())):
        yield main, name
    for name, volume in app.volumes.items():
        if volume.secret_name is not None:
            yield ("volumes", name, "secretName"), volume.secret_name
    for key, name, settings in declared(app):
        for secret in (*asked_secrets(app, settings.secrets), *_keyed(settings.env.values())):
            yield (key, name, "secrets"), secret
    if app.presets.auth_proxy is not None:
        yield ("presets", "authProxy", "secret"), app.presets.auth_proxy.secret


def _keyed(variables: Iterable[VariableSettings]) -> Iterator[str]:
    return (each.secret_key_ref.name for each in variables if each.secret_key_ref)
