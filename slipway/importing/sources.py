"""Secrets that ExternalSecrets and SealedSecrets make for an app."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from components.apps.secret_settings import ExternalSecretSettings, SealedSecretSettings
from slipway.importing.belonging import made_secret
from slipway.importing.documents import Source, at
from slipway.importing.grouping import Group

_WIDE = "sealedsecrets.bitnami.com/namespace-wide"


@dataclass(slots=True)
class SecretSources:
    """The settings `external` and `sealed`, and what the Secrets are called that come of them."""

    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)


def secret_sources(group: Group) -> SecretSources:
    """Return the sources that an app file can say; those of another store or shape stay what they are."""
    found = SecretSources()
    for part in group.of("ExternalSecret", "SealedSecret"):
        secret = str(made_secret(part))
        name = secret.removeprefix(f"{group.name}-")
        settings = _external(part) if part.kind == "ExternalSecret" else _sealed(part, renamed=name == secret)
        model = ExternalSecretSettings if part.kind == "ExternalSecret" else SealedSecretSettings
        directory = _directory(group, secret)
        settings |= {"mountPath": directory} if directory else {}
        try:
            model.model_validate(settings, by_name=False)
        except ValidationError:
            continue
        key = "external" if part.kind == "ExternalSecret" else "sealed"
        found.settings.setdefault(key, {})[name] = settings
        found.renamed[secret] = f"{group.name}-{name}"
    return found


def _directory(group: Group, secret: str) -> Any:
    for volume in group.pod.get("volumes") or []:
        if at(volume, ("secret", "secretName")) == secret:
            mounts = group.containers[0].get("volumeMounts") or []
            return next((each["mountPath"] for each in mounts if each.get("name") == volume.get("name")), None)
    return None


def _external(part: Source) -> dict[str, Any]:
    spec = part.manifest.get("spec") or {}
    store = spec.get("secretStoreRef") or {}
    data = spec.get("data") or []
    keys = {at(each, ("remoteRef", "key")) for each in data}
    keys |= {at(each, ("extract", "key")) for each in spec.get("dataFrom") or []}
    found: dict[str, Any] = {"store": store.get("name") if store.get("kind") == "ClusterSecretStore" else None}
    found["key"] = keys.pop() if len(keys) == 1 else None
    if data:
        told = {each.get("secretKey"): each.get("remoteRef") or {} for each in data}
        found["data"] = {
            name: {key: remote[key] for key in ("property", "version") if key in remote}
            for name, remote in told.items()
        }
    return {**found, **({"refreshInterval": spec["refreshInterval"]} if spec.get("refreshInterval") else {})}


def _sealed(part: Source, *, renamed: bool) -> dict[str, Any]:
    """Return a SealedSecret; one that is sealed for its name cannot have another."""
    wide = (at(part.manifest, ("metadata", "annotations")) or {}).get(_WIDE) == "true"
    if renamed and not wide:
        return {}
    encrypted = at(part.manifest, ("spec", "encryptedData"))
    return {"encryptedData": encrypted, **({"scope": "namespace-wide"} if wide else {})}
