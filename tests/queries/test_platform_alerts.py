"""The alerts on certificates, volumes and backups, in Prometheus."""

from typing import Any

import pytest

from components.networking.certificates.alerts import prometheus_rule_spec
from components.networking.certificates.settings import ExpiryAlertSettings
from tests.queries.engine import Engine
from tests.queries.exporters import series
from tests.support.in_cluster_dependencies import depending, objects

STEP = 120
"""Seconds between two scrapes: a day and more of them."""

HOURS = 30
LONG = HOURS * 3600 // STEP
END = LONG * STEP
DAY = 86_400
CERT_MANAGER = {"job": "cert-manager", "namespace": "web", "name": "api"}


def certificate(expires: float, renewed: float, *, ready: int = 1) -> dict[str, str]:
    """What cert-manager shows of a certificate; `expires` and `renewed` are seconds after the end of the test."""
    return {
        series("certmanager_clock_time_seconds_gauge", {"job": "cert-manager"}): f"0+{STEP}x{LONG}",
        series("certmanager_certificate_expiration_timestamp_seconds", CERT_MANAGER): f"{END + expires:g}x{LONG}",
        series("certmanager_certificate_renewal_timestamp_seconds", CERT_MANAGER): f"{END + renewed:g}x{LONG}",
        series("certmanager_certificate_ready_status", {**CERT_MANAGER, "condition": "True"}): f"{ready}x{LONG}",
    }


@pytest.mark.parametrize(
    ("shown", "alerts"),
    [
        (certificate(60 * DAY, 30 * DAY), set()),
        # a mesh's: two days, and renewed in time
        (certificate(1 * DAY, DAY / 2), set()),
        (certificate(60 * DAY, -2 * DAY), {"CertificateRenewalOverdue"}),
        (certificate(12 * DAY, -2 * DAY), {"CertificateRenewalOverdue", "CertificateExpiresSoon"}),
        (
            certificate(2 * DAY, -2 * DAY),
            {"CertificateRenewalOverdue", "CertificateExpiresSoon", "CertificateAboutToExpire"},
        ),
        (certificate(60 * DAY, 30 * DAY, ready=0), {"CertificateNotReady"}),
        ({}, {"CertManagerAbsent"}),
        (
            {
                **certificate(60 * DAY, 30 * DAY),
                series("certmanager_clusterissuer_ready_status", {"name": "ca", "condition": "True"}): f"0x{LONG}",
            },
            {"IssuerNotReady"},
        ),
        (
            {
                **certificate(60 * DAY, 30 * DAY),
                series(
                    "certmanager_http_acme_client_request_count", {"status": "429", "host": "acme.example.com"}
                ): f"_x{LONG - 20} 1x20",
            },
            {"AcmeRateLimited"},
        ),
    ],
)
def test_certificates(engine: Engine, shown: dict[str, str], alerts: set[str]) -> None:
    groups = prometheus_rule_spec(ExpiryAlertSettings())["groups"]
    assert engine.evaluate(shown, groups=groups, until=END, step=STEP).alerts() == alerts


def firing(engine: Engine, name: str, shown: dict[str, str], until: int) -> set[str]:
    spec: dict[str, Any] = objects(depending(monitoring={}), name)["data-alerts"]["spec"]
    return engine.evaluate(shown, groups=spec["groups"], until=until, step=STEP).alerts()


def test_a_volume_that_fills_up(engine: Engine) -> None:
    def volume(free: int) -> dict[str, str]:
        labels = {"namespace": "web", "persistentvolumeclaim": "data-web-database-0"}
        return {
            series("kubelet_volume_stats_available_bytes", labels): f"{free}x60",
            series("kubelet_volume_stats_capacity_bytes", labels): "100x60",
        }

    assert firing(engine, "web-database", volume(14), 1800) == {"DependencyVolumeFull"}
    assert firing(engine, "web-database", volume(16), 1800) == set()


def test_a_backup_that_did_not_succeed(engine: Engine) -> None:
    def backup(began: int, succeeded: int | None) -> dict[str, str]:
        labels = {"namespace": "web", "cronjob": "web-cache-backup"}
        shown = {series("kube_cronjob_status_last_schedule_time", labels): f"{began}x{LONG}"}
        if succeeded is not None:
            shown[series("kube_cronjob_status_last_successful_time", labels)] = f"{succeeded}x{LONG}"
        return shown

    late = END - 8 * 3600
    assert firing(engine, "web-cache-backup", backup(late, late + 600), END) == set()
    assert firing(engine, "web-cache-backup", backup(late, late - DAY), END) == {"DependencyBackupFailed"}
    assert firing(engine, "web-cache-backup", backup(late, None), END) == {"DependencyBackupFailed"}
    assert firing(engine, "web-cache-backup", backup(END - 3600, None), END) == set(), "it may still run"
