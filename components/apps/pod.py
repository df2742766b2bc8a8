"""The pod of an app: its hardened containers and what they mount."""

from collections.abc import Mapping

from components.apps.aws_identity import agent_annotations
from components.apps.config_files import file_data, file_mounts, file_volumes, files_checksum
from components.apps.containers import ContainerSettings, container, native_sidecar
from components.apps.containers import scratch_volumes as helpers_scratch
from components.apps.context import AppContext
from components.apps.dns.settings import dns_fields
from components.apps.environment import config_checksum, env, env_from, secret_checksum
from components.apps.gpu import gpu_resources
from components.apps.labels import Track, pod_labels, selector
from components.apps.lifecycle import grace_seconds, lifecycle
from components.apps.mesh.linkerd_traffic import pod_annotations as mesh_annotations
from components.apps.naming import config_name, files_name, own_secret_name, presets_name, service_account_name
from components.apps.observability_pod import pod_annotations as watching_annotations
from components.apps.observability_pod import tracing_env
from components.apps.placement import placement, pool_of
from components.apps.ports import container_ports, port_env
from components.apps.preset_containers import (
    own_ports,
    preset_containers,
    preset_files,
    preset_volumes,
    proxied_port,
    telemetry_variables,
)
from components.apps.probes import probes
from components.apps.rbac import has_token
from components.apps.resources import resources
from components.apps.secret_names import asked_secrets
from components.apps.secret_sources import source_annotations, source_mounts, source_variables, source_volumes
from components.apps.security import container_security, pod_security
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.apps.volumes import mounts, pod_volumes, scratch_volumes
from components.apps.words import Manifest
from components.dependencies.managed import connection_env


