"""What an app says about how it is watched: monitoring, alerts, a service level objective, its logs."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from components.apps.traffic import Duration
from components.apps.words import HttpPath
from components.model import Settings
from components.names import LabelValue

AlertName = Literal[
    "down", "replicas", "targets", "errors", "latency", "cpuThrottling", "memory", "scaling", "crashLoop"
]
"""The default alerts of an app, by the key that switches them."""

AlertSeverity = Literal["critical", "warning", "info"]
"""The severities that Alertmanager's receivers of the stack choose from."""

AlertDuration = Annotated[str, Field(pattern=r"^[1-9]\d{0,3}(s|m|h)$", examples=["5m"])]
"""How long something must hold before somebody is told, as Prometheus writes it."""

MetricName = Annotated[str, Field(pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$", max_length=200)]
"""The name of a metric. No colon: those are the names of recording rules."""

Matcher = Annotated[
    str,
    Field(pattern=r'^[a-zA-Z_][a-zA-Z0-9_]*(=|!=|=~|!~)"[^"\\{}\n]+"$', max_length=200, examples=['code=~"5.."']),
]
"""One label matcher of PromQL."""


def _histogram(value: str) -> str:
    if value.endswith(("_bucket", "_count", "_sum")):
        raise ValueError(f"{value!r} is one of a histogram's series: name the histogram, without the last part")
    return value


class AlertSettings(Settings):
    """One alert, where it differs from its default (docs/guide/app-observability.md has the table)."""

    enabled: bool = Field(default=True, description="Whether it exists.")
    threshold: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description=(
            "Above what it fires (replicas: below what), in percent; latency in milliseconds. down, scaling and"
            " crashLoop have none. Unset: the table's."
        ),
    )
    for_: AlertDuration | None = Field(default=None, alias="for", description="For how long first. Unset: the table's.")
    severity: AlertSeverity | None = Field(
        default=None, description="Its label severity, by which receivers choose. Unset: the tier's."
    )


class RequestMetricsSettings(Settings):
    """The app's own metrics of its requests, out of its `metrics` port; without them the mesh measures, if it can."""

    requests: MetricName = Field(description="A counter of all requests, such as http_requests_total.")
    errors: Matcher = Field(default='code=~"5.."', description="Which of its series are failures: a label matcher.")
    latency: Annotated[MetricName, AfterValidator(_histogram)] | None = Field(
        default=None,
        description="A classic histogram of how long they took, in seconds, such as http_request_duration_seconds.",
    )


class AppMonitoringSettings(Settings):
    """How an app is watched. `monitoring: true` stands for `{}`, `monitoring: false` for `{enabled: false}`."""

    enabled: bool = Field(default=True, description="Whether it is watched.")
    path: HttpPath = Field(default="/metrics", description="The path that is scraped on the port `metrics`.")
    interval: AlertDuration = Field(default="30s", description="How often. The default is the seed's.")
    metrics: RequestMetricsSettings | None = Field(
        default=None, description="The app's own metrics of its requests. Unset: the mesh's, where there are any."
    )
    alerts: dict[AlertName, AlertSettings] = Field(
        default_factory=dict, description="Alerts that differ from their defaults, by name."
    )
    dashboard: bool = Field(default=True, description="Whether Grafana gets a dashboard of the app.")
    runbook: Annotated[str, Field(pattern=r"^[^\s#]+$", max_length=500)] = Field(
        default="docs/runbooks/app-alerts.md",
        description="The page that each alert leads to, an address or a path below the stack's monitoring.runbookUrl;"
        " the alert's name follows after a #.",
    )


def _objective(value: float) -> float:
    if len(str(value).partition(".")[2]) > 3:
        raise ValueError(f"{value} has more than three decimals: 99.999 is 26 seconds a month")
    return value


Objective = Annotated[float, Field(ge=90, lt=100), AfterValidator(_objective)]
"""A share of requests in percent."""


class LatencyObjectiveSettings(Settings):
    """A share of requests that are answered in time."""

    objective: Objective = Field(default=99.0, description="The percentage of requests that are quick enough.")
    threshold: Duration = Field(
        description="What is quick enough; a boundary of the histogram's buckets, between which nothing is counted."
    )


class SloSettings(Settings):
    """A service level objective, and alerts when its error budget is spent too fast."""

    availability: Objective = Field(default=99.9, description="The percentage of requests that do not fail.")
    latency: LatencyObjectiveSettings | None = Field(default=None, description="How quick they are. Unset: no matter.")
    window: Annotated[str, Field(pattern=r"^(2[89]|[3-8]\d|90)d$", examples=["30d"])] = Field(
        default="30d", description="Over how many days, 28d to 90d."
    )

    @property
    def days(self) -> int:
        """The window in days."""
        return int(self.window.removesuffix("d"))


class LogSettings(Settings):
    """How the app's log lines are read."""

    parser: Annotated[LabelValue, Field(min_length=1)] = Field(
        description="The parser of Fluent Bit, by its name in its configuration, such as json or nginx."
    )


def _switch(value: object) -> object:
    return {"enabled": value} if isinstance(value, bool) else value


AppMonitoring = Annotated[
    AppMonitoringSettings, BeforeValidator(_switch, json_schema_input_type=bool | AppMonitoringSettings)
]
"""`monitoring` of an app: true, false, or what differs from the defaults."""


def budget(objective: float) -> Decimal:
    """Return the share of requests that may miss an objective, exactly: 0.001 of 99.9."""
    return (100 - Decimal(str(objective))) / 100
