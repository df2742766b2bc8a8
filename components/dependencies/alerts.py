"""The alerts of a dependency in the cluster beyond those of any app: a volume that fills up, a backup that failed."""

from typing import TYPE_CHECKING

from components.apps.labels import metadata
from components.apps.observability_alerts import CAUSES
from components.operations.monitoring_names import runbook_url

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.apps.words import Manifest

RUNBOOK = "docs/runbooks/restore-dependency.md"
LEAST_FREE = 15
"""Percent of a volume: below that there is still time to let it grow."""


def _volume(app: "AppSettings") -> tuple[str, str, str, str]:
    claim = f'{{namespace="{app.namespace}",persistentvolumeclaim=~"data-{app.name}-[0-9]+"}}'
    parts = (f"min(kubelet_volume_stats_{each}_bytes{claim})" for each in ("available", "capacity"))
    text = f"Only {{{{ $value | humanize }}}} % of the volume of {app.name} is free; a full one takes nothing."
    return "DependencyVolumeFull", f"100 * {' / '.join(parts)} < {LEAST_FREE}", "10m", text


def _backup(app: "AppSettings") -> tuple[str, str, str, str]:
    """Return what a run that began and did not succeed says, whatever its schedule is."""
    own = f'{{namespace="{app.namespace}",cronjob="{app.name}"}}'
    began = f"max(kube_cronjob_status_last_schedule_time{own})"
    succeeded = f"max(kube_cronjob_status_last_successful_time{own})"
    hours = 3600 * 7  # a Job has six hours, and begins at most one late
    text = f"The last backup by {app.name} did not succeed."
    return "DependencyBackupFailed", f"(time() - {began} > {hours}) unless ({succeeded} >= {began})", "10m", text


def dependency_alerts(app: "AppSettings", runbooks: str) -> "Manifest":
    """Return the PrometheusRule of a store, or of what copies one; `runbooks` is the address that pages are below."""
    alert, expression, wait, text = _volume(app) if app.kind == "StatefulSet" else _backup(app)
    labels = {"severity": CAUSES[app.tier], "app": app.name, "namespace": app.namespace, "tier": str(app.tier)}
    rule = {
        "alert": alert,
        "expr": expression,
        "for": wait,
        "labels": labels,
        "annotations": {"summary": text, "runbook_url": runbook_url(runbooks, RUNBOOK, alert)},
    }
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata(app, f"{app.name}-data-alerts"),
        "spec": {"groups": [{"name": f"{app.name}.data-alerts", "rules": [rule]}]},
    }
