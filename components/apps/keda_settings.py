"""Scaling by events: what an app's file says to KEDA."""

from typing import Annotated, Literal

from pydantic import Field

from components.apps.cron_words import CronFields, Timezone
from components.apps.environment import KeySettings
from components.apps.keda_http_settings import HttpTriggerSettings, MetricsApiTriggerSettings, RabbitMqTriggerSettings
from components.apps.keda_job_settings import ScaledJobSettings
from components.apps.scaling_metrics import ResourceTargetSettings
from components.model import Settings
from components.names import INT32_MAX, Name, Text
from components.operations.autoscaling_settings import QueueArn

_Count = Annotated[int, Field(ge=0, le=INT32_MAX)]
_Positive = Annotated[int, Field(ge=1, le=INT32_MAX)]
_Word = Annotated[Text, Field(min_length=1, max_length=1024)]
_Parameter = Annotated[str, Field(pattern=r"^[a-zA-Z]+$", max_length=63)]
_Broker = Annotated[str, Field(pattern=r"^[^\s,:]+:\d{1,5}$", max_length=255)]
_Number = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class CronTriggerSettings(Settings):
    """A number of pods between two times of each day, week or month."""

    timezone: Timezone = Field(description="The time zone by its IANA name, such as Europe/Berlin or UTC.")
    start: CronFields = Field(description="When it begins: minute, hour, day of month, month, day of week.")
    end: CronFields = Field(description="When it ends.")
    desired_replicas: _Positive = Field(description="The number of pods in between.")


class SqsTriggerSettings(Settings):
    """The messages of a queue of Amazon SQS."""

    queue_arn: QueueArn = Field(description="The queue. By its ARN, which says the region and the account too.")
    queue_length: _Positive = Field(default=5, description="Messages that one pod handles at a time. KEDA's default.")
    activation_queue_length: _Count = Field(default=0, description="Up to so many messages, no pod is started.")
    scale_on_in_flight: bool = Field(
        default=True, description="Whether messages count that a pod has taken and not yet deleted."
    )
    scale_on_delayed: bool = Field(default=False, description="Whether messages count that are not yet due.")


class KafkaTriggerSettings(Settings):
    """What a consumer group has not read yet of a topic."""

    bootstrap_servers: Annotated[tuple[_Broker, ...], Field(min_length=1)] = Field(
        description="Brokers to begin with, each HOST:PORT."
    )
    consumer_group: _Word = Field(description="The app's consumer group.")
    topic: _Word | None = Field(default=None, description="The topic. Unset: all that the group reads.")
    lag_threshold: _Positive = Field(default=10, description="Messages behind per pod. KEDA's default.")
    activation_lag_threshold: _Count = Field(default=0, description="Up to so many, no pod is started.")
    offset_reset_policy: Literal["latest", "earliest"] = Field(
        default="latest", description="Where a group without an offset begins, as the app's client does."
    )
    allow_idle_consumers: bool = Field(
        default=False, description="Whether there may be more pods than partitions, which would have nothing to read."
    )
    limit_to_partitions_with_lag: bool = Field(
        default=False, description="Whether there are at most as many pods as partitions that are behind."
    )
    sasl: Literal["none", "plaintext", "scram_sha256", "scram_sha512"] = Field(
        default="none", description="How KEDA logs in, with `username` and `password` under secretTargetRef."
    )
    tls: bool = Field(default=False, description="Whether the brokers are called by TLS; `ca` may be a secret.")


class PrometheusTriggerSettings(Settings):
    """The answer to a query of Prometheus: one number."""

    server_address: Annotated[str, Field(pattern=r"^https?://[^\s]+$", max_length=1024)] | None = Field(
        default=None, description="The server's URL. Unset: the stack's own Prometheus."
    )
    query: _Word = Field(description="The query, in PromQL.")
    threshold: _Number = Field(description="What one pod stands for: the answer divided by it is the number of pods.")
    activation_threshold: Annotated[float, Field(ge=0, allow_inf_nan=False)] = Field(
        default=0, description="Up to this answer, no pod is started."
    )
    ignore_null_values: bool = Field(
        default=True, description="Whether no answer means 0; false makes it an error, which `fallback` is for."
    )
    auth_modes: Literal["basic", "bearer", "tls"] | None = Field(
        default=None, description="How KEDA logs in, with what secretTargetRef has. Unset: not at all."
    )


