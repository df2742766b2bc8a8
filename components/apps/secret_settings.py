"""Secrets that an app takes from outside the cluster, encrypted out of the repository, or made by the program."""

import binascii
from base64 import b64decode
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from components.apps.words import MountPath
from components.model import Settings
from components.names import Name
from components.operations.secret_settings import RefreshInterval

StoreName = Literal["aws-secrets-manager", "aws-parameter-store", "vault"]

_RSA_SIZES = frozenset({256, 384, 512})
"""Bytes of a session key encrypted by RSA with 2048, 3072 or 4096 bits; the controller's own keys have 4096."""
_TAG = 16
"""Bytes of AES-GCM's tag, which follows the encrypted value."""


def _sealed(value: SecretStr) -> SecretStr:
    refused = ValueError(
        "this is not what kubeseal writes: a session key that RSA encrypts and the value that it encrypts, in base64."
        " Never write the value itself here: it would be in the repository's history; if it is there, change it"
    )
    try:
        raw = b64decode(value.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        raise refused from None
    size = int.from_bytes(raw[:2])
    if size not in _RSA_SIZES or len(raw) < 2 + size + _TAG:
        raise refused
    return value


SecretName = Annotated[Name, Field(max_length=52)]
"""What a Secret is called after the app's name; a volume is named after it, too."""

SecretKey = Annotated[str, Field(pattern=r"^[-._a-zA-Z0-9]+$", max_length=253)]
"""A key of a Secret: the variable's name, or the file's."""

StoreKey = Annotated[str, Field(pattern=r"^[\w/+=.@-]+$", max_length=512, examples=["production/web/database"])]
"""The name of a secret in a store, not its ARN: the prefixes that the stack allows are of names."""

SealedValue = Annotated[
    SecretStr, Field(examples=["the output of kubeseal --raw, never the value itself"]), AfterValidator(_sealed)
]
"""A value that kubeseal encrypted: no secret. What somebody writes here by mistake may be one, so nothing shows it."""


class RemoteSettings(Settings):
    """A part of a secret in a store."""

    property: Annotated[str, Field(min_length=1, max_length=253)] | None = Field(
        default=None, description="The property of a secret that is a JSON object. Unset: the whole text."
    )
    version: Annotated[str, Field(min_length=1, max_length=253)] | None = Field(
        default=None, description="The version. Unset: the current one."
    )


class ExternalSecretSettings(Settings):
    """A Secret that External Secrets keeps as a secret in a store is."""

    store: StoreName = Field(description="The ClusterSecretStore: one of the stack's secretStores.externalSecrets.")
    key: StoreKey = Field(description="The secret's name in the store, below one of the store's prefixes.")
    data: dict[SecretKey, RemoteSettings] = Field(
        default_factory=dict,
        description="Variables (or files) by name. Unset: every property of the secret, under its own name.",
    )
    mount_path: MountPath | None = Field(
        default=None, description="The directory where pods see it as files. Unset: they see variables."
    )
    refresh_interval: RefreshInterval | None = Field(
        default=None, description="How often it is read again, at most every 90 days. Unset: the stack's, 1h."
    )


class SealedSecretSettings(Settings):
    """A Secret that Sealed Secrets makes of encrypted values."""

    encrypted_data: Annotated[dict[SecretKey, SealedValue], Field(min_length=1)] = Field(
        description="Variables (or files) by name, each as kubeseal encrypted it for the Secret APP-NAME."
    )
    scope: Literal["strict", "namespace-wide"] = Field(
        default="strict",
        description="What it was sealed for: one Secret, or its namespace. A third scope, cluster-wide, would let"
        " every namespace unseal it.",
    )
    mount_path: MountPath | None = Field(
        default=None, description="The directory where pods see it as files. Unset: they see variables."
    )


class GeneratedSecretSettings(Settings):
    """A Secret with one random value, made once; the name of its variable alone stands for `{variable: NAME}`."""

    variable: SecretKey = Field(description="The variable (or the file) whose value it is.")
    length: int = Field(
        default=32,
        ge=16,
        le=128,
        description="How many letters and digits; 32 are as hard to guess as a key of 190 bits.",
    )
    mount_path: MountPath | None = Field(
        default=None, description="The directory where pods see it as a file. Unset: they see a variable."
    )


def _variable(value: Any) -> Any:
    return {"variable": value} if isinstance(value, str) else value


GeneratedSecret = Annotated[
    GeneratedSecretSettings,
    BeforeValidator(_variable, json_schema_input_type=SecretKey | GeneratedSecretSettings),
]
"""A generated Secret, or the name of its variable."""
