"""The pod of an app: one hardened container and what it mounts."""

from components.apps.context import AppContext
from components.apps.environment import config_checksum, env, env_from, secret_checksum
from components.apps.labels import Track, pod_labels
from components.apps.mesh.linkerd_traffic import pod_annotations as mesh_annotations
from components.apps.naming import config_name, own_secret_name, service_account_name
from components.apps.placement import placement, pool_of
from components.apps.ports import container_ports
from components.apps.probes import probes
from components.apps.resources import resources
from components.apps.security import container_security, pod_security
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.apps.volumes import mounts, scratch_volumes
from components.apps.words import Manifest


def secret_values(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the plain values of the app's own Secret, by variable. Raises KeyError for an undeclared one."""
    return {name: context.secrets[value].get_secret_value() for name, value in app.secrets.values.items()}


def _filled(fields: Manifest) -> Manifest:
    """Return the fields that say something: no empty list or map, whose presence server-side apply would own."""
    return {key: value for key, value in fields.items() if value not in ([], {}, None)}


def _listening(app: AppSettings) -> list[int]:
    return [port.container_port for port in app.ports.values()]


def _container(app: AppSettings, image: str) -> Manifest:
    own_secret = (own_secret_name(app),) if app.secrets.values else ()
    return _filled(
        {
            "name": app.name,
            "image": image,
            "imagePullPolicy": "IfNotPresent",
            "command": list(app.command),
            "args": list(app.args),
            "ports": container_ports(app.ports),
            "envFrom": env_from(config_name(app) if app.config else None, (*app.secrets.existing, *own_secret)),
            "env": env(app.env),
            **probes(app.probes, app.ports),
            "resources": resources(app.resources, TIERS[app.tier].request_percent),
            "securityContext": container_security(_listening(app)),
            "volumeMounts": mounts(app.volumes, app.scratch),
        }
    )


def _annotations(app: AppSettings, context: AppContext) -> dict[str, str]:
    """Return the pod's annotations: the mesh's, the app's, and checksums of what must roll the pods."""
    annotations = {**mesh_annotations(app, context), **app.pod_annotations}
    if app.config:
        annotations["slipway.dev/config-checksum"] = config_checksum(app.config)
    if app.secrets.values:
        annotations["slipway.dev/secret-checksum"] = secret_checksum(app.name, secret_values(app, context))
    if app.namespace in context.revisions:
        # Pods get their proxy when they are made: those of a moved tag are made again.
        annotations["slipway.dev/mesh-revision"] = context.revisions[app.namespace]
    return annotations


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
        "spec": _filled(
            {
                "serviceAccountName": service_account_name(app),
                "automountServiceAccountToken": app.service_account.automount_service_account_token,
                "enableServiceLinks": False,  # variables of every Service nearby would mix with the app's own
                **placement(app, context, track),
                "terminationGracePeriodSeconds": app.termination_grace_period_seconds,
                "securityContext": pod_security(app.run_as, _listening(app)),
                "imagePullSecrets": [{"name": name} for name in app.image_pull_secrets],
                "containers": [_container(app, image)],
                "volumes": scratch_volumes(app.volumes, app.scratch),
            }
        ),
    }
