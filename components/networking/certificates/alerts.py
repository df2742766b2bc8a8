"""Alerts before a certificate expires, from cert-manager's metrics, for the Prometheus operator."""

from collections.abc import Mapping
from typing import Any

from components.networking.certificates.settings import ExpiryAlertSettings
from components.operations.monitoring_names import RUNBOOKS, runbook_url

RUNBOOK = "docs/guide/certificates.md"
"""Where each alert is explained, under its own name."""

_EXPIRES = "max by (namespace, name) (certmanager_certificate_expiration_timestamp_seconds > 0)"
# Zero, which is long ago, where cert-manager has planned no renewal.
_OVERDUE = "max by (namespace, name) (certmanager_certificate_renewal_timestamp_seconds) < time()"
_TOO_MANY = 'certmanager_http_acme_client_request_count{status="429"}'
_REFUSED = f"sum by (host) ({_TOO_MANY})"
_WHICH = "{{ $labels.namespace }}/{{ $labels.name }}"


def _rule(
    alert: str, severity: str, expr: str, wait: str, summary: str, labels: Mapping[str, str] | None = None
) -> dict[str, Any]:
    return {
        "alert": alert,
        "expr": expr,
        "for": wait,
        "labels": {"severity": severity, **(labels or {})},
        "annotations": {"summary": summary},
    }


def _expiring(days: int) -> str:
    """Return the expression of certificates with fewer days left whose renewal is overdue.

    A certificate that lives for two days, as a mesh's do, always has fewer: the overdue renewal tells it from one that
    nobody renews.
    """
    return f"({_EXPIRES} - time() < {days} * 86400) and on (namespace, name) ({_OVERDUE})"


def alert_rules(settings: ExpiryAlertSettings, runbooks: str = RUNBOOKS) -> list[dict[str, Any]]:
    """Return the rules, the gravest first; `runbooks` is the address that their pages are below."""
    rules = _rules(settings)
    for rule in rules:
        rule["annotations"]["runbook_url"] = runbook_url(runbooks, RUNBOOK, rule["alert"])
    return rules


def _rules(settings: ExpiryAlertSettings) -> list[dict[str, Any]]:
    """Return the rules without the way to their pages; a value is the seconds that are left."""
    left = "{{ $value | humanizeDuration }}"
    return [
        _rule(
            "CertificateAboutToExpire",
            "critical",
            _expiring(settings.critical_days),
            "1h",
            f"Certificate {_WHICH} expires in {left}, and its renewal fails.",
        ),
        _rule(
            "CertManagerAbsent",
            "critical",
            "absent(certmanager_clock_time_seconds_gauge)",
            "15m",
            "cert-manager reports nothing: no certificate is issued or renewed, and no other alert here can fire.",
        ),
        _rule(
            "CertificateExpiresSoon",
            "warning",
            _expiring(settings.warning_days),
            "1h",
            f"Certificate {_WHICH} expires in {left}, and its renewal fails.",
        ),
        _rule(
            "CertificateNotReady",
            "warning",
            'max by (namespace, name) (certmanager_certificate_ready_status{condition="True"}) == 0',
            "1h",
            f"Certificate {_WHICH} is not ready: it was never issued, it has expired, or its Secret does not fit it.",
        ),
        _rule(
            "IssuerNotReady",
            "warning",
            'max by (name) (certmanager_clusterissuer_ready_status{condition="True"}) == 0',
            "15m",
            "ClusterIssuer {{ $labels.name }} is not ready: it issues nothing.",
        ),
        _rule(
            "AcmeRateLimited",
            "warning",
            # Not increase(): a counter that starts at one has none.
            f"{_REFUSED} - (sum by (host) ({_TOO_MANY} offset 1h) or {_REFUSED} * 0) > 0",
            "5m",
            "{{ $labels.host }} refuses requests for being too many.",
        ),
        _rule(
            "CertificateRenewalOverdue",
            "info",
            f"({_EXPIRES} - time() > 0) and on (namespace, name) ({_OVERDUE})",
            "1d",
            f"Certificate {_WHICH} should have been renewed a day ago; it is valid for another {left}.",
        ),
    ]


def prometheus_rule_spec(settings: ExpiryAlertSettings, runbooks: str = RUNBOOKS) -> dict[str, Any]:
    """Return the spec of the PrometheusRule; `runbooks` is the address that pages are below."""
    return {"groups": [{"name": "slipway.certificates", "rules": alert_rules(settings, runbooks)}]}
