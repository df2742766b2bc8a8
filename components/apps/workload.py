"""The workload of an app, and the Deployment of its canary."""

from components.apps.context import AppContext
from components.apps.disruption import canary_strategy, daemon_strategy, deployment_strategy
from components.apps.jobs import JobSettings, cron_spec, job_spec
from components.apps.labels import Track, metadata, pod_labels, selector, workload_selector
from components.apps.naming import canary_name, headless_name
from components.apps.placement import pool_of
from components.apps.pod import pod_template
from components.apps.settings import AppSettings
from components.apps.stateful import stateful_fields
from components.apps.volumes import claim_templates
from components.apps.words import Manifest

SKIP_AWAIT = {"pulumi.com/skipAwait": "true"}
REPLACE_UNREADY = "pulumi.com/replaceUnready"


def _metadata(app: AppSettings, context: AppContext, *, name: str, image: str, track: Track) -> Manifest:
    pool = pool_of(app, context)
    common = metadata(app, name, annotations=None if app.wait else SKIP_AWAIT)
    return {**common, "labels": pod_labels(app, track, image, pool.name if pool else None)}


def _steadiness(app: AppSettings) -> Manifest:
    return {"minReadySeconds": app.min_ready_seconds} if app.min_ready_seconds else {}


def deployment(
    app: AppSettings, context: AppContext, *, name: str, image: str, track: Track, replicas: int
) -> Manifest:
    """Return the Deployment of one version of an app."""
    strategy = canary_strategy(app.strategy) if track == "canary" else app.strategy
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": _metadata(app, context, name=name, image=image, track=track),
        "spec": {
            "replicas": replicas,
            "strategy": deployment_strategy(strategy),
            **_steadiness(app),
            "selector": {"matchLabels": workload_selector(app, track)},
            "template": pod_template(app, context, image=image, track=track),
        },
    }


def _stateful_set(app: AppSettings, context: AppContext) -> Manifest:
    claims = claim_templates(app.volumes, context.storage_class, selector(app))
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": _metadata(app, context, name=app.name, image=app.image, track="stable"),
        "spec": {
            "serviceName": headless_name(app),
            "replicas": app.initial_replicas,
            **stateful_fields(app.stateful_set),
            **_steadiness(app),
            "selector": {"matchLabels": workload_selector(app, "stable")},
            "template": pod_template(app, context, image=app.image, track="stable"),
            **({"volumeClaimTemplates": claims} if claims else {}),
        },
    }


def _daemon_set(app: AppSettings, context: AppContext) -> Manifest:
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": _metadata(app, context, name=app.name, image=app.image, track="stable"),
        "spec": {
            "updateStrategy": daemon_strategy(app.strategy),
            **_steadiness(app),
            "selector": {"matchLabels": workload_selector(app, "stable")},
            "template": pod_template(app, context, image=app.image, track="stable"),
        },
    }


def _job(app: AppSettings, context: AppContext) -> Manifest:
    """Return the Job, or the CronJob with its Job inside.

    Pulumi waits until a Job is complete, and makes one that failed again; of a CronJob it waits for nothing.
    """
    described = _metadata(app, context, name=app.name, image=app.image, track="stable")
    template = pod_template(app, context, image=app.image, track="stable")
    job = job_spec(app.job or JobSettings(), template)
    if app.kind == "Job":
        annotations = {**described.get("annotations", {}), REPLACE_UNREADY: "true"}
        return {
            "apiVersion": "batch/v1",
            "kind": "Job",
            "metadata": {**described, "annotations": annotations},
            "spec": job,
        }
    if app.cron is None:
        raise ValueError(f"{app.name} has no schedule: the checks refuse such a CronJob")
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": described,
        "spec": cron_spec(app.cron, job, described["labels"]),
    }


def workload(app: AppSettings, context: AppContext) -> Manifest:
    """Return the app's workload.

    Where the app scales, `spec.replicas` is the number it is created with; from then on the autoscaler owns the field,
    and whoever applies this manifest must leave it alone (`ignore_changes` in `AppStack`).
    """
    if app.kind == "StatefulSet":
        return _stateful_set(app, context)
    if app.kind == "DaemonSet":
        return _daemon_set(app, context)
    if app.kind in {"Job", "CronJob"}:
        return _job(app, context)
    return deployment(app, context, name=app.name, image=app.image, track="stable", replicas=app.initial_replicas)


def canary(app: AppSettings, context: AppContext) -> Manifest | None:
    """Return the Deployment of the second version, None where the app has none."""
    if app.canary is None:
        return None
    return deployment(
        app,
        context,
        name=canary_name(app),
        image=app.canary.image,
        track="canary",
        replicas=app.canary.replicas,
    )
