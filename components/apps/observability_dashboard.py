"""The dashboard of an app: the signals that its alerts are about, as Grafana draws them. Pure."""

import hashlib
import json
from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.labels import metadata
from components.apps.observability_settings import budget
from components.apps.observability_slo import BURNS, decimal, objectives, recorded
from components.apps.observability_sources import request_source
from components.apps.ports import METRICS
from components.apps.request_queries import failure_ratio, quantile_ms, rate
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.apps.workload_queries import autoscaler, container, memory_used, replicas, targets_down, throttled
from components.operations.monitoring_grafana import DASHBOARD_LABEL

NAME, NAMESPACE = "$app", "$namespace"
"""The dashboard's variables, which stand for the app wherever it is asked about."""

LONGEST_UID = 40
"""Of Grafana, in characters."""

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_WIDTH, _HEIGHT = 8, 8
_COLUMNS = 24 // _WIDTH

Query = tuple[str, str]
"""An expression, and the legend of its series."""


def uid(name: str) -> str:
    """Return the dashboard's uid: the same for ever, so that its address is, too."""
    found = f"app-{name}"
    return found if len(found) <= LONGEST_UID else f"app-{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def _requests(app: AppSettings, context: AppContext) -> Iterator[tuple[str, str, list[Query]]]:
    source = request_source(app, context, name=NAME, namespace=NAMESPACE)
    if source is None:
        return
    yield "Requests", "reqps", [(rate(source, "5m"), "requests")]
    yield "Failures", "percent", [(f"100 * {failure_ratio(source, '5m')}", "failing")]
    if source.histogram is not None:
        quantiles = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        yield "Latency", "ms", [(quantile_ms(source, each, "5m"), legend) for legend, each in quantiles.items()]
    if app.slo is not None:
        for ratio, objective in objectives(app.slo).items():
            title = "Burn rate: " + ("failures" if "errors" in ratio else "latency")
            share = decimal(budget(objective))
            windows = dict.fromkeys(each.long for each in BURNS)
            yield title, "x", [(f"{recorded(ratio, each, NAME, NAMESPACE)} / {share}", each) for each in windows]


def _panels(app: AppSettings, context: AppContext) -> Iterator[tuple[str, str, list[Query]]]:
    """Yield the panels as (title, unit, queries)."""
    yield from _requests(app, context)
    own = container(NAME, NAMESPACE)
    if counted := replicas(app, NAME, NAMESPACE):
        yield "Pods", "short", [(counted[0], "available"), (counted[1], "wanted")]
    cpu = f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{own}}}[5m]))"
    yield "CPU (cores)", "short", [(cpu, "{{pod}}")]
    yield "CPU throttling", "percent", [(throttled(NAME, NAMESPACE), "{{pod}}")]
    yield "Memory, of the limit", "percent", [(memory_used(NAME, NAMESPACE), "{{pod}}")]
    if app.scaling is not None and app.kind != "Job":
        hpa = f'{{namespace="{NAMESPACE}",horizontalpodautoscaler="{autoscaler(app, NAME)}"}}'
        kinds = {"wanted": "status_desired_replicas", "most": "spec_max_replicas"}
        asked = [(f"max(kube_horizontalpodautoscaler_{each}{hpa})", legend) for legend, each in kinds.items()]
        yield "Scaling", "short", asked
    restarts = f"sum by (pod) (increase(kube_pod_container_status_restarts_total{{{own}}}[1h]))"
    yield "Restarts in an hour", "short", [(restarts, "{{pod}}")]
    if METRICS in app.ports:
        yield "Targets that cannot be scraped", "percent", [(targets_down(app, NAME, NAMESPACE), "down")]


def _panel(index: int, title: str, unit: str, queries: list[Query]) -> Manifest:
    row, column = divmod(index, _COLUMNS)
    return {
        "id": index + 1,
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + number), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
            for number, (expression, legend) in enumerate(queries)
        ],
    }


def _fixed(name: str, value: str) -> Manifest:
    """Return a variable with one value: a custom one, since Grafana hides a constant's."""
    current = {"text": value, "value": value, "selected": True}
    return {"name": name, "type": "custom", "query": value, "current": current, "options": [current]}


def dashboard(app: AppSettings, context: AppContext) -> Manifest:
    """Return the dashboard's JSON model."""
    panels = enumerate(_panels(app, context))
    return {
        "uid": uid(app.name),
        "title": f"App: {app.name}",
        "tags": ["slipway", f"tier-{app.tier}"],
        "schemaVersion": 39,
        "editable": False,
        "timezone": "browser",
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "1m",
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus", "hide": 2},
                _fixed("app", app.name),
                _fixed("namespace", app.namespace),
            ]
        },
        "panels": [_panel(index, *panel) for index, panel in panels],
    }


def dashboard_map(app: AppSettings, context: AppContext) -> Manifest:
    """Return the ConfigMap in the app's namespace, of which Grafana's sidecar looks into all.

    The sidecar writes all dashboards into one folder: the key has the app's name, which no other app has.
    """
    described = metadata(app, f"{app.name}-dashboard")
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**described, "labels": {**described["labels"], **DASHBOARD_LABEL}},
        "data": {f"app-{app.name}.json": json.dumps(dashboard(app, context), indent=1, sort_keys=True)},
    }
