"""Triggers whose source KEDA asks over the network by itself: RabbitMQ, and an HTTP API that answers a number.

https://keda.sh/docs/2.20/scalers/rabbitmq-queue/ and https://keda.sh/docs/2.20/scalers/metrics-api/
"""

from typing import Annotated, Literal

from pydantic import Field

from components.model import Settings
from components.names import Text

_Word = Annotated[Text, Field(min_length=1, max_length=1024)]
_Number = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Floor = Annotated[float, Field(ge=0, allow_inf_nan=False)]

OVER_HTTP = frozenset({"MessageRate", "DeliverGetRate", "PublishedToDeliveredRatio", "ExpectedQueueConsumptionTime"})
"""The modes of RabbitMQ that only its management API knows."""

ABSOLUTE = OVER_HTTP - {"MessageRate"}
"""Those of them that are no amount per pod: KEDA advises metricType Value."""


class HttpTriggerSettings(Settings):
    """The requests that the app itself serves, as its mesh or its own metrics count them."""

    requests_per_second: _Number = Field(description="Requests per second that one pod serves.")


class RabbitMqTriggerSettings(Settings):
    """A queue of RabbitMQ."""

    host: Annotated[str, Field(pattern=r"^(amqps?|https?)://[^\s@]+$", max_length=1024)] | None = Field(
        default=None,
        description=(
            "The broker, amqp://HOST:PORT/VHOST or http://HOST:PORT/VHOST of its management API, without a login."
            " Unset: `host` under secretTargetRef."
        ),
    )
    queue_name: _Word = Field(description="The queue.")
    mode: Literal[
        "QueueLength", "MessageRate", "DeliverGetRate", "PublishedToDeliveredRatio", "ExpectedQueueConsumptionTime"
    ] = Field(default="QueueLength", description="What is measured; all but QueueLength need the management API.")
    value: _Number = Field(default=20, description="What one pod stands for, such as messages in the queue.")
    activation_value: _Floor = Field(default=0, description="Up to so much, no pod is started.")
    protocol: Literal["auto", "amqp", "http"] = Field(default="auto", description="auto: as the host's URL says.")
    vhost_name: _Word | None = Field(default=None, description="The virtual host. Unset: the one in the URL.")
    exclude_unacknowledged: bool = Field(
        default=False, description="Whether messages that are delivered and not acknowledged do not count (http)."
    )


class MetricsApiTriggerSettings(Settings):
    """A number in the answer of an HTTP API."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s@]+$", max_length=1024)] = Field(
        description="What KEDA asks, by GET, such as http://orders-service.web:8080/stats."
    )
    value_location: _Word = Field(description="Where the number is in the answer, such as components.worker.tasks.")
    target_value: _Number = Field(description="What one pod stands for: the number divided by it is that of the pods.")
    activation_target_value: _Floor = Field(default=0, description="Up to this number, no pod is started.")
    format: Literal["json", "xml", "yaml", "prometheus"] = Field(default="json", description="The answer's format.")
    aggregate_from_kube_service_endpoints: bool = Field(
        default=False,
        description=(
            "Whether every pod behind a Service is asked, by the pods' port; otherwise one, by chance, answers for all."
        ),
    )
    aggregation_type: Literal["average", "sum", "max", "min"] | None = Field(
        default=None, description="What is made of all pods' answers. Unset: KEDA's average."
    )
    auth_mode: Literal["apiKey", "basic", "bearer", "tls"] | None = Field(
        default=None, description="How KEDA logs in, with what secretTargetRef has. Unset: not at all."
    )
    method: Literal["header", "query"] | None = Field(
        default=None, description="Where the key goes (apiKey). Unset: a header."
    )
    key_param_name: _Word | None = Field(
        default=None, description="The header's or the parameter's name (apiKey). Unset: X-API-KEY, or api_key."
    )
