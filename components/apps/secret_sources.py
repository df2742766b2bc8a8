"""ExternalSecrets, SealedSecrets and generated Secrets of an app, and how its pods see what comes of them."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.secret_settings import ExternalSecretSettings, GeneratedSecretSettings, SealedSecretSettings
from components.apps.settings import AppSettings
from components.apps.words import Manifest

EXTERNAL_CHECKSUM = "slipway.dev/external-secret-checksum"
SEALED_CHECKSUM = "slipway.dev/sealed-secret-checksum"

GENERATED = "generated-secret-"
"""How the suffix of a generated Secret begins."""

Source = ExternalSecretSettings | GeneratedSecretSettings | SealedSecretSettings

_NAMESPACE_WIDE = {"sealedsecrets.bitnami.com/namespace-wide": "true"}


def source_name(app: AppSettings, name: str) -> str:
    """Return the name of the Secret, and of the ExternalSecret or SealedSecret that makes it."""
    return f"{app.name}-{name}"


def _volume_name(name: str) -> str:
    """Return the name of the volume; two dashes in a row are in the name of no scratch directory."""
    return f"secret--{name}"


def sources(app: AppSettings) -> list[tuple[str, str, Source]]:
    """Return the app's named secrets: the key under `secrets`, the name, the settings."""
    return [
        *(("generated", name, each) for name, each in app.secrets.generated.items()),
        *(("external", name, each) for name, each in app.secrets.external.items()),
        *(("sealed", name, each) for name, each in app.secrets.sealed.items()),
    ]


def keys(source: Source) -> tuple[str, ...]:
    """Return the keys of a Secret, as far as its file says them."""
    if isinstance(source, GeneratedSecretSettings):
        return (source.variable,)
    return tuple(source.data if isinstance(source, ExternalSecretSettings) else source.encrypted_data)


def source_variables(app: AppSettings) -> tuple[str, ...]:
    """Return the names of the Secrets whose keys become variables."""
    return tuple(source_name(app, name) for _, name, each in sources(app) if each.mount_path is None)


def source_mounts(app: AppSettings) -> list[Manifest]:
    """Return the `volumeMounts` of the Secrets that are files: whole directories, so that a rotated one is seen."""
    return [
        {"name": _volume_name(name), "mountPath": each.mount_path, "readOnly": True}
        for _, name, each in sources(app)
        if each.mount_path is not None
    ]


def source_volumes(app: AppSettings) -> list[Manifest]:
    """Return the `volumes` of the same; the pod's group may read them."""
    return [
        {"name": _volume_name(name), "secret": {"secretName": source_name(app, name), "defaultMode": 0o440}}
        for _, name, each in sources(app)
        if each.mount_path is not None
    ]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def source_annotations(app: AppSettings) -> dict[str, str]:
    """Return checksums that roll the pods: of what is asked of stores, and of sealed values.

    What a store answers is not known here; how often it is asked changes nothing in the pods.
    """
    annotations = {}
    if app.secrets.external:
        asked = {name: [each.store, each.key, _data(each)] for name, each in app.secrets.external.items()}
        annotations[EXTERNAL_CHECKSUM] = _digest(asked)
    if app.secrets.sealed:
        annotations[SEALED_CHECKSUM] = _digest({name: _encrypted(each) for name, each in app.secrets.sealed.items()})
    return annotations


def _encrypted(settings: SealedSecretSettings) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in settings.encrypted_data.items()}


def _data(settings: ExternalSecretSettings) -> Manifest:
    """Return `data` or `dataFrom` of an ExternalSecret."""
    if not settings.data:
        return {"dataFrom": [{"extract": {"key": settings.key}}]}
    return {
        "data": [
            {"secretKey": key, "remoteRef": {"key": settings.key, **each.model_dump(exclude_none=True)}}
            for key, each in settings.data.items()
        ]
    }


def _waits(app: AppSettings, condition: str) -> dict[str, str]:
    """Return what has `pulumi up` report a store that refuses, before pods are stuck without their Secret."""
    return {"pulumi.com/waitFor": f"condition={condition}"} if app.wait else {}


def _object(
    app: AppSettings, api: str, kind: str, name: str, annotations: Mapping[str, str], spec: Manifest
) -> Manifest:
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": metadata(app, source_name(app, name), annotations=dict(annotations)),
        "spec": spec,
    }


def secret_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the Secrets and what makes some: suffixes `generated-`, `external-` and `sealed-secret-NAME`.

    An ExternalSecret owns its Secret, and keeps the last values where the store has lost them. A generated Secret has
    no value here: whoever makes the resource puts one in, once.
    """
    for name, generated in app.secrets.generated.items():
        yield (
            f"{GENERATED}{name}",
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": metadata(app, source_name(app, name)),
                "type": "Opaque",
                "data": {generated.variable: ""},
            },
        )
    for name, external in app.secrets.external.items():
        spec: Manifest = {
            "refreshInterval": external.refresh_interval or context.refresh_interval,
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": external.store},
            "target": {"name": source_name(app, name), "creationPolicy": "Owner", "deletionPolicy": "Retain"},
            **_data(external),
        }
        annotations = _waits(app, "Ready")
        yield (
            f"external-secret-{name}",
            _object(app, "external-secrets.io/v1", "ExternalSecret", name, annotations, spec),
        )
    for name, sealed in app.secrets.sealed.items():
        # The Secret's own metadata is in the template; its name is the SealedSecret's.
        made = metadata(app, source_name(app, name))
        template = {"type": "Opaque", "metadata": {"labels": made["labels"]}}
        spec = {"encryptedData": _encrypted(sealed), "template": template}
        scope = _NAMESPACE_WIDE if sealed.scope == "namespace-wide" else {}
        annotations = {**_waits(app, "Synced"), **scope}
        yield f"sealed-secret-{name}", _object(app, "bitnami.com/v1alpha1", "SealedSecret", name, annotations, spec)
