"""Alerts before a certificate expires, and the CRDs that they need."""

import re
from pathlib import Path

import pytest

from components.networking.certificates.alerts import RUNBOOK, alert_rules
from components.networking.certificates.settings import ExpiryAlertSettings
from components.operations.monitoring_crds import MonitoringCrds, monitoring_crds_needed
from components.operations.monitoring_names import RUNBOOKS
from tests.support.certificates import AUTHORITY, EMAIL, objects, record_certificates, settings, values
from tests.support.incluster import CHARTS, outliving, record_in_cluster, unsound, waits_for
from tests.support.recorded import Recording
from tests.support.stacks import stack

RELEASE = "kubernetes:helm.sh/v3:Release"
ALERTS = {"warningDays": 20, "criticalDays": 5}
EVERYTHING = {
    "email": EMAIL,
    "trust": {},
    "privateCa": True,
    "awsPrivateCa": {"arn": AUTHORITY},
    "expiryAlerts": ALERTS,
}
RULES = {rule["alert"]: rule for rule in alert_rules(ExpiryAlertSettings(warning_days=20, critical_days=5))}
METRICS = {
    "certmanager_certificate_expiration_timestamp_seconds",
    "certmanager_certificate_renewal_timestamp_seconds",
    "certmanager_certificate_ready_status",
    "certmanager_clusterissuer_ready_status",
    "certmanager_http_acme_client_request_count",
    "certmanager_clock_time_seconds_gauge",
}
"""What cert-manager 1.21 reports, by its source."""


def manager_namespace(recording: Recording) -> str:
    namespace: str = recording.one(RELEASE, "certificates-cert-manager").inputs["namespace"]
    return namespace


def test_what_is_made_exists_and_goes_with_the_cluster() -> None:
    recording = record_certificates(settings(**EVERYTHING), install_trust=True)
    assert unsound(recording) == []
    assert outliving(recording) == []
    assert recording.urns == record_certificates(settings(**EVERYTHING), install_trust=True, known=False).urns


def test_the_rule_and_every_scrape_target_wait_for_the_crds() -> None:
    recording = record_certificates(settings(**EVERYTHING), install_trust=True)
    rule = objects(recording, "PrometheusRule")["certificates"]
    assert waits_for(recording, rule) == {"certificates-cert-manager", "monitoring-crds"}
    assert rule.inputs["metadata"]["namespace"] == manager_namespace(recording)
    manager = recording.one(RELEASE, "certificates-cert-manager")
    assert "monitoring-crds" in waits_for(recording, manager)
    for later in ("certificates-trust-manager", "certificates-aws-private-ca-controller"):
        assert manager.name in waits_for(recording, recording.one(RELEASE, later))


def test_everything_that_issues_is_scraped_and_only_then() -> None:
    watched = record_certificates(settings(**EVERYTHING), install_trust=True)
    # Otherwise Prometheus would put the pod's namespace in place of the Certificate's.
    assert values(watched, "certificates-cert-manager")["prometheus"]["servicemonitor"] == {
        "enabled": True,
        "honorLabels": True,
    }
    assert values(watched, "certificates-trust-manager")["app"]["metrics"]["service"]["servicemonitor"]["enabled"]
    assert values(watched, "certificates-aws-private-ca-controller")["serviceMonitor"]["create"]

    rooms = {key: room for key, room in EVERYTHING.items() if key != "expiryAlerts"}
    plain = record_certificates(settings(**rooms), install_trust=True)
    assert objects(plain, "PrometheusRule") == {}
    assert "prometheus" not in values(plain, "certificates-cert-manager")
    assert not values(plain, "certificates-trust-manager")["app"]["metrics"]["service"]["servicemonitor"]["enabled"]
    assert not values(plain, "certificates-aws-private-ca-controller")["serviceMonitor"]["create"]
    assert "monitoring-crds" not in waits_for(plain, plain.one(RELEASE, "certificates-cert-manager"))

    without_alerts = record_certificates(settings(**rooms), install_trust=True, monitoring=True)
    assert objects(without_alerts, "PrometheusRule") == {}
    assert values(without_alerts, "certificates-cert-manager")["prometheus"]["servicemonitor"]["enabled"]


@pytest.mark.parametrize(
    ("alert", "severity", "days"),
    [("CertificateAboutToExpire", "critical", 5), ("CertificateExpiresSoon", "warning", 20)],
)
def test_the_days_are_the_settings(alert: str, severity: str, days: int) -> None:
    rule = RULES[alert]
    assert rule["labels"]["severity"] == severity
    assert f"- time() < {days} * 86400" in rule["expr"]


@pytest.mark.parametrize("alert", ["CertificateAboutToExpire", "CertificateExpiresSoon", "CertificateRenewalOverdue"])
def test_a_short_life_alone_is_no_alarm(alert: str) -> None:
    expr = RULES[alert]["expr"]
    # A certificate that was not issued yet has the time zero.
    assert "certmanager_certificate_expiration_timestamp_seconds > 0" in expr
    overdue = "certmanager_certificate_renewal_timestamp_seconds) < time()"
    assert re.search(rf"\) and on \(namespace, name\) \(.*{re.escape(overdue)}\)$", expr)


def test_the_metrics_are_cert_managers() -> None:
    named = {metric for rule in RULES.values() for metric in re.findall(r"certmanager_\w+", rule["expr"])}
    assert named == METRICS


def test_each_alert_says_what_it_is_about_and_where_the_runbook_is() -> None:
    page = (Path(__file__).parents[3] / RUNBOOK).read_text()
    headings = set(re.findall(r"^### (\w+)$", page, re.MULTILINE))
    assert headings == set(RULES)
    for alert, rule in RULES.items():
        assert rule["annotations"]["runbook_url"] == f"{RUNBOOKS}/{RUNBOOK}#{alert.lower()}"
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["for"]


def test_nobody_is_paged_for_what_can_wait() -> None:
    assert {alert for alert, rule in RULES.items() if rule["labels"]["severity"] == "critical"} == {
        "CertificateAboutToExpire",
        "CertManagerAbsent",
    }


def test_the_crds_stay_when_the_release_goes() -> None:
    recording = record_in_cluster(lambda target, _: MonitoringCrds("monitoring", target=target, charts=CHARTS))
    release = recording.one(RELEASE, "monitoring-definitions")
    assert release.inputs["values"]["crds"]["annotations"] == {"helm.sh/resource-policy": "keep"}
    assert release.inputs["namespace"] == "kube-system"
    # Before the first node is there: definitions run no pods.
    assert waits_for(recording, release) == set()
    assert unsound(recording) == []
    assert outliving(recording) == []


def test_the_crds_come_with_the_first_alert() -> None:
    assert monitoring_crds_needed(stack(certificates={"email": EMAIL, "expiryAlerts": {}}))
    assert not monitoring_crds_needed(stack(certificates={"email": EMAIL}))
    assert not monitoring_crds_needed(stack())
