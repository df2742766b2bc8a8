"""What Prometheus scrapes of an app, and what lets it: the app's metrics, and its proxies'. Pure."""

from collections.abc import Iterator

from components.apps.context import MONITORING_NAMESPACE, AppContext
from components.apps.labels import metadata, selector
from components.apps.mesh.linkerd_authorization import EVERYWHERE, GROUP
from components.apps.observability_settings import AppMonitoringSettings
from components.apps.observability_sources import measured_by_mesh
from components.apps.ports import METRICS
from components.apps.services import services
from components.apps.settings import AppSettings
from components.apps.words import Manifest
from components.networking.mesh.membership import pods_in

API = "monitoring.coreos.com/v1"

ISTIO_PORT = ("http-envoy-prom", 15090, "/stats/prometheus")
LINKERD_PORT = ("linkerd-admin", 4191, "/metrics")
"""Where a proxy shows what it measured: the port's name in the pod, its number, the path. No proxy takes what is sent
there for the app's, so that STRICT does not hold for it."""

_KEPT = {
    "istio": "istio_(requests_total|request_duration_milliseconds_(bucket|sum|count))",
    "linkerd": "(request|response)_total|response_latency_ms_(bucket|sum|count)",
}
"""The proxies' series that are kept: Envoy alone has hundreds."""


def _object(app: AppSettings, kind: str, name: str, spec: Manifest, api: str = API) -> Manifest:
    return {"apiVersion": api, "kind": kind, "metadata": metadata(app, name), "spec": spec}


def _own(app: AppSettings, context: AppContext, wanted: AppMonitoringSettings) -> tuple[str, Manifest]:
    """Return who scrapes the port `metrics`: by the Service where there is one, else by the pods."""
    endpoint = {"port": METRICS, "path": wanted.path, "interval": wanted.interval}
    service = dict(services(app, context)).get(METRICS)
    if service is None:
        spec = {"selector": {"matchLabels": selector(app)}, "podMetricsEndpoints": [endpoint]}
        return "podmonitor", _object(app, "PodMonitor", f"{app.name}-monitor", spec)
    # All Services of an app carry its label `app`; the port's name tells this one from the others.
    spec = {"selector": {"matchLabels": selector(app)}, "endpoints": [endpoint]}
    return "servicemonitor", _object(app, "ServiceMonitor", f"{app.name}-monitor", spec)


def _proxies(app: AppSettings, context: AppContext, wanted: AppMonitoringSettings) -> Iterator[tuple[str, Manifest]]:
    port, number, path = ISTIO_PORT if context.mesh == "istio" else LINKERD_PORT
    endpoint: Manifest = {
        "port": port,
        "path": path,
        "interval": wanted.interval,
        "metricRelabelings": [{"action": "keep", "sourceLabels": ["__name__"], "regex": _KEPT[context.mesh]}],
    }
    if context.mesh == "linkerd":
        # What Linkerd's own Prometheus calls it, and Flagger asks for.
        source = "__meta_kubernetes_pod_label_linkerd_io_proxy_deployment"
        endpoint["relabelings"] = [{"sourceLabels": [source], "targetLabel": "deployment"}]
    spec = {"selector": {"matchLabels": selector(app)}, "podMetricsEndpoints": [endpoint]}
    yield "mesh-monitor", _object(app, "PodMonitor", f"{app.name}-mesh", spec)
    policy = {
        "podSelector": {"matchLabels": selector(app)},
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [pods_in(MONITORING_NAMESPACE)], "ports": [{"port": number, "protocol": "TCP"}]}],
    }
    name = f"{app.name}-allow-proxy-metrics"
    yield "allow-proxy-metrics", _object(app, "NetworkPolicy", name, policy, "networking.k8s.io/v1")
    if context.mesh == "linkerd" and context.authorization:
        yield from _admission(app, number)


def _admission(app: AppSettings, port: int) -> Iterator[tuple[str, Manifest]]:
    """Yield what admits Prometheus, which is in no mesh, to Linkerd's proxy; the network policy says from where."""
    name = f"{app.name}.proxy-metrics"
    server = {"podSelector": {"matchLabels": selector(app)}, "port": port, "proxyProtocol": "HTTP/1"}
    yield "server-proxy-metrics", _object(app, "Server", name, server, f"{GROUP}/v1beta3")
    networks = {"networks": [{"cidr": cidr} for cidr in EVERYWHERE]}
    yield "authn-proxy-metrics", _object(app, "NetworkAuthentication", name, networks, f"{GROUP}/v1alpha1")
    authorization = {
        "targetRef": {"group": GROUP, "kind": "Server", "name": name},
        "requiredAuthenticationRefs": [{"group": GROUP, "kind": "NetworkAuthentication", "name": name}],
    }
    yield "authz-proxy-metrics", _object(app, "AuthorizationPolicy", name, authorization, f"{GROUP}/v1alpha1")


def monitors(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield the scrape targets of an app that is watched, with what they need, by suffix."""
    wanted = app.monitoring or AppMonitoringSettings()
    if METRICS in app.ports:
        yield _own(app, context, wanted)
    if measured_by_mesh(app, context):
        yield from _proxies(app, context, wanted)
