"""What an app says about a database or cache that it depends on, and what a stack makes of it."""

from functools import partial
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from components import quantity
from components.apps.cron_words import CronSchedule, Timezone
from components.apps.environment import KeySettings
from components.apps.resources import ResourcesSettings
from components.apps.words import EnvName, Image, ObjectName
from components.foundation.flow_logs import RetentionDays
from components.foundation.identity import KmsKeyArn
from components.model import Settings
from components.names import SecretRef
from components.problem import RefusedError, nearest
from components.quantity import Bytes

Engine = Literal["postgresql", "redis"]

VERSIONS: dict[Engine, tuple[str, ...]] = {
    "postgresql": ("15", "16", "17", "18"),
    "redis": ("7", "8"),
}
"""The major versions of each engine; minor ones are Slipway's in the cluster, and AWS's on AWS."""

DEFAULT_VERSION: dict[Engine, str] = {"postgresql": "17", "redis": "7"}
"""Versions that both places have."""

PORTS: dict[Engine, int] = {"postgresql": 5432, "redis": 6379}


def _digits(value: object) -> object:
    """Return a version that YAML read as a number as the text that it was."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _volume(value: str) -> str:
    if quantity.parse(value) < 2**30:
        raise ValueError(f"{value!r} is less than 1Gi, the smallest volume that EBS has")
    return value


def _backup(value: object) -> object:
    return {"enabled": value} if isinstance(value, bool) else value


MajorVersion = Annotated[
    str, BeforeValidator(_digits, json_schema_input_type=str | int), Field(pattern=r"^\d{1,2}$", examples=["17"])
]

VolumeSize = Annotated[Bytes, AfterValidator(_volume), Field(examples=["20Gi"])]
"""The size of a volume."""

Identifier = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$", max_length=63)]
"""A name in PostgreSQL that needs no quotes."""


SnapshotName = Annotated[str, Field(pattern=r"^(rds:)?[A-Za-z][A-Za-z0-9.-]*$", max_length=255, examples=["web-final"])]
"""A snapshot by its name on AWS; those that RDS takes by itself start with `rds:`."""


BucketName = Annotated[
    str, Field(pattern=r"^[a-z0-9][a-z0-9-]*[a-z0-9]$", min_length=3, max_length=63, examples=["example-backups"])
]
"""A bucket of S3: no dots, which TLS has no wildcard for. Its name is unique in the world."""


class BackupSettings(Settings):
    """When a dependency in the cluster is copied elsewhere. `false` in YAML stands for `{enabled: false}`."""

    enabled: bool = Field(default=True, description="Whether it is backed up at all.")
    schedule: CronSchedule = Field(default="15 2 * * *", description="When, in five fields of cron.")
    time_zone: Timezone = Field(default="UTC", description="The IANA time zone of the schedule.")
    keep: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=14, description="Backups that are kept on a claim; days that they are kept in a bucket."
    )
    size: VolumeSize | None = Field(
        default=None,
        description="The claim that holds them where the cluster is not the stack's own. Unset: twice `storage`.",
    )


BackupInput = BeforeValidator(_backup, json_schema_input_type=bool | BackupSettings)


class DependencySettings(Settings):
    """One database or cache of an app's own; where it is, the stack says."""

    engine: Engine = Field(description="postgresql, or redis.")
    version: MajorVersion | None = Field(
        default=None, description="The major version, in quotes. Unset: 17 for postgresql, 7 for redis."
    )
    prefix: EnvName | None = Field(
        default=None,
        description="What its variables start with, as in PREFIX_HOST. Unset: its name in capitals, with _ for -.",
    )
    database: Identifier | None = Field(
        default=None, description="The database's name (postgresql). Unset: the app's name, with _ for -."
    )
    user: Identifier | None = Field(
        default=None, description="The user who owns it (postgresql). Unset: the app's name, with _ for -."
    )
    storage: VolumeSize = Field(default="10Gi", description="The size of its volume in bytes, in either place.")
    storage_class: ObjectName | None = Field(
        default=None, description="The volume's storage class, in the cluster. Unset: the stack's default class."
    )
    resources: ResourcesSettings = Field(
        default_factory=ResourcesSettings,
        description="CPU and memory of its pod, in the cluster. Unset: limits of 500m and 512Mi.",
    )
    password: SecretRef | None = Field(
        default=None,
        description="The password: the name of a value under slipway:secrets in the stack file.",
    )
    existing_secret: KeySettings | None = Field(
        default=None,
        description="The password: a key of a Secret that something else makes in the app's namespace.",
    )
    backup: Annotated[BackupSettings, BackupInput] = Field(
        default_factory=BackupSettings,
        description="Backups of what is in the cluster; false for none. AWS's own are the stack's to set.",
    )
    image: Image | None = Field(
        default=None, description="Another image of the engine, in the cluster. Unset: the official one of the version."
    )

    @property
    def major(self) -> str:
        """The major version."""
        return self.version or DEFAULT_VERSION[self.engine]

    @property
    def port(self) -> int:
        """The port that it listens on, in either place."""
        return PORTS[self.engine]


class InClusterSettings(Settings):
    """A StatefulSet beside the app."""

    place: Literal["inCluster"] = Field(default="inCluster", description="Beside the app, in its namespace.")


