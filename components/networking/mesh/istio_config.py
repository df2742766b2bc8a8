"""What Istio's control plane tells all proxies: MeshConfig, and the mesh's Telemetry."""

from typing import Any

from components.networking.mesh.membership import GATEWAY_LABELS, GATEWAY_NAME, is_ambient
from components.networking.mesh.settings import MeshSettings, TracingSettings

TRACING_PROVIDER = "otel-tracing"
"""The name by which a Telemetry finds the collector in the MeshConfig."""


def mesh_config(mesh: MeshSettings, *, ingress_class: str | None) -> dict[str, Any]:
    """Return the MeshConfig. Of Ingress objects only those of `ingress_class` are served; None: none at all."""
    config: dict[str, Any] = {
        "ingressControllerMode": "STRICT" if ingress_class else "OFF",
        "outboundTrafficPolicy": {"mode": "REGISTRY_ONLY" if mesh.egress == "declared" else "ALLOW_ANY"},
    }
    if ingress_class:
        config |= {
            "ingressClass": ingress_class,
            "ingressService": GATEWAY_NAME,
            "ingressSelector": GATEWAY_LABELS["istio"],
        }
    if mesh.istio.access_log:
        config |= {"accessLogFile": "/dev/stdout", "accessLogEncoding": "JSON"}
    if mesh.egress == "declared" and not is_ambient(mesh):
        # Hosts outside that are not HTTP have no address of their own in the registry, and two of them at one port
        # could not be told apart: the proxies answer for them with addresses that they know. ztunnel does so anyway.
        config["defaultConfig"] = {"proxyMetadata": {"ISTIO_META_DNS_CAPTURE": "true"}}
    if mesh.tracing is not None:
        config |= {"enableTracing": True, "extensionProviders": [_collector(mesh.tracing)]}
    return config


def _collector(tracing: TracingSettings) -> dict[str, Any]:
    return {"name": TRACING_PROVIDER, "opentelemetry": {"service": tracing.host, "port": tracing.port}}


def telemetry_spec(tracing: TracingSettings) -> dict[str, Any]:
    """Return the spec of the mesh's Telemetry: who gets the spans, and of how many requests."""
    providers = [{"name": TRACING_PROVIDER}]
    return {"tracing": [{"providers": providers, "randomSamplingPercentage": tracing.sampling_percentage}]}
