"""What is wrong, or worth knowing, about where the apps' secrets come from."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.dependencies.managed import any_managed
from components.dependencies.passwords import generates
from components.networking.cni import overlay
from components.operations.secret_settings import ExternalSecretsSettings, StoreSettings
from components.problem import Advice, KeyPath, Problem, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

EXTERNAL = ("secretStores", "externalSecrets")
SEALED = ("secretStores", "sealedSecrets")


def stores(settings: ExternalSecretsSettings) -> dict[str, StoreSettings]:
    """Return the stores that the settings name, by their YAML keys."""
    found = {
        "secretsManager": settings.secrets_manager,
        "parameterStore": settings.parameter_store,
        "vault": settings.vault,
    }
    return {key: store for key, store in found.items() if store is not None}


def _stores(settings: "StackSettings") -> Iterator[tuple[KeyPath, str, StoreSettings]]:
    external = settings.secret_stores.external_secrets
    for key, store in stores(external).items() if external is not None else ():
        yield (*EXTERNAL, key), key, store


def a_store(settings: "StackSettings") -> Iterator[Problem]:
    """External Secrets has somewhere to read from, or passwords of databases to bring or to generate."""
    external = settings.secret_stores.external_secrets
    if external is not None and not stores(external) and not any_managed(settings) and not generates(settings):
        existing = settings.cluster.existing is not None
        aws = (
            f"`secretsManager: {{prefixes: [{settings.stack}/]}}`, `parameterStore: {{prefixes: [/{settings.stack}]}}`"
        )
        vault = "`vault: {server: https://vault.example.com:8200, role: external-secrets}`"
        yield Problem(
            EXTERNAL,
            "External Secrets would have no store to read from, and a store is what limits what it may read",
            "no secretsManager, no parameterStore, no vault",
            vault if existing else f"{aws} or {vault}",
        )


def identity(settings: "StackSettings") -> Iterator[Problem]:
    """AWS admits only who has an AWS identity."""
    if settings.cluster.existing is None:
        return
    for path, key, _ in _stores(settings):
        if key != "vault":
            yield Problem(
                path,
                "an existing cluster gets no AWS identity from Slipway, and AWS admits nobody without",
                f"{key} with cluster.existing",
                "vault, which knows the cluster's own accounts",
            )


def known_namespaces(settings: "StackSettings") -> Iterator[Problem]:
    """Who may use a store is there."""
    for path, _, store in _stores(settings):
        for index, name in enumerate(store.namespaces or ()):
            if name not in settings.namespaces:
                yield unknown_word((*path, "namespaces", index), "namespace", name, settings.namespaces)


def unused_stores(settings: "StackSettings") -> Iterator[Advice]:
    """A store serves somebody."""
    for path, _, store in _stores(settings):
        if not (settings.namespaces if store.namespaces is None else store.namespaces):
            yield Advice(path, "no application namespace may use it: `namespaces` has none")


def unused_keys(settings: "StackSettings") -> Iterator[Advice]:
    """KMS keys are for the stores of AWS."""
    external = settings.secret_stores.external_secrets
    if external is None or not external.kms_key_arns:
        return
    if external.secrets_manager is None and external.parameter_store is None:
        yield Advice((*EXTERNAL, "kmsKeyArns"), "has no effect without secretsManager or parameterStore")
        return
    here = settings.aws.region if settings.aws is not None else None
    for index, arn in enumerate(external.kms_key_arns):
        region = arn.split(":")[3]
        if here is not None and region != here:
            yield Advice(
                (*EXTERNAL, "kmsKeyArns", index),
                f"is a key in {region}, and the stores are in {here}, where nothing is encrypted by it",
            )


def both(settings: "StackSettings") -> Iterator[Advice]:
    """Two ways to a secret are two places to look for it."""
    wanted = settings.secret_stores
    if wanted.external_secrets is not None and wanted.sealed_secrets is not None:
        yield Advice(
            SEALED,
            "beside externalSecrets: two places where a secret can come from, and two that fail on their own; an app"
            " says which one it means",
        )


def existing_controller(settings: "StackSettings") -> Iterator[Advice]:
    """Two controllers would each find the other's secrets unreadable."""
    if settings.secret_stores.sealed_secrets is not None and settings.cluster.existing is not None:
        yield Advice(
            SEALED,
            "one controller serves a whole cluster: if this one has one already (`kubectl get deployments -A | grep"
            " sealed-secrets`), leave it out",
        )


def out_of_kubeseals_reach(settings: "StackSettings") -> Iterator[Advice]:
    """kubeseal asks the API server for the controller's certificate, and that has no way to pods on an overlay."""
    if settings.secret_stores.sealed_secrets is not None and overlay(settings):
        yield Advice(
            SEALED,
            "kubeseal does not find the controller on Calico's own pod network, which the API server has no route to:"
            " fetch the certificate through `kubectl port-forward`, and seal with `kubeseal --cert`"
            " (docs/guide/secrets.md)",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (a_store, identity, known_namespaces)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    unused_stores,
    unused_keys,
    both,
    existing_controller,
    out_of_kubeseals_reach,
)