class RdsSettings(Settings):
    """A database instance of Amazon RDS for each dependency."""

    place: Literal["rds"] = Field(default="rds", description="Amazon RDS.")
    instance_class: Annotated[str, Field(pattern=r"^db\.[a-z0-9]+\.[a-z0-9]+$")] = Field(
        default="db.t4g.medium", description="The instance class."
    )
    multi_az: bool | None = Field(
        default=None, description="Whether a standby waits in another zone. Unset: for an app of tier 1."
    )
    backup_retention_days: Annotated[int, Field(ge=1, le=35)] = Field(
        default=14, description="Days for which RDS can restore any moment. 35 is its most."
    )
    max_storage: Bytes | None = Field(
        default=None, description="How far a volume that fills up grows by itself. Unset: to twice `storage`."
    )
    kms_key_arn: KmsKeyArn | None = Field(
        default=None, description="The KMS key of data, snapshots and password. Unset: AWS's own keys."
    )
    deletion_protection: bool | None = Field(
        default=None, description="Whether RDS refuses to delete an instance. Unset: as cluster.protect."
    )
    password_rotation_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=90, description="Days between two passwords, which RDS makes; 7 where nobody says anything."
    )
    log_retention_days: RetentionDays = Field(
        default=30, description="Days that the log is kept in CloudWatch; one of the values that it offers."
    )
    apply_immediately: bool = Field(
        default=False, description="Whether changes, and the restart that some need, do not wait for the next window."
    )
    allow_major_version_upgrade: bool = Field(
        default=False, description="Whether another `version` may upgrade an instance; there is no way back."
    )
    restore: dict[ObjectName, SnapshotName] = Field(
        default_factory=dict,
        description="Snapshots by APP-NAME of a dependency: its instance is made from it. The line stays from then on.",
    )


class ElastiCacheSettings(Settings):
    """A replication group of Amazon ElastiCache for each dependency."""

    place: Literal["elasticache"] = Field(default="elasticache", description="Amazon ElastiCache.")
    node_type: Annotated[str, Field(pattern=r"^cache\.[a-z0-9]+\.[a-z0-9]+$")] = Field(
        default="cache.t4g.small", description="The node type."
    )
    replicas: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None, description="Copies beside the primary, in other zones. Unset: 1 for tier 1 and 2, else 0."
    )
    snapshot_retention_days: Annotated[int, Field(ge=1, le=35)] = Field(
        default=14, description="Days for which daily snapshots are kept."
    )
    kms_key_arn: KmsKeyArn | None = Field(
        default=None, description="The KMS key of data, snapshots and password. Unset: AWS's own keys."
    )
    apply_immediately: bool = Field(default=False, description="Whether changes do not wait for the next window.")
    restore: dict[ObjectName, SnapshotName] = Field(
        default_factory=dict,
        description="Snapshots by APP-NAME of a dependency: its group is made from it. The line stays from then on.",
    )


PostgresqlPlace = InClusterSettings | RdsSettings
RedisPlace = InClusterSettings | ElastiCacheSettings


def _placed(places: tuple[str, ...], value: object) -> object:
    if isinstance(value, str):
        value = {"place": value}
    elif isinstance(value, dict) and value and "place" not in value:
        value = {"place": places[-1], **value}  # only what AWS has can be described further
    place = value.get("place") if isinstance(value, dict) else None
    if isinstance(value, dict) and place not in places:
        raise RefusedError(f"{place!r} is not a place: {' or '.join(places)}", nearest(place, places))
    return value


def _words(*models: Any) -> Any:
    """Return what reads a place's name in YAML as the map that has only it."""
    names: Any = Literal[tuple(model.model_fields["place"].default for model in models)]
    joined: Any = names
    for model in models:
        joined = joined | model
    return BeforeValidator(partial(_placed, get_args(names)), json_schema_input_type=joined)


class BackupStoreSettings(Settings):
    """The bucket that holds the backups of what is in the cluster."""

    bucket: BucketName | None = Field(
        default=None, description="Its name. Unset: slipway-STACK-backups-ACCOUNT, which needs aws.accountId."
    )
    kms_key_arn: KmsKeyArn | None = Field(
        default=None, description="A KMS key that encrypts it. Unset: keys of S3's own (SSE-S3)."
    )


class DependenciesSettings(Settings):
    """What the dependencies of apps are in this stack: a place's name, or a map of what it is on AWS."""

    postgresql: Annotated[PostgresqlPlace, Field(discriminator="place"), _words(InClusterSettings, RdsSettings)] = (
        Field(default_factory=InClusterSettings, description="inCluster, or rds.")
    )
    redis: Annotated[RedisPlace, Field(discriminator="place"), _words(InClusterSettings, ElastiCacheSettings)] = Field(
        default_factory=InClusterSettings, description="inCluster, or elasticache."
    )
    backups: BackupStoreSettings = Field(
        default_factory=BackupStoreSettings, description="Where backups of what is in the cluster go."
    )

    def of(self, engine: Engine) -> PostgresqlPlace | RedisPlace:
        """Return where dependencies with an engine are."""
        return self.postgresql if engine == "postgresql" else self.redis
