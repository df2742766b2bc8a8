"""A Job by events: the ScaledJob by which KEDA makes one Job after the other."""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.jobs import JobSettings, job_spec
from components.apps.keda import API, logins, trigger_specs
from components.apps.keda_job_settings import JobRolloutSettings
from components.apps.keda_settings import AppKedaSettings
from components.apps.labels import metadata, pod_labels
from components.apps.placement import pool_of
from components.apps.pod import pod_template
from components.apps.scaling import ScalingSettings
from components.apps.settings import AppSettings
from components.apps.words import Manifest


def _options(keda: AppKedaSettings) -> Manifest:
    given = {"polling_interval", "successful_jobs_history_limit", "failed_jobs_history_limit"}
    options = keda.model_dump(mode="json", by_alias=True, exclude_none=True, include=given)
    if keda.scaling_strategy is not None:
        strategy = keda.scaling_strategy.model_dump(mode="json", by_alias=True, exclude_none=True)
        options["scalingStrategy"] = {key: value for key, value in strategy.items() if value != []}
    # written always: KEDA's own default ends the running Jobs of every app that changes
    rollout = keda.rollout or JobRolloutSettings()
    return {**options, "rollout": rollout.model_dump(mode="json", by_alias=True, exclude_none=True)}


def _scaled_job(app: AppSettings, context: AppContext, scaling: ScalingSettings, keda: AppKedaSettings) -> Manifest:
    pool = pool_of(app, context)
    return {
        "apiVersion": API,
        "kind": "ScaledJob",
        # KEDA gives each Job the labels and annotations of its ScaledJob
        "metadata": {
            **metadata(app, app.name),
            "labels": pod_labels(app, "stable", app.image, pool.name if pool else None),
        },
        "spec": {
            "jobTargetRef": job_spec(
                app.job or JobSettings(), pod_template(app, context, image=app.image, track="stable")
            ),
            "minReplicaCount": scaling.min_replicas,
            "maxReplicaCount": scaling.max_replicas,
            **_options(keda),
            "triggers": trigger_specs(app, context, keda),
        },
    }


def scaled_job_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what makes the Jobs of an app by events, logins first; nothing for an app of which KEDA makes no Jobs."""
    if app.kind != "Job" or app.scaling is None or app.scaling.keda is None:
        return
    yield from logins(app, app.scaling.keda)
    yield "scaledjob", _scaled_job(app, context, app.scaling, app.scaling.keda)
