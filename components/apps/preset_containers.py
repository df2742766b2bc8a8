"""The containers of the presets, and the configuration files that they read."""

import json
import posixpath
from collections.abc import Iterator

from components.apps.containers import ContainerSettings, container, native_sidecar, scratch_volumes
from components.apps.environment import KeySettings, VariableSettings
from components.apps.ports import PortSettings, main_port
from components.apps.presets import AuthProxySettings, LogAdapterSettings, OtelCollectorSettings
from components.apps.probes import ProbeSettings, ProbesSettings
from components.apps.resources import ResourcesSettings
from components.apps.settings import AppSettings
from components.apps.volumes import mounts
from components.apps.words import Manifest

LOG_ADAPTER, AUTH_PROXY, OTEL_COLLECTOR = "log-adapter", "auth-proxy", "otel-collector"
CONFIG_DIRECTORY = "/etc/slipway"
OTLP_GRPC, OTLP_HTTP = 4317, 4318
COLLECTOR_METRICS = 8888
"""Where the collector shows its own metrics unless told: https://opentelemetry.io/docs/collector/internal-telemetry/."""


def proxied_port(app: AppSettings) -> str | None:
    """Return the name of the port that the auth proxy takes over, None without one."""
    proxy = app.presets.auth_proxy
    return None if proxy is None else proxy.port or main_port(app.ports)


def own_ports(app: AppSettings) -> dict[str, PortSettings]:
    """Return the ports of the app's own container: all but the one that the auth proxy listens on."""
    taken = proxied_port(app)
    return {name: port for name, port in app.ports.items() if name != taken}


def log_mount(app: AppSettings) -> Manifest | None:
    """Return the app's mount that holds its log files, None where it has no such directory."""
    if app.presets.log_adapter is None:
        return None
    directory = posixpath.dirname(app.presets.log_adapter.path)
    holding = [
        each
        for each in mounts(app.volumes, app.scratch)
        if directory == each["mountPath"] or directory.startswith(f"{each['mountPath']}/")
    ]
    return max(holding, key=lambda each: len(each["mountPath"]), default=None)


def _log_adapter(app: AppSettings, settings: LogAdapterSettings) -> tuple[ContainerSettings, Manifest]:
    config = {
        "service": {"flush": 1, "log_level": "warn"},
        "pipeline": {
            "inputs": [{"name": "tail", "path": settings.path, "tag": "app", "read_from_head": True}],
            "outputs": [{"name": "stdout", "match": "*", "format": "json_lines"}],
        },
    }
    file = f"{CONFIG_DIRECTORY}/{LOG_ADAPTER}.yaml"
    command = ("/fluent-bit/bin/fluent-bit", "-c", file)
    found = ContainerSettings(image=settings.image, command=command, resources=settings.resources)
    logs = log_mount(app)
    own = [path for path in found.scratch if logs is None or path != logs["mountPath"]]  # one mount at each path
    return found.model_copy(update={"scratch": tuple(own)}), config


def _otel_collector(settings: OtelCollectorSettings) -> tuple[ContainerSettings, Manifest]:
    pipeline = {"receivers": ["otlp"], "processors": ["memory_limiter", "batch"], "exporters": ["otlp_grpc"]}
    config = {
        "receivers": {
            "otlp": {
                "protocols": {
                    "grpc": {"endpoint": f"127.0.0.1:{OTLP_GRPC}"},
                    "http": {"endpoint": f"127.0.0.1:{OTLP_HTTP}"},
                }
            }
        },
        "processors": {
            "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 20},
            "batch": {},
        },
        "exporters": {"otlp_grpc": {"endpoint": settings.endpoint, "tls": {"insecure": settings.insecure}}},
        "service": {"pipelines": dict.fromkeys(("traces", "metrics", "logs"), pipeline)},
    }
    args = (f"--config={CONFIG_DIRECTORY}/{OTEL_COLLECTOR}.yaml",)
    return ContainerSettings(image=settings.image, args=args, resources=settings.resources), config


