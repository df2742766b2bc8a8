"""What is wrong with the secrets that an app takes from a store, or encrypted out of the repository."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from components.apps.each_app import each_app, gather
from components.apps.naming import own_secret_name, tls_name
from components.apps.secret_settings import ExternalSecretSettings
from components.apps.secret_sources import keys, source_name, sources
from components.operations.secret_settings import (
    ExternalSecretsSettings,
    ParameterStoreSettings,
    SecretsManagerSettings,
    StoreSettings,
)
from components.problem import KeyPath, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

_LINES = {
    "aws-secrets-manager": "secretsManager: {{prefixes: [{start}/]}}",
    "aws-parameter-store": "parameterStore: {{prefixes: [/{start}]}}",
    "vault": "vault: {{server: https://vault.example.com:8200, role: external-secrets}}",
}
"""What turns a store on, in the stack file."""


def _store(settings: ExternalSecretsSettings | None, name: str) -> StoreSettings | None:
    if settings is None:
        return None
    found: dict[str, StoreSettings | None] = {
        "aws-secrets-manager": settings.secrets_manager,
        "aws-parameter-store": settings.parameter_store,
        "vault": settings.vault,
    }
    return found[name]


def _outside(key: str, store: StoreSettings) -> Sequence[str]:
    """Return the prefixes that a store allows and the key is below none of; empty where it is allowed."""
    if isinstance(store, SecretsManagerSettings) and not key.startswith(store.prefixes):
        return store.prefixes
    if isinstance(store, ParameterStoreSettings) and not key.startswith(tuple(f"{each}/" for each in store.prefixes)):
        return store.prefixes
    return ()


def _external(
    app: "AppSettings", name: str, wanted: ExternalSecretSettings, stack: "StackSettings"
) -> Iterator[Problem]:
    path: KeyPath = ("secrets", "external", name)
    store = _store(stack.secret_stores.external_secrets, wanted.store)
    if store is None:
        line = _LINES[wanted.store].format(start=stack.stack)
        yield Problem(
            path=(*path, "store"),
            message="the stack does not have this store",
            found=wanted.store,
            allowed=f"one that it has; the stack file gets it by secretStores: {{externalSecrets: {{{line}}}}}",
            app=app.name,
        )
        return
    if store.namespaces is not None and app.namespace not in store.namespaces:
        yield Problem(
            path=(*path, "store"),
            message=f"the store does not serve the namespace {app.namespace}",
            found=wanted.store,
            allowed=f"an app in {', '.join(store.namespaces)}, or {app.namespace} among the store's namespaces in the"
            " stack file",
            app=app.name,
        )
    if prefixes := _outside(wanted.key, store):
        yield Problem(
            path=(*path, "key"),
            message=f"External Secrets may read nothing of this name in {wanted.store}",
            found=wanted.key,
            allowed=f"a name below {' or '.join(prefixes)}; `prefixes` of the store in the stack file says so",
            app=app.name,
        )


@each_app
def declared_stores(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A store is there, serves the app's namespace, and may read the secret."""
    for name, wanted in app.secrets.external.items():
        yield from _external(app, name, wanted, settings)


@each_app
def sealing_controller(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Somebody unseals what is sealed."""
    for name in app.secrets.sealed if settings.secret_stores.sealed_secrets is None else ():
        yield Problem(
            path=("secrets", "sealed", name),
            message="the stack has no Sealed Secrets: nobody would unseal it",
            found="no secretStores.sealedSecrets",
            allowed="secretStores: {sealedSecrets: {}} in the stack file",
            app=app.name,
        )


def _made(app: "AppSettings") -> Iterator[tuple[KeyPath, str]]:
    """Yield the Secrets that are made for an app, with their places in its file."""
    if app.secrets.values:
        yield ("secrets", "values"), own_secret_name(app)
    for key, exposure in (("ingress", app.ingress), ("route", app.route)):
        if exposure is not None and exposure.tls:
            yield (key, "tls"), tls_name(app)
            break  # both ways in have one certificate
    for key, name, _ in sources(app):
        yield ("secrets", key, name), source_name(app, name)


@each_app
def distinct_secrets(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """No two of them make one Secret, nor one that is there already."""
    own = {("secrets", key, name) for key, name, _ in sources(app)}
    if not own:
        return
    owners = [
        (other.name, path, secret)
        for other, (path, secret) in gather(_made, settings)
        if other.namespace == app.namespace
    ]
    for path, secret in _made(app):
        others = [(name, where) for name, where, made in owners if made == secret and (name, where) != (app.name, path)]
        if path in own and (others or secret in app.secrets.existing):
            whose = " and ".join(f"{'.'.join(map(str, where))} of {name}" for name, where in others)
            yield Problem(
                path=path,
                message=f"the Secret {secret} is made by {whose or 'something else, as secrets.existing says'}, too",
                found=str(path[-1]),
                allowed="another name here: the Secret is APP-NAME",
                app=app.name,
            )


@each_app
def distinct_variables(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A secret variable comes from one place."""
    seen = dict.fromkeys(app.secrets.values, "secrets.values")
    for key, name, each in sources(app):
        for variable in keys(each) if each.mount_path is None else ():
            if variable in seen:
                yield Problem(
                    path=("secrets", key, name),
                    message=f"the variable {variable} comes from {seen[variable]}, too; the last one would win",
                    found=variable,
                    allowed="every variable once, or mountPath for files",
                    app=app.name,
                )
            seen.setdefault(variable, f"secrets.{key}.{name}")


@each_app
def mount_paths(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Files of secrets have a directory of their own."""
    volumes = [each.mount_path for each in app.volumes.values()]
    taken = {*app.scratch, *(path for path in volumes if path is not None)}
    for key, name, each in sources(app):
        if each.mount_path is not None and each.mount_path in taken:
            yield Problem(
                path=("secrets", key, name, "mountPath"),
                message="two mounts at one path",
                found=each.mount_path,
                allowed="every path once, in volumes, scratch and secrets together",
                app=app.name,
            )
        taken |= {each.mount_path} if each.mount_path is not None else set()


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    declared_stores,
    sealing_controller,
    distinct_secrets,
    distinct_variables,
    mount_paths,
)
