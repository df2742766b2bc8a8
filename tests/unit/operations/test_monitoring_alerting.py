"""Who is told of which alert: the routes, the receivers, and that no credential is in them."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.operations.monitoring_alerting import (
    alertmanager_config,
    mounted_secrets,
    topic_arns,
    topic_statements,
)
from components.operations.monitoring_settings import AlertmanagerSettings

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
KINDS: dict[str, dict[str, Any]] = {
    "slack": {"slack": {"channel": "#alerts", "url": {"name": "slack", "key": "url"}}},
    "pagerduty": {"pagerduty": {"routingKey": {"name": "pager", "key": "routing-key"}}},
    "webhook": {"webhook": {"url": {"name": "hook", "key": "url"}}},
    "sns": {"sns": {"topicArn": TOPIC}},
}

names = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(lambda name: name != "null")
receivers = st.dictionaries(
    names,
    st.builds(
        lambda kind, severities, watchdog: {**kind, "severities": severities, "watchdog": watchdog},
        st.sampled_from(list(KINDS.values())),
        st.lists(st.sampled_from(["critical", "warning", "info"]), unique=True),
        st.booleans(),
    ),
    max_size=5,
)


def settings(found: dict[str, Any]) -> AlertmanagerSettings:
    return AlertmanagerSettings.model_validate({"receivers": found}, by_name=False)


def config(**found: dict[str, Any]) -> dict[str, Any]:
    return alertmanager_config(settings(found))


def told(route: dict[str, Any], alert: dict[str, str]) -> list[str]:
    """Return who is told of an alert, as Alertmanager walks its routes."""
    found = []
    for each in route["routes"]:
        if all(_matches(matcher, alert) for matcher in each["matchers"]):
            found.append(each["receiver"])
            if not each.get("continue"):
                break
    return [name for name in found or [route["receiver"]] if name != "null"]


def _matches(matcher: str, alert: dict[str, str]) -> bool:
    parts = re.fullmatch(r'(\w+) (=|=~) "([^"]*)"', matcher)
    assert parts is not None, matcher
    value = alert.get(parts[1], "")
    return value == parts[3] if parts[2] == "=" else re.fullmatch(parts[3], value) is not None


@given(receivers)
def test_every_alert_reaches_exactly_the_receivers_of_its_severity(found: dict[str, Any]) -> None:
    made = alertmanager_config(settings(found))
    for severity in ("critical", "warning", "info", "none"):
        expected = sorted(name for name, each in found.items() if severity in each["severities"])
        assert told(made["route"], {"alertname": "Any", "severity": severity}) == expected
    watching = sorted(name for name, each in found.items() if each["watchdog"])
    assert told(made["route"], {"alertname": "Watchdog", "severity": "none"}) == watching


@given(receivers)
def test_every_route_leads_to_a_receiver_and_every_secret_is_mounted(found: dict[str, Any]) -> None:
    wanted = settings(found)
    made = alertmanager_config(wanted)
    known = [each["name"] for each in made["receivers"]]
    assert known == ["null", *sorted(found)]
    assert {route["receiver"] for route in made["route"]["routes"]} <= set(known)
    files = re.findall(r"/etc/alertmanager/secrets/([^/']+)/", str(made))
    assert sorted(set(files)) == mounted_secrets(wanted)
    topics = topic_arns(wanted)
    assert [each["Resource"] for each in topic_statements(wanted)] == ([topics] if topics else [])


def test_each_way_to_be_told_reads_its_credential_from_a_file() -> None:
    made = {each["name"]: each for each in config(**KINDS)["receivers"]}
    assert made["slack"]["slack_configs"] == [
        {"send_resolved": True, "api_url_file": "/etc/alertmanager/secrets/slack/url", "channel": "#alerts"}
    ]
    (pagerduty,) = made["pagerduty"]["pagerduty_configs"]
    assert pagerduty["routing_key_file"] == "/etc/alertmanager/secrets/pager/routing-key"
    assert "CommonLabels.severity" in pagerduty["severity"]
    assert made["webhook"]["webhook_configs"] == [
        {"send_resolved": True, "url_file": "/etc/alertmanager/secrets/hook/url"}
    ]
    # The topic's own region, wherever the cluster is.
    assert made["sns"]["sns_configs"] == [{"send_resolved": True, "topic_arn": TOPIC, "sigv4": {"region": "eu-west-1"}}]


def test_the_watchdog_is_heard_every_five_minutes() -> None:
    (heartbeat, silence) = config(dead={**KINDS["webhook"], "severities": [], "watchdog": True})["route"]["routes"]
    assert (heartbeat["receiver"], heartbeat["repeat_interval"], heartbeat["group_wait"]) == ("dead", "5m", "0s")
    assert silence == {"receiver": "null", "matchers": ['alertname = "Watchdog"']}


@pytest.mark.parametrize(
    ("found", "message"),
    [
        ({"null": KINDS["slack"]}, "nobody is told"),
        ({"a": {"slack": {"channel": "#a b", "url": {"name": "s", "key": "u"}}}}, "pattern"),
        ({"a": {"sns": {"topicArn": f"{TOPIC}.fifo"}}}, "pattern"),
        ({"a": {"webhook": {"url": "https://example.com"}}}, "SecretKeyRef"),
    ],
)
def test_what_cannot_be_told_is_refused(found: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        settings(found)
