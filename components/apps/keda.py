"""The objects of an app that KEDA scales: a ScaledObject, and a TriggerAuthentication for each login.

The ScaledJob of a Job, whose triggers and logins are the same, is in `keda_jobs`.
"""

from collections.abc import Iterator

from components.apps.context import AppContext
from components.apps.keda_http_settings import ABSOLUTE, HttpTriggerSettings
from components.apps.keda_settings import AppKedaSettings, KafkaTriggerSettings, SqsTriggerSettings, TriggerSettings
from components.apps.labels import metadata
from components.apps.observability_sources import request_source
from components.apps.request_queries import rate
from components.apps.scaling import ScalingSettings, behavior
from components.apps.settings import AppSettings
from components.apps.strategies import scale_target
from components.apps.words import Manifest
from components.operations.monitoring_names import PROMETHEUS_URL

API = "keda.sh/v1alpha1"

_TYPES = {"awsSqsQueue": "aws-sqs-queue", "metricsApi": "metrics-api", "http": "prometheus"}
"""KEDA's names for triggers, where they are not the keys themselves."""


def _text(value: object) -> str:
    """Write a value as KEDA's metadata has it, where all values are texts."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _queue(settings: SqsTriggerSettings) -> Manifest:
    _, _, _, region, account, name = settings.queue_arn.split(":")
    rest = settings.model_dump(mode="json", by_alias=True, exclude={"queue_arn"})
    return {"queueURL": f"https://sqs.{region}.amazonaws.com/{account}/{name}", "awsRegion": region, **rest}


def _topic(settings: KafkaTriggerSettings) -> Manifest:
    rest = settings.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"bootstrap_servers", "tls"})
    tls = {"tls": "enable"} if settings.tls else {}
    return {"bootstrapServers": ",".join(settings.bootstrap_servers), **rest, **tls}


def _requests(app: AppSettings, context: AppContext, settings: HttpTriggerSettings) -> Manifest:
    """Return what Prometheus is asked about the app's own requests. Raises ValueError where nobody counts them."""
    source = request_source(app, context)
    if source is None:
        raise ValueError("nobody counts the app's requests: the checks refuse such a trigger")
    query = rate(source, f"{max(source.shortest, 60)}s")
    return {"serverAddress": PROMETHEUS_URL, "query": query, "threshold": settings.requests_per_second}


def _metadata(trigger: TriggerSettings) -> Manifest:
    if trigger.aws_sqs_queue is not None:
        return _queue(trigger.aws_sqs_queue)
    if trigger.kafka is not None:
        return _topic(trigger.kafka)
    for asked in (trigger.rabbitmq, trigger.metrics_api):
        if asked is not None:
            return asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    if trigger.prometheus is not None:
        own = trigger.prometheus.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {"serverAddress": PROMETHEUS_URL, **own}
    if trigger.measured is not None:
        target = trigger.measured.average_utilization or trigger.measured.average_value
        container = {"containerName": trigger.measured.container} if trigger.measured.container else {}
        return {"value": target, **container}
    return trigger.cron.model_dump(mode="json", by_alias=True) if trigger.cron is not None else {}


def authentication_name(app: AppSettings, trigger: str) -> str:
    """Return the name of a trigger's TriggerAuthentication."""
    return f"{app.name}-{trigger}"


def _trigger(app: AppSettings, context: AppContext, name: str, trigger: TriggerSettings) -> Manifest:
    (source,) = trigger.sources
    told = _metadata(trigger) if trigger.http is None else _requests(app, context, trigger.http)
    manifest: Manifest = {
        "type": _TYPES.get(source, source),
        "name": name,
        "metadata": {key: _text(value) for key, value in told.items()},
    }
    if trigger.measured is not None:
        manifest["metricType"] = "Utilization" if trigger.measured.average_utilization else "AverageValue"
    if trigger.rabbitmq is not None and trigger.rabbitmq.mode in ABSOLUTE:
        manifest["metricType"] = "Value"
    if trigger.pod_identity or trigger.secret_target_ref:
        manifest["authenticationRef"] = {"name": authentication_name(app, name)}
    return manifest


def _authentication(app: AppSettings, name: str, trigger: TriggerSettings) -> Manifest:
    secrets = [
        {"parameter": parameter, "name": key.name, "key": key.key}
        for parameter, key in trigger.secret_target_ref.items()
    ]
    return {
        "apiVersion": API,
        "kind": "TriggerAuthentication",
        "metadata": metadata(app, authentication_name(app, name)),
        "spec": {"secretTargetRef": secrets} if secrets else {"podIdentity": {"provider": "aws"}},
    }


def trigger_specs(app: AppSettings, context: AppContext, keda: AppKedaSettings) -> list[Manifest]:
    """Return the `triggers` of a ScaledObject or a ScaledJob."""
    return [_trigger(app, context, name, trigger) for name, trigger in keda.triggers.items()]


def logins(app: AppSettings, keda: AppKedaSettings) -> Iterator[tuple[str, Manifest]]:
    """Yield the TriggerAuthentication of each trigger that KEDA logs in for."""
    for name, trigger in keda.triggers.items():
        if trigger.pod_identity or trigger.secret_target_ref:
            yield f"trigger-{name}", _authentication(app, name, trigger)


def _options(keda: AppKedaSettings) -> Manifest:
    given = {"polling_interval", "cooldown_period", "initial_cooldown_period", "idle_replica_count", "fallback"}
    return keda.model_dump(mode="json", by_alias=True, exclude_none=True, include=given)


def _scaled_object(app: AppSettings, context: AppContext, scaling: ScalingSettings, keda: AppKedaSettings) -> Manifest:
    return {
        "apiVersion": API,
        "kind": "ScaledObject",
        # While an app changes from one autoscaler to the other, both are there for a moment: KEDA's webhook would
        # refuse its own, and Kubernetes makes neither of them act until one has gone.
        "metadata": metadata(app, app.name, annotations={"validations.keda.sh/hpa-ownership": "false"}),
        "spec": {
            "scaleTargetRef": scale_target(app),
            "minReplicaCount": scaling.min_replicas,
            "maxReplicaCount": scaling.max_replicas,
            **_options(keda),
            "advanced": {
                "restoreToOriginalReplicaCount": keda.restore_to_original_replica_count,
                "horizontalPodAutoscalerConfig": {"behavior": behavior(scaling.behavior)},
            },
            "triggers": trigger_specs(app, context, keda),
        },
    }


def keda_objects(app: AppSettings, context: AppContext) -> Iterator[tuple[str, Manifest]]:
    """Yield what KEDA scales the app by, logins first; nothing for an app whose number of pods it does not change."""
    if app.kind == "Job" or app.scaling is None or app.scaling.keda is None:
        return
    yield from logins(app, app.scaling.keda)
    yield "scaledobject", _scaled_object(app, context, app.scaling, app.scaling.keda)