def _auth_proxy(app: AppSettings, settings: AuthProxySettings) -> ContainerSettings:
    name = proxied_port(app)
    if name is None:
        raise ValueError(f"{app.name} has no port for its auth proxy: the checks refuse such an app")
    port = app.ports[name]
    keys = ("client-id", "client-secret", "cookie-secret")
    return ContainerSettings(
        image=settings.image,
        args=(
            f"--http-address=0.0.0.0:{port.container_port}",
            f"--upstream=http://127.0.0.1:{settings.upstream_port}",
            "--provider=oidc",
            f"--oidc-issuer-url={settings.issuer}",
            *(f"--email-domain={domain}" for domain in settings.email_domains),
            "--reverse-proxy=true",
            "--skip-provider-button=true",
        ),
        ports={name: port},
        env={
            f"OAUTH2_PROXY_{key.upper().replace('-', '_')}": VariableSettings(
                secret_key_ref=KeySettings(name=settings.secret, key=key)
            )
            for key in keys
        },
        resources=settings.resources,
        probes=ProbesSettings(readiness=ProbeSettings(path="/ping", port=name)),
    )


def _parts(app: AppSettings) -> Iterator[tuple[str, ContainerSettings, Manifest | None]]:
    presets = app.presets
    if presets.otel_collector is not None:
        yield (OTEL_COLLECTOR, *_otel_collector(presets.otel_collector))
    if presets.log_adapter is not None:
        yield (LOG_ADAPTER, *_log_adapter(app, presets.log_adapter))
    if presets.auth_proxy is not None:
        yield AUTH_PROXY, _auth_proxy(app, presets.auth_proxy), None


def preset_settings(app: AppSettings) -> dict[str, ContainerSettings]:
    """Return the presets of an app as the containers that they are."""
    return {name: settings for name, settings, _ in _parts(app)}


def preset_files(app: AppSettings) -> dict[str, str]:
    """Return the configuration files of the presets; JSON is YAML."""
    return {
        f"{name}.yaml": json.dumps(config, indent=2) + "\n" for name, _, config in _parts(app) if config is not None
    }


def preset_ports(app: AppSettings) -> Iterator[tuple[int, str]]:
    """Yield the TCP ports of the pod that presets take besides the app's declared ones, and who listens there."""
    if app.presets.otel_collector is not None:
        yield from ((port, OTEL_COLLECTOR) for port in (OTLP_GRPC, OTLP_HTTP, COLLECTOR_METRICS))
    if app.presets.auth_proxy is not None:
        yield app.presets.auth_proxy.upstream_port, "the app behind its auth proxy"


def preset_containers(app: AppSettings, percent: int) -> list[Manifest]:
    """Return the presets' containers, as sidecars that Kubernetes knows as such."""
    found = []
    for name, settings, config in _parts(app):
        manifest = container(name, settings, percent)
        more: list[Manifest] = []
        if config is not None:
            more.append({"name": f"{name}-config", "mountPath": CONFIG_DIRECTORY, "readOnly": True})
        logs = log_mount(app)
        if name == LOG_ADAPTER and logs is not None:
            more.append({**logs, "readOnly": True})
        manifest["volumeMounts"] = [*manifest.get("volumeMounts", []), *more]
        found.append(native_sidecar(manifest))
    return found


def preset_volumes(app: AppSettings, config_map: str) -> list[Manifest]:
    """Return the volumes of the presets: their scratch space, and each one's configuration file."""
    configured = [
        {
            "name": f"{name}-config",
            "projected": {
                "sources": [
                    {"configMap": {"name": config_map, "items": [{"key": f"{name}.yaml", "path": f"{name}.yaml"}]}}
                ]
            },
        }
        for name, _, config in _parts(app)
        if config is not None
    ]
    return [*scratch_volumes(preset_settings(app)), *configured]


def telemetry_variables(app: AppSettings) -> list[Manifest]:
    """Return the variables by which OpenTelemetry's SDKs find the collector, where the app does not set them."""
    if app.presets.otel_collector is None:
        return []
    wanted = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_SERVICE_NAME": app.name,
    }
    own = {*app.config, *app.env, *app.port_variables}
    return [{"name": key, "value": value} for key, value in wanted.items() if key not in own]


def preset_resources(app: AppSettings) -> dict[str, ResourcesSettings]:
    """Return the resources of the presets' containers by name, whether or not their other settings hold together."""
    presets = app.presets
    wanted = {OTEL_COLLECTOR: presets.otel_collector, LOG_ADAPTER: presets.log_adapter, AUTH_PROXY: presets.auth_proxy}
    return {name: settings.resources for name, settings in wanted.items() if settings is not None}


def beside(app: AppSettings) -> Iterator[ResourcesSettings]:
    """Yield the resources of the containers that run beside the app's own; those before it give theirs back."""
    yield from preset_resources(app).values()
    for settings in (*app.sidecars.values(), *app.containers.values()):
        yield settings.resources