def secret_values(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the plain values of the app's own Secret, by variable. Raises KeyError for an undeclared one."""
    return {name: context.secrets[value].get_secret_value() for name, value in app.secrets.values.items()}


def _filled(fields: Manifest) -> Manifest:
    """Return the fields that say something: no empty list or map, whose presence server-side apply would own."""
    return {key: value for key, value in fields.items() if value not in ([], {}, None)}


def _listening(app: AppSettings) -> list[int]:
    """Return the ports that the pod's containers listen on: who may bind low ones is said of the pod."""
    further = (*app.init_containers.values(), *app.sidecars.values(), *app.containers.values())
    return [port.container_port for ports in (app.ports, *(each.ports for each in further)) for port in ports.values()]


def _probes(app: AppSettings) -> Manifest:
    """Return the probes; those of the port that the auth proxy took over go to the app's own behind it."""
    found = probes(app.probes, app.ports)
    for probe in found.values():
        _behind_the_proxy(app, probe)
    return found


def _hooks(app: AppSettings, context: AppContext) -> Manifest:
    """Return the hooks; one that asks the port of the auth proxy asks the app behind it, as probes do."""
    found = lifecycle(app, context)
    for hook in found.values():
        _behind_the_proxy(app, hook)
    return found


def _behind_the_proxy(app: AppSettings, asking: Manifest) -> None:
    """Send what the kubelet asks of the port that the auth proxy took over to the port behind it."""
    proxy, taken = app.presets.auth_proxy, proxied_port(app)
    if proxy is None or taken is None:
        return
    for handler in ("httpGet", "tcpSocket", "grpc"):
        if asking.get(handler, {}).get("port") in {taken, app.ports[taken].container_port}:
            asking[handler]["port"] = proxy.upstream_port


def _resources(app: AppSettings) -> Manifest:
    found = resources(app.resources, TIERS[app.tier].request_percent)
    return {key: {**amounts, **gpu_resources(app.gpu)} for key, amounts in found.items()}


def _variables(app: AppSettings, context: AppContext, image: str) -> list[Manifest]:
    """Return the single variables; where the pod has a collector of its own, telemetry goes there."""
    near = telemetry_variables(app)
    taken = {each["name"] for each in near}
    far = [each for each in tracing_env(app, context, image) if each["name"] not in taken]
    return [*env(app.env), *port_env(app.port_variables, app.ports), *near, *far]


def _container(app: AppSettings, context: AppContext, image: str) -> Manifest:
    own_secret = (own_secret_name(app),) if app.secrets.values else ()
    return _filled(
        {
            "name": app.name,
            "image": image,
            "imagePullPolicy": "IfNotPresent",
            "command": list(app.command),
            "args": list(app.args),
            "ports": container_ports(own_ports(app)),
            "envFrom": [
                *env_from(
                    config_name(app) if app.config else None,
                    (*app.secrets.existing, *own_secret, *source_variables(app)),
                ),
                *connection_env(app, context),
            ],
            "env": _variables(app, context, image),
            **_probes(app),
            "lifecycle": _hooks(app, context),
            "resources": _resources(app),
            "securityContext": container_security([port.container_port for port in own_ports(app).values()]),
            "volumeMounts": [*mounts(app.volumes, app.scratch), *file_mounts(app.files), *source_mounts(app)],
        }
    )


def _further(app: AppSettings, group: Mapping[str, ContainerSettings]) -> list[Manifest]:
    """Return further containers, with the Secrets of the app that they ask for."""
    percent = TIERS[app.tier].request_percent
    return [
        container(name, each.model_copy(update={"secrets": asked_secrets(app, each.secrets)}), percent)
        for name, each in group.items()
    ]


def _before(app: AppSettings) -> list[Manifest]:
    """Return what starts before the app: sidecars first, so that the other init containers have them already.

    The app may say another order of its own containers; those of the presets are before them all.
    """
    own = [*map(native_sidecar, _further(app, app.sidecars)), *_further(app, app.init_containers)]
    places = {name: place for place, name in enumerate(app.start_order)}
    own.sort(key=lambda each: places.get(each["name"], len(places)))
    return [*preset_containers(app, TIERS[app.tier].request_percent), *own]


def _volumes(app: AppSettings, context: AppContext) -> list[Manifest]:
    return [
        *scratch_volumes(app.volumes, app.scratch, app.scratch_size),
        *pod_volumes(app.volumes, context.storage_class, selector(app), app.resources.limits.memory),
        *file_volumes(app.files, files_name(app)),
        *preset_volumes(app, presets_name(app)),
        *source_volumes(app),
        *helpers_scratch({**app.init_containers, **app.sidecars, **app.containers}),
    ]


def _annotations(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the pod's annotations: the mesh's, the app's, and checksums of what must roll the pods."""
    annotations = {
        **mesh_annotations(app, context),
        **watching_annotations(app),
        **app.pod_annotations,
        **agent_annotations(app, context),
        **source_annotations(app),
    }
    if app.config:
        annotations["slipway.dev/config-checksum"] = config_checksum(app.config)
    if app.files or preset_files(app):
        annotations["slipway.dev/files-checksum"] = files_checksum({**file_data(app.files), **preset_files(app)})
    if app.secrets.values:
        annotations["slipway.dev/secret-checksum"] = secret_checksum(app.name, secret_values(app, context))
    if app.namespace in context.revisions:
        # Pods get their proxy when they are made: those of a moved tag are made again.
        annotations["slipway.dev/mesh-revision"] = context.revisions[app.namespace]
    return annotations


def pod_spec(app: AppSettings, context: AppContext, *, image: str, track: Track) -> Manifest:
    """Return the spec of the pods of an app's workload that run `image`."""
    return _filled(
        {
            "serviceAccountName": service_account_name(app),
            "automountServiceAccountToken": has_token(app),
            "enableServiceLinks": False,  # variables of every Service nearby would mix with the app's own
            **placement(app, context, track),
            **dns_fields(app.host_aliases, app.dns_policy, app.dns_config),
            "terminationGracePeriodSeconds": grace_seconds(app, context),
            "securityContext": pod_security(app.run_as, _listening(app)),
            "imagePullSecrets": [{"name": name} for name in app.image_pull_secrets],
            "initContainers": _before(app),
            "containers": [
                _container(app, context, image),
                *_further(app, app.containers),
            ],
            "volumes": _volumes(app, context),
        }
    )


def pod_template(app: AppSettings, context: AppContext, *, image: str, track: Track) -> Manifest:
    """Return the pod template of an app's workload that runs `image`."""
    pool = pool_of(app, context)
    return {
        "metadata": _filled(
            {
                "labels": pod_labels(app, track, image, pool.name if pool else None),
                "annotations": _annotations(app, context),
            }
        ),
        "spec": pod_spec(app, context, image=image, track=track),
    }
