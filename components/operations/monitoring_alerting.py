"""Who Alertmanager tells of which alert, and what it may do in AWS for that: pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.operations.monitoring_settings import NOBODY, AlertmanagerSettings, ReceiverSettings, SecretKeyRef

SECRETS = "/etc/alertmanager/secrets"
"""Where the operator mounts the Secrets of `alertmanagerSpec.secrets`, each in a folder of its name."""

WATCHDOG = 'alertname = "Watchdog"'
HEARTBEAT = {"group_wait": "0s", "group_interval": "1m", "repeat_interval": "5m"}

# PagerDuty's severities are the alerts' own, and it refuses any other word.
_PAGERDUTY_SEVERITY = "{{ if .CommonLabels.severity }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}"


def _file(reference: SecretKeyRef) -> str:
    return f"{SECRETS}/{reference.name}/{reference.key}"


def topic_region(arn: str) -> str:
    """Return the region of an SNS topic, the fourth part of its ARN."""
    return arn.split(":")[3]


def _integrations(settings: ReceiverSettings) -> Iterator[tuple[str, dict[str, Any]]]:
    if settings.slack is not None:
        yield "slack_configs", {"api_url_file": _file(settings.slack.url), "channel": settings.slack.channel}
    if settings.pagerduty is not None:
        key = _file(settings.pagerduty.routing_key)
        yield "pagerduty_configs", {"routing_key_file": key, "severity": _PAGERDUTY_SEVERITY}
    if settings.webhook is not None:
        yield "webhook_configs", {"url_file": _file(settings.webhook.url)}
    if settings.sns is not None:
        arn = settings.sns.topic_arn
        yield "sns_configs", {"topic_arn": arn, "sigv4": {"region": topic_region(arn)}}


def _receiver(name: str, settings: ReceiverSettings) -> dict[str, Any]:
    """Return a receiver, which is told of the end of an alert, too."""
    return {"name": name, **{key: [{"send_resolved": True, **each}] for key, each in _integrations(settings)}}


def _routes(receivers: Mapping[str, ReceiverSettings]) -> Iterator[dict[str, Any]]:
    """Yield the routes. Each goes on to the next, so that an alert reaches every receiver of its severity."""
    for name, each in receivers.items():
        if each.watchdog:
            yield {"receiver": name, "matchers": [WATCHDOG], "continue": True, **HEARTBEAT}
    yield {"receiver": NOBODY, "matchers": [WATCHDOG]}
    for name, each in receivers.items():
        if each.severities:
            wanted = "|".join(each.severities)
            yield {"receiver": name, "matchers": [f'severity =~ "{wanted}"'], "continue": True}


def alertmanager_config(settings: AlertmanagerSettings) -> dict[str, Any]:
    """Return Alertmanager's configuration, as far as it is not the chart's own (which alert silences which).

    No credential is in it: each is read from a file, when it is needed.
    """
    receivers = dict(sorted(settings.receivers.items()))
    return {
        "route": {
            "receiver": NOBODY,
            "group_by": ["namespace", "alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": list(_routes(receivers)),
        },
        "receivers": [{"name": NOBODY}, *(_receiver(name, each) for name, each in receivers.items())],
    }


def mounted_secrets(settings: AlertmanagerSettings) -> list[str]:
    """Return the names of the Secrets that hold the receivers' credentials."""
    references = (
        reference
        for each in settings.receivers.values()
        for reference in (
            each.slack.url if each.slack else None,
            each.pagerduty.routing_key if each.pagerduty else None,
            each.webhook.url if each.webhook else None,
        )
    )
    return sorted({reference.name for reference in references if reference is not None})


def topic_arns(settings: AlertmanagerSettings) -> list[str]:
    """Return the SNS topics of all receivers."""
    return sorted({each.sns.topic_arn for each in settings.receivers.values() if each.sns is not None})


def topic_statements(settings: AlertmanagerSettings) -> list[dict[str, Any]]:
    """Return the IAM statements of Alertmanager: to publish to these topics; none without."""
    topics = topic_arns(settings)
    return [{"Effect": "Allow", "Action": "sns:Publish", "Resource": topics}] if topics else []
