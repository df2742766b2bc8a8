"""What a stack says about the secrets that its apps take from elsewhere."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.foundation.identity import KmsKeyArn
from components.model import Settings
from components.names import Name
from components.networking.mesh.linkerd_settings import CertificatePem

MAX_REFRESH_HOURS = 90 * 24
"""A secret that is rotated somewhere else is known in the cluster after 90 days at the latest."""

_INTERVAL = re.compile(r"([1-9]\d*)([mh])")


def refresh_hours(interval: str) -> float:
    """Return a `RefreshInterval` in hours."""
    count, unit = int(interval[:-1]), interval[-1]
    return count if unit == "h" else count / 60


def _interval(value: str) -> str:
    if not _INTERVAL.fullmatch(value):
        raise ValueError(f"{value!r} is not a number of minutes or hours, such as 30m or 1h")
    if refresh_hours(value) > MAX_REFRESH_HOURS:
        raise ValueError(
            f"{value!r} is longer than 90 days, {MAX_REFRESH_HOURS}h: a rotated secret would be used so long"
        )
    return value


RefreshInterval = Annotated[str, AfterValidator(_interval), Field(examples=["1h"])]

Replicas = Annotated[int, Field(ge=1, le=5)]

SecretPrefix = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$", examples=["production/"], description="No wildcards.")
]
"""The start of a secret's name in AWS Secrets Manager, of the characters that names there have."""

ParameterPath = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_.-]+){1,14}$", max_length=1000, examples=["/production"])]
"""A path in the Parameter Store, with all that is below it."""


class StoreSettings(Settings):
    """A store, and who may use it."""

    namespaces: tuple[Name, ...] | None = Field(
        default=None,
        description="The application namespaces whose ExternalSecrets may use it. Unset: all of the stack's, and none"
        " beside them.",
    )


class SecretsManagerSettings(StoreSettings):
    """AWS Secrets Manager, the ClusterSecretStore aws-secrets-manager."""

    prefixes: Annotated[tuple[SecretPrefix, ...], Field(min_length=1)] = Field(
        description="What the names of the secrets that may be read start with; end it with / to mean a whole word."
    )


class ParameterStoreSettings(StoreSettings):
    """The Parameter Store of AWS Systems Manager, the ClusterSecretStore aws-parameter-store."""

    prefixes: Annotated[tuple[ParameterPath, ...], Field(min_length=1)] = Field(
        description="The paths below which parameters may be read."
    )


class VaultSettings(StoreSettings):
    """HashiCorp Vault, the ClusterSecretStore vault; External Secrets proves itself by its Kubernetes account."""

    server: Annotated[str, Field(pattern=r"^https://[^\s/]+$", examples=["https://vault.example.com:8200"])] = Field(
        description="Its address."
    )
    path: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")] = Field(
        default="secret", description="Where the key-value engine is mounted. The default is Vault's."
    )
    version: Literal["v1", "v2"] = Field(default="v2", description="The version of the key-value engine.")
    role: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")] = Field(
        description="The role of Vault's Kubernetes authentication, bound to the account external-secrets of the"
        " namespace external-secrets."
    )
    mount_path: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")] = Field(
        default="kubernetes", description="Where that authentication is mounted. The default is Vault's."
    )
    ca_bundle: CertificatePem | None = Field(
        default=None, description="Who signed its certificate, PEM. Unset: a public authority."
    )


class ExternalSecretsSettings(Settings):
    """External Secrets, which keeps Secrets in the cluster as they are in a store outside."""

    secrets_manager: SecretsManagerSettings | None = Field(
        default=None, description="AWS Secrets Manager. Unset: not a store."
    )
    parameter_store: ParameterStoreSettings | None = Field(
        default=None, description="The Parameter Store of AWS Systems Manager. Unset: not a store."
    )
    vault: VaultSettings | None = Field(default=None, description="HashiCorp Vault. Unset: not a store.")
    kms_key_arns: tuple[KmsKeyArn, ...] = Field(
        default=(),
        description="The KMS keys of one's own that encrypt secrets and parameters. AWS's own keys need no mention.",
    )
    refresh_interval: RefreshInterval = Field(
        default="1h",
        description="How often an app's secret is read again where the app says nothing, at most every 90 days. The"
        " default is External Secrets' own.",
    )
    replicas: Replicas = Field(
        default=2, description="The number of pods of the controller, of which one works, and of the webhook."
    )


class SealedSecretsSettings(Settings):
    """Sealed Secrets, which are encrypted for one cluster, and so may lie in a repository."""

    key_renewal_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=30,
        description="Days after which new secrets are sealed by a new key; old keys stay. The default is the"
        " controller's.",
    )


class SecretStoreSettings(Settings):
    """Where apps' secrets come from, beside the stack's own."""

    external_secrets: ExternalSecretsSettings | None = Field(
        default=None, description="External Secrets. Unset: not installed."
    )
    sealed_secrets: SealedSecretsSettings | None = Field(
        default=None, description="Sealed Secrets. Unset: not installed."
    )
