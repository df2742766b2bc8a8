"""How an app is watched: the one entry point to its monitors, alerts, dashboard, the way to the collector."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.labels import metadata, selector
from components.apps.observability_alerts import alerts
from components.apps.observability_dashboard import dashboard_map
from components.apps.observability_monitors import monitors
from components.apps.observability_sources import measured_by_mesh, measured_on_the_way
from components.apps.ports import METRICS
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import collector_namespace, egress, pods_in


def watched(app: AppSettings, context: AppContext) -> bool:
    """Tell whether an app is monitored: as it says, else where the stack can and there is something to measure."""
    if app.monitoring is not None:
        return app.monitoring.enabled
    measured = measured_by_mesh(app, context) or measured_on_the_way(app, context)
    return context.monitoring and (METRICS in app.ports or measured)


def _to_collector(app: AppSettings, context: AppContext) -> Manifest | None:
    collector = context.collector
    namespace = collector_namespace(collector.host) if collector else None
    if app.tracing is None or collector is None or namespace is None:
        return None
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(app, f"{app.name}-allow-collector"),
        "spec": {
            "podSelector": {"matchLabels": selector(app)},
            "policyTypes": ["Egress"],
            "egress": [egress(pods_in(namespace), (collector.port,))],
        },
    }


def observability_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what watches the app, with suffixes; nothing for an app that is not watched and not traced."""
    if watched(app, context):
        yield from monitors(app, context)
        yield "alerts", alerts(app, context)
        if context.grafana and (app.monitoring is None or app.monitoring.dashboard):
            yield "dashboard", dashboard_map(app, context)
    if (policy := _to_collector(app, context)) is not None:
        yield "allow-collector", policy
