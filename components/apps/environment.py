"""An app's configuration: a ConfigMap, a Secret, single variables, and what makes pods roll when they change."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from components.apps.secret_settings import ExternalSecretSettings, GeneratedSecret, SealedSecretSettings, SecretName
from components.apps.words import EnvName, Manifest, ObjectName
from components.model import Settings
from components.names import NOT_SHOWN, SecretRef


class SecretsSettings(Settings):
    """Where an app's secret variables come from."""

    existing: tuple[ObjectName, ...] = Field(
        default=(),
        description="Secrets of the namespace that something else makes; their keys become variables.",
    )
    values: dict[EnvName, SecretRef] = Field(
        default_factory=dict,
        description="Variables by name, each the name of a value under slipway:secrets in the stack file.",
    )
    generated: dict[SecretName, GeneratedSecret] = Field(
        default_factory=dict,
        description="Secrets with one random value each, made at the first deployment and kept: NAME becomes the Secret"
        " APP-NAME. Another name makes another value.",
    )
    external: dict[SecretName, ExternalSecretSettings] = Field(
        default_factory=dict,
        description="Secrets that External Secrets reads from a store: NAME becomes the Secret APP-NAME.",
    )
    sealed: dict[SecretName, SealedSecretSettings] = Field(
        default_factory=dict,
        description="Secrets encrypted for this cluster by kubeseal: NAME becomes the Secret APP-NAME.",
    )


class KeySettings(Settings):
    """One key of an existing Secret."""

    name: ObjectName = Field(description="The Secret's name.")
    key: str = Field(pattern=r"^[-._a-zA-Z0-9]+$", max_length=253, description="The key in it.")


class FieldSettings(Settings):
    """One field of the pod itself (the downward API)."""

    field_path: str = Field(
        pattern=r"^(metadata\.(name|namespace|uid)|metadata\.(labels|annotations)\['[^']+'\]"
        r"|spec\.(nodeName|serviceAccountName)|status\.(hostIP|hostIPs|podIP|podIPs))$",
        description="The field, such as status.podIP.",
    )


class VariableSettings(Settings):
    """A variable that neither `config` nor `secrets` can express: exactly one source."""

    secret_key_ref: KeySettings | None = Field(default=None, description="A key of an existing Secret.")
    field_ref: FieldSettings | None = Field(default=None, description="A field of the pod.")

    @property
    def sources(self) -> list[str]:
        """The sources that are set, of which there must be one."""
        named = {"secretKeyRef": self.secret_key_ref, "fieldRef": self.field_ref}
        return [name for name, source in named.items() if source is not None]


Variable = Annotated[VariableSettings, NOT_SHOWN]
"""A variable by its source. A value that somebody writes instead may be a secret."""


def env(variables: Mapping[str, VariableSettings]) -> list[Manifest]:
    """Return the `env` of the container."""
    return [
        {"name": name, "valueFrom": variable.model_dump(mode="json", by_alias=True, exclude_none=True)}
        for name, variable in variables.items()
    ]


def env_from(config_map: str | None, secrets: tuple[str, ...]) -> list[Manifest]:
    """Return the `envFrom` of the container: the app's ConfigMap first, so that a Secret's key wins."""
    maps: list[Manifest] = [{"configMapRef": {"name": config_map}}] if config_map else []
    return [*maps, *({"secretRef": {"name": name}} for name in secrets)]


def config_checksum(config: Mapping[str, str]) -> str:
    """Return what changes when the ConfigMap's data does: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:16]


def secret_checksum(app: str, values: Mapping[str, str]) -> str:
    """Return what changes when one of an app's secret values does.

    Whoever may read a Deployment may read its annotations, and need not be one who may read its Secrets. So every value
    goes through scrypt (about 10 ms and 4 MiB a guess) salted with the app's and the variable's name, of which 40 bits
    are kept: too slow to search, too short to tell which of many candidates was right, different for the same value
    in two places. It is no place for a value that a dictionary holds; neither is a Secret.
    """
    digest = hashlib.sha256()
    for name in sorted(values):
        salt = f"{app}/{name}".encode()
        digest.update(hashlib.scrypt(values[name].encode(), salt=salt, n=2**12, r=8, p=1, dklen=5))
    return digest.hexdigest()[:10]