class ResourceTriggerSettings(ResourceTargetSettings):
    """CPU or memory beside the other triggers: a share of the requests or an amount per pod."""

    container: Name | None = Field(default=None, description="The container. Unset: the whole pod.")

    @property
    def sources(self) -> list[str]:
        """The targets that are set, of which there must be one."""
        return [each for each in super().sources if each != "container"]


class TriggerSettings(Settings):
    """One trigger: exactly one of its sorts, and how KEDA logs in there."""

    cron: CronTriggerSettings | None = Field(default=None, description="A schedule.")
    aws_sqs_queue: SqsTriggerSettings | None = Field(default=None, description="A queue of Amazon SQS.")
    kafka: KafkaTriggerSettings | None = Field(default=None, description="A consumer group of Kafka.")
    prometheus: PrometheusTriggerSettings | None = Field(default=None, description="A query of Prometheus.")
    http: HttpTriggerSettings | None = Field(
        default=None, description="Requests to the app, counted by its mesh or its own metrics (monitoring.metrics)."
    )
    rabbitmq: RabbitMqTriggerSettings | None = Field(default=None, description="A queue of RabbitMQ.")
    metrics_api: MetricsApiTriggerSettings | None = Field(
        default=None, description="A number in the answer of an HTTP API, such as requests per second."
    )
    cpu: ResourceTriggerSettings | None = Field(default=None, description="CPU of the pods.")
    memory: ResourceTriggerSettings | None = Field(default=None, description="Memory of the pods.")
    secret_target_ref: dict[_Parameter, KeySettings] = Field(
        default_factory=dict,
        description=(
            "What KEDA logs in with, by its parameter's name, each a key of a Secret in the app's namespace. Unset:"
            " nothing, and for a queue of SQS KEDA's own identity in AWS."
        ),
    )

    @property
    def sources(self) -> list[str]:
        """The sorts that are set, of which there must be one."""
        named = self.model_dump(by_alias=True, exclude_none=True, exclude={"secret_target_ref"})
        return list(named)

    @property
    def measured(self) -> ResourceTriggerSettings | None:
        """The part that goes by what metrics-server measures, None for the others."""
        return self.cpu or self.memory

    @property
    def pod_identity(self) -> bool:
        """Whether KEDA asks with its own AWS identity."""
        return self.aws_sqs_queue is not None and not self.secret_target_ref


class FallbackSettings(Settings):
    """What to do while a trigger's source does not answer."""

    failure_threshold: _Positive = Field(default=3, description="Failures in a row before it counts.")
    replicas: _Count = Field(description="The number of pods then.")
    behavior: Literal["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"] = Field(
        default="currentReplicasIfHigher",
        description=(
            "static: always `replicas`; currentReplicasIfHigher: never fewer than there are, since the load is still"
            " there when its measure is not."
        ),
    )


class AppKedaSettings(ScaledJobSettings):
    """How KEDA scales the app between scaling.minReplicas, which may be 0, and scaling.maxReplicas.

    Of a Job these are the Jobs at the same time.
    """

    triggers: Annotated[dict[Name, TriggerSettings], Field(min_length=1)] = Field(
        description="What it goes by, by names of your own; the greatest number of pods of all counts."
    )
    idle_replica_count: Literal[0] | None = Field(
        default=None,
        description="0: no pods while no trigger is active, and scaling.minReplicas as soon as one is. Unset: as if"
        " one always were.",
    )
    polling_interval: _Positive | None = Field(
        default=None,
        description="Seconds between two looks while there are no pods, or of a Job always. Unset: KEDA's 30.",
    )
    cooldown_period: _Count | None = Field(
        default=None, description="Seconds without activity before the last pods go. Unset: KEDA's 300."
    )
    initial_cooldown_period: _Count | None = Field(
        default=None, description="Seconds after the app is made before pods may go to 0. Unset: KEDA's 0."
    )
    fallback: FallbackSettings | None = Field(
        default=None, description="What to do while a source does not answer. Unset: nothing changes."
    )
    restore_to_original_replica_count: bool = Field(
        default=False, description="Whether the app gets its first number of pods back when it is no longer scaled."
    )

    @property
    def idles(self) -> bool:
        """Whether idleReplicaCount lets the app go to nothing."""
        return self.idle_replica_count is not None
