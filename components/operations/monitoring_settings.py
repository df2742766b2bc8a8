"""What a stack says about its monitoring: Prometheus, Alertmanager and Grafana."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.model import Settings
from components.names import Name
from components.operations.monitoring_names import RUNBOOKS
from components.quantity import Cores, Memory

Severity = Literal["critical", "warning", "info"]

NOBODY = "null"
"""The receiver of what nobody is told, as kube-prometheus-stack calls it."""

Replicas = Annotated[int, Field(ge=1, le=5)]

VolumeSize = Annotated[str, Field(pattern=r"^[1-9]\d*(Gi|Ti)$", examples=["50Gi"])]
"""A volume, at least a gibibyte: the least that EBS has."""

Retention = Annotated[str, Field(pattern=r"^[1-9]\d*(h|d|w|y)$", examples=["15d"])]
"""A time span as Prometheus writes it: hours, days, weeks or years."""

SecretKey = Annotated[str, Field(pattern=r"^[-._a-zA-Z0-9]+$", max_length=253, examples=["url"])]

TopicArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws:sns:[a-z]{2}(-[a-z]+)+-\d:\d{12}:[A-Za-z0-9_-]{1,256}$",
        examples=["arn:aws:sns:us-west-2:123456789012:alerts"],
    ),
]
"""A topic of Amazon SNS. Not a FIFO one: it wants a group for each message."""


def _not_nobody(value: str) -> str:
    if value == NOBODY:
        raise ValueError(f"{value!r} is the receiver of alerts that nobody is told: name this one otherwise")
    return value


class SecretKeyRef(Settings):
    """A key of a Secret that is there already, in the namespace `monitoring`."""

    name: Name = Field(description="The Secret.")
    key: SecretKey = Field(description="The key in it.")


class SlackSettings(Settings):
    """Messages to a channel of Slack."""

    channel: Annotated[str, Field(pattern=r"^[#@]?[^\s#@]+$", max_length=81)] = Field(description="The channel.")
    url: SecretKeyRef = Field(description="Where the address of the incoming webhook is, which is the credential.")


class PagerDutySettings(Settings):
    """Incidents in PagerDuty, by its Events API v2."""

    routing_key: SecretKeyRef = Field(description="Where the integration's routing key is.")


class WebhookSettings(Settings):
    """Requests to a server of one's own, as Alertmanager's webhook sends them."""

    url: SecretKeyRef = Field(description="Where the address is.")


class SnsSettings(Settings):
    """Messages to a topic of Amazon SNS, with an AWS identity of Alertmanager's own."""

    topic_arn: TopicArn = Field(description="The topic.")


class ReceiverSettings(Settings):
    """Somebody who is told of alerts: one of slack, pagerduty, webhook and sns."""

    severities: tuple[Severity, ...] = Field(
        default=("critical", "warning"), description="The alerts that it gets, by their label severity."
    )
    watchdog: bool = Field(
        default=False,
        description="Whether it is told every five minutes that alerts still get through, by the alert Watchdog, which"
        " always fires: for a service that raises an alarm when it hears nothing.",
    )
    slack: SlackSettings | None = Field(default=None, description="Slack.")
    pagerduty: PagerDutySettings | None = Field(default=None, description="PagerDuty.")
    webhook: WebhookSettings | None = Field(default=None, description="A server of one's own.")
    sns: SnsSettings | None = Field(default=None, description="Amazon SNS.")


class PrometheusSettings(Settings):
    """Prometheus. Each pod scrapes everything and has a volume of its own."""

    replicas: Replicas = Field(default=2, description="The number of pods, each on a node of its own.")
    retention: Retention = Field(
        default="15d", description="How long samples are kept, as far as the volume holds them. Prometheus's default."
    )
    storage: VolumeSize = Field(default="50Gi", description="Each pod's volume.")
    cpu: Cores = Field(default="500m", description="Each pod's CPU request. It has no CPU limit.")
    memory: Memory = Field(
        default="2Gi",
        description="Each pod's memory, request and limit: some 8 KiB for each time series that is scraped, and what"
        " queries take.",
    )


class AlertmanagerSettings(Settings):
    """Alertmanager, which tells people of alerts, each once."""

    replicas: Replicas = Field(
        default=2, description="The number of pods, each on a node of its own; they agree on who was told."
    )
    storage: VolumeSize = Field(default="2Gi", description="Each pod's volume, for silences and who was told.")
    receivers: dict[Annotated[Name, AfterValidator(_not_nobody)], ReceiverSettings] = Field(
        default_factory=dict, description="Who is told, by name. None: alerts are seen by whoever looks."
    )


class GrafanaSettings(Settings):
    """Grafana. It keeps nothing: dashboards are ConfigMaps with the label grafana_dashboard: "1"."""

    enabled: bool = Field(default=True, description="Whether it is installed.")
    admin_secret: Name | None = Field(
        default=None,
        description="A Secret in the namespace `monitoring` with the administrator's admin-user and admin-password,"
        " which must be there already. Unset: nobody logs in, and whoever reaches Grafana may look at everything.",
    )


WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s?#/]+(/[^\s?#]*)?$", max_length=500)]
"""The address of a page, or of what pages are below."""


class MonitoringSettings(Settings):
    """kube-prometheus-stack: what is measured, who is told, and where it is seen."""

    prometheus: PrometheusSettings = Field(default_factory=PrometheusSettings, description="Prometheus.")
    alertmanager: AlertmanagerSettings = Field(default_factory=AlertmanagerSettings, description="Alertmanager.")
    grafana: GrafanaSettings = Field(default_factory=GrafanaSettings, description="Grafana.")
    storage_class: Name | None = Field(
        default=None, description="The class of the volumes. Unset: storage.defaultClass, or the cluster's own default."
    )
    readers: tuple[Name, ...] = Field(
        default=(),
        description="Further namespaces whose pods may ask Prometheus and Alertmanager, which ask nobody for a"
        " password. The platform's own that do so are admitted already.",
    )
    runbook_url: WebAddress = Field(
        default=RUNBOOKS,
        description="Where the pages are read that alerts lead to: the address before docs/runbooks/app-alerts.md.",
    )
