"""The alerts of an app: what they ask of Prometheus, and whom they wake. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.observability_settings import AlertName, AlertSettings, AppMonitoringSettings
from components.apps.observability_slo import burn_alerts, recordings
from components.apps.observability_sources import request_source
from components.apps.ports import METRICS
from components.apps.request_queries import RequestSource, failure_ratio, quantile_ms
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.apps.workload_queries import (
    autoscaler,
    container,
    down,
    memory_used,
    replicas,
    targets_down,
    throttled,
)
from components.operations.monitoring_names import runbook_url

SYMPTOMS = {1: "critical", 2: "critical", 3: "warning"}
CAUSES = {1: "critical", 2: "warning", 3: "warning"}
"""The severity by tier: of what users feel, and of what they may feel next. Tier 1 pages, tier 3 warns."""


@dataclass(frozen=True, slots=True)
class Default:
    """An alert's name, what it waits for, its threshold (None: it has none), and whether users feel it."""

    alert: str
    wait: str
    threshold: float | None
    symptom: bool


DEFAULTS: dict[AlertName, Default] = {
    "down": Default("AppDown", "5m", None, symptom=True),
    "replicas": Default("AppReplicasUnavailable", "15m", 100, symptom=False),
    "targets": Default("AppTargetsDown", "10m", 50, symptom=False),
    "errors": Default("AppErrors", "5m", 5, symptom=True),
    "latency": Default("AppSlow", "10m", 1000, symptom=True),
    "cpuThrottling": Default("AppCpuThrottled", "15m", 25, symptom=False),
    "memory": Default("AppMemoryNearLimit", "15m", 90, symptom=False),
    "scaling": Default("AppScaledToMaximum", "15m", None, symptom=False),
    "crashLoop": Default("AppCrashLooping", "5m", None, symptom=True),
}
"""Thresholds in percent, of `latency` in milliseconds. 25 % of throttled periods and 15 minutes are those of
kubernetes-mixin's CPUThrottlingHigh and KubeDeploymentReplicasMismatch."""


def _causes(app: AppSettings) -> Iterator[tuple[AlertName, str, str]]:
    """Yield what needs no measured requests as (alert, expression without its threshold, what is the matter)."""
    name, namespace = app.name, app.namespace
    if counted := replicas(app, name, namespace):
        available, wanted = counted
        yield "down", down(available, wanted), f"No pod of {name} is available."
        text = f"Only {{{{ $value | humanize }}}} % of the pods that {name} should have are available."
        yield "replicas", f"100 * {available} / {wanted} <", text
    if METRICS in app.ports:
        text = f"Prometheus cannot scrape {{{{ $value | humanize }}}} % of {name}'s pods."
        yield "targets", f"{targets_down(app, name, namespace)} >", text
    text = "The CPU limit slows {{ $labels.pod }}: {{ $value | humanize }} % of the time it waits."
    yield "cpuThrottling", f"{throttled(name, namespace)} >", text
    text = "{{ $labels.pod }} uses {{ $value | humanize }} % of its memory limit; at 100 % it is killed."
    yield "memory", f"{memory_used(name, namespace)} >", text
    if app.scaling is not None and app.kind != "Job" and app.scaling.max_replicas > app.scaling.min_replicas:
        hpa = f'{{namespace="{namespace}",horizontalpodautoscaler="{autoscaler(app, name)}"}}'
        desired, most = (
            f"max(kube_horizontalpodautoscaler_{each}{hpa})"
            for each in ("status_desired_replicas", "spec_max_replicas")
        )
        yield "scaling", f"{desired} >= {most}", f"{name} has all the pods that it may have, and needs them."
    waiting = f'kube_pod_container_status_waiting_reason{{{container(name, namespace)},reason="CrashLoopBackOff"}}'
    crash = f"max by (pod) (max_over_time({waiting}[5m])) >= 1"
    yield "crashLoop", crash, "{{ $labels.pod }} crashes again and again."


def _requests(app: AppSettings, source: RequestSource) -> Iterator[tuple[AlertName, str, str]]:
    text = f"{{{{ $value | humanize }}}} % of the requests to {app.name} fail."
    yield "errors", f"100 * {failure_ratio(source, '5m')} >", text
    if source.histogram is not None:
        text = f"One request in a hundred to {app.name} takes longer than {{{{ $value | humanize }}}} ms."
        yield "latency", f"{quantile_ms(source, 0.99, '5m')} >", text


def _rule(
    app: AppSettings, base: str, alert: str, expr: str, wait: str, severity: str, text: str, **labels: str
) -> Manifest:
    page = (app.monitoring or AppMonitoringSettings()).runbook
    return {
        "alert": alert,
        "expr": expr,
        "for": wait,
        "labels": {
            "severity": severity,
            "app": app.name,
            "namespace": app.namespace,
            "tier": str(app.tier),
            **labels,
        },
        "annotations": {"summary": text, "runbook_url": runbook_url(base, page, alert)},
    }


def _alerts(app: AppSettings, base: str, source: RequestSource | None) -> Iterator[Manifest]:
    wanted = (app.monitoring or AppMonitoringSettings()).alerts
    for name, expression, text in (*_causes(app), *(_requests(app, source) if source else ())):
        own, default = wanted.get(name, AlertSettings()), DEFAULTS[name]
        if not own.enabled:
            continue
        limit = own.threshold or default.threshold
        expr = expression if limit is None else f"{expression} {limit:g}"
        severity = own.severity or (SYMPTOMS if default.symptom else CAUSES)[app.tier]
        yield _rule(app, base, default.alert, expr, own.for_ or default.wait, severity, text)


def alerts(app: AppSettings, context: AppContext) -> Manifest:
    """Return the PrometheusRule of an app: its alerts, and those of its objective with what they are made of."""
    source = request_source(app, context)
    groups: list[Manifest] = [{"name": f"{app.name}.alerts", "rules": list(_alerts(app, context.runbooks, source))}]
    if app.slo is not None and source is not None:
        rules = [
            _rule(app, context.runbooks, alert, expr, burn.wait, severity, text, window=burn.long)
            for burn, alert, expr, text in burn_alerts(app.slo, app.name, app.namespace)
            for severity in [SYMPTOMS[app.tier] if burn.page else "warning"]
        ]
        groups.append({"name": f"{app.name}.slo", "rules": recordings(app.slo, source, app.name, app.namespace)})
        groups.append({"name": f"{app.name}.slo-alerts", "rules": rules})
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata(app, f"{app.name}-alerts"),
        "spec": {"groups": [each for each in groups if each["rules"]]},
    }
