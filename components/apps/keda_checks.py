"""Checks of apps that KEDA scales."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.context import context
from components.apps.each_app import each_app
from components.apps.keda_http_settings import OVER_HTTP
from components.apps.keda_settings import TriggerSettings
from components.apps.naming import own_secret_name
from components.apps.observability_sources import request_source
from components.problem import Advice, Problem

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

KEDA = ("scaling", "keda")
TRIGGERS = (*KEDA, "triggers")

_KAFKA = {"sasl": {"username", "password"}, "tls": {"ca", "cert", "key", "keyPassword"}}
_PROMETHEUS = {"basic": {"username", "password"}, "bearer": {"bearerToken"}, "tls": {"ca", "cert", "key"}}
_METRICS_API = {
    "apiKey": ({"apiKey"}, set[str]()),
    "basic": ({"username"}, {"password"}),
    "bearer": ({"token"}, set[str]()),
    "tls": ({"ca", "cert"}, {"key"}),
}
_RABBITMQ = {"host", "username", "password", "vhostName", "tls", "ca", "cert", "key"}
SORTS = tuple(str(field.alias) for name, field in TriggerSettings.model_fields.items() if name != "secret_target_ref")
_AWS = {"awsAccessKeyID", "awsSecretAccessKey"}


def _triggers(app: "AppSettings") -> "Iterator[tuple[str, TriggerSettings]]":
    if app.scaling is not None and app.scaling.keda is not None:
        yield from app.scaling.keda.triggers.items()


@each_app
def installed(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The stack has KEDA, and KEDA looks at the app's namespace."""
    if app.scaling is None or app.scaling.keda is None:
        return
    keda = settings.autoscaling.keda
    if keda is None:
        line = "`autoscaling: {keda: {}}` in the stack file"
        yield Problem(KEDA, "the stack has KEDA switched off", "keda without autoscaling.keda", line, app=app.name)
    elif keda.watch_namespaces and app.namespace not in keda.watch_namespaces:
        watched = ", ".join((*keda.watch_namespaces, app.namespace))
        yield Problem(
            KEDA,
            "KEDA does not look at the app's namespace: it would never be scaled",
            app.namespace,
            f"`autoscaling: {{keda: {{watchNamespaces: [{watched}]}}}}` in the stack file",
            app=app.name,
        )


@each_app
def one_sort(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A trigger is of one sort, and CPU and memory have one target."""
    for name, trigger in _triggers(app):
        if len(trigger.sources) != 1:
            found = " and ".join(trigger.sources) or "none"
            allowed = f"exactly one of {', '.join(SORTS)}"
            yield Problem((*TRIGGERS, name), "a trigger is of one sort", found, allowed, app=app.name)
        elif trigger.measured is not None and len(trigger.measured.sources) != 1:
            found = " and ".join(trigger.measured.sources) or "none"
            allowed = "exactly one of averageUtilization, averageValue"
            path = (*TRIGGERS, name, trigger.sources[0])
            yield Problem(path, "a trigger has one target", found, allowed, app=app.name)


@each_app
def readable_queues(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """KEDA may ask the length of a queue; in an existing cluster its role is somebody else's."""
    keda = settings.autoscaling.keda
    if keda is None or settings.cluster.existing is not None:
        return
    arns = keda.aws.queue_arns if keda.aws is not None else ()
    for name, trigger in _triggers(app):
        if trigger.pod_identity and trigger.aws_sqs_queue is not None and trigger.aws_sqs_queue.queue_arn not in arns:
            arn = trigger.aws_sqs_queue.queue_arn
            yield Problem(
                (*TRIGGERS, name, "awsSqsQueue", "queueArn"),
                "KEDA's identity in AWS may not ask this queue",
                arn,
                f"`autoscaling: {{keda: {{aws: {{queueArns: [{', '.join((*arns, arn))}]}}}}}}` in the stack file",
                app=app.name,
            )


def _known_parameters(trigger: "TriggerSettings") -> tuple[set[str], set[str]]:
    """Return the parameters of a login that must be there, and those that may."""
    if trigger.aws_sqs_queue is not None:
        return (_AWS if trigger.secret_target_ref else set()), {*_AWS, "awsSessionToken"}
    if trigger.kafka is not None:
        needed = _KAFKA["sasl"] if trigger.kafka.sasl != "none" else set()
        return needed, needed | (_KAFKA["tls"] if trigger.kafka.tls else set())
    if trigger.prometheus is not None:
        mode = trigger.prometheus.auth_modes
        needed = _PROMETHEUS[mode] if mode is not None else set()
        return needed, needed | {"ca"} if needed else set()
    if trigger.rabbitmq is not None:
        return (set() if trigger.rabbitmq.host else {"host"}), _RABBITMQ - (
            {"host"} if trigger.rabbitmq.host else set()
        )
    if trigger.metrics_api is not None and trigger.metrics_api.auth_mode is not None:
        needed, more = _METRICS_API[trigger.metrics_api.auth_mode]
        return needed, needed | more
    return set(), set()


@each_app
def asked_over_http(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What only RabbitMQ's management API knows is asked of it, and a key's place is that of a key."""
    for name, trigger in _triggers(app):
        path = (*TRIGGERS, name)
        queue, api = trigger.rabbitmq, trigger.metrics_api
        by_amqp = queue is not None and (queue.protocol == "amqp" or (queue.host or "").startswith("amqp"))
        if queue is not None and by_amqp and (queue.mode in OVER_HTTP or queue.exclude_unacknowledged):
            yield Problem(
                (*path, "rabbitmq", "mode" if queue.mode in OVER_HTTP else "excludeUnacknowledged"),
                "only the broker's management API knows this",
                "protocol amqp",
                "protocol: http, with a host such as http://HOST:15672/VHOST",
                app=app.name,
            )
        if api is not None and api.auth_mode != "apiKey" and (api.method or api.key_param_name):
            key = "method" if api.method else "keyParamName"
            yield Problem(
                (*path, "metricsApi", key),
                "says where a key goes",
                "no key",
                "unset, or authMode: apiKey",
                app=app.name,
            )
        if api is not None and api.aggregation_type and not api.aggregate_from_kube_service_endpoints:
            yield Problem(
                (*path, "metricsApi", "aggregationType"),
                "one answer alone is not aggregated",
                api.aggregation_type,
                "unset, or aggregateFromKubeServiceEndpoints: true",
                app=app.name,
            )


@each_app
def counted_requests(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """Somebody counts the requests that a trigger goes by, and the stack's Prometheus has them."""
    for name, trigger in _triggers(app):
        if trigger.http is None or app.kind == "Job":
            continue
        if settings.monitoring is None or request_source(app, context(settings)) is None:
            yield Problem(
                (*TRIGGERS, name, "http"),
                "nobody counts the app's requests",
                "no monitoring" if settings.monitoring is None else "neither a mesh's proxy nor metrics of its own",
                "`monitoring: {}` in the stack file, with a mesh or with monitoring.metrics and a port called metrics",
                app=app.name,
            )


@each_app
def logins(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A login has what its way of logging in needs, and nothing else."""
    for name, trigger in _triggers(app):
        needed, possible = _known_parameters(trigger)
        given = set(trigger.secret_target_ref)
        if needed <= given <= possible:
            continue
        yield Problem(
            (*TRIGGERS, name, "secretTargetRef"),
            "KEDA logs in with the parameters of the trigger's own way, or not at all",
            ", ".join(sorted(given)) or "none",
            ", ".join(sorted(needed) or sorted(possible)) or "none for this trigger as it is written",
            app=app.name,
        )


@each_app
def own_prometheus(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """The stack's own Prometheus is there."""
    for name, trigger in _triggers(app):
        asked = trigger.prometheus
        if asked is not None and asked.server_address is None and settings.monitoring is None:
            yield Problem(
                (*TRIGGERS, name, "prometheus"),
                "the stack has no Prometheus of its own to ask",
                "no serverAddress",
                "serverAddress: http://…, or `monitoring: {}` in the stack file",
                app=app.name,
            )


@each_app
def counts(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """No number of pods is beyond the range, and a schedule has a length."""
    if app.scaling is None or app.scaling.keda is None:
        return
    most, fallback = app.scaling.max_replicas, app.scaling.keda.fallback
    asked: list[tuple[tuple[str | int, ...], int]] = [
        ((*TRIGGERS, name, "cron", "desiredReplicas"), trigger.cron.desired_replicas)
        for name, trigger in _triggers(app)
        if trigger.cron is not None
    ]
    if fallback is not None:
        asked.append(((*KEDA, "fallback", "replicas"), fallback.replicas))
    for path, number in asked:
        if number > most:
            message = "more pods than scaling.maxReplicas, which is the most there ever are"
            yield Problem(path, message, str(number), f"at most {most}", str(most), app=app.name)
    for name, trigger in _triggers(app):
        if trigger.cron is not None and trigger.cron.start == trigger.cron.end:
            path = (*TRIGGERS, name, "cron", "end")
            yield Problem(path, "ends when it starts", trigger.cron.end, "another time than start", app=app.name)


@each_app
def nothing_at_all(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What goes to no pods can come back, and what is said of no pods is said of an app that goes there."""
    if app.scaling is None or app.scaling.keda is None or app.kind == "Job":
        return
    keda, fewest = app.scaling.keda, app.scaling.min_replicas
    if keda.idles and fewest == 0:
        message = "means something only below minReplicas, which is 0 already"
        yield Problem((*KEDA, "idleReplicaCount"), message, "0", "minReplicas of at least 1, or unset", app=app.name)
    by_pods = all(trigger.measured is not None for _, trigger in _triggers(app))
    served = all(trigger.measured is not None or trigger.http is not None for _, trigger in _triggers(app))
    if (keda.idles or fewest == 0) and served:
        yield Problem(
            TRIGGERS,
            "CPU, memory and requests are measured in pods: without any, nothing would start the first one",
            "only cpu and memory" if by_pods else "only cpu, memory and http",
            "another trigger beside them, or minReplicas of at least 1 and no idleReplicaCount",
            app=app.name,
        )
    if keda.fallback is not None and by_pods:
        message = "is for sources outside the pods; CPU and memory have none"
        yield Problem((*KEDA, "fallback"), message, "only cpu and memory", "another trigger, or unset", app=app.name)
    if fewest == 0 or keda.idles:
        return
    given = {"pollingInterval": keda.polling_interval, "cooldownPeriod": keda.cooldown_period}
    given["initialCooldownPeriod"] = keda.initial_cooldown_period
    for key, value in given.items():
        if value is not None:
            message = "counts only on the way to and from no pods, and this app always has some"
            allowed = "unset, `minReplicas: 0` or `idleReplicaCount: 0`; scaling.behavior says how fast the rest goes"
            yield Problem((*KEDA, key), message, str(value), allowed, app=app.name)


def unanswered(settings: "StackSettings") -> Iterator[Advice]:
    """Say which apps that are called may have no pods."""
    for app in settings.apps:
        scaling = app.scaling
        if scaling is None or scaling.keda is None or not (scaling.keda.idles or scaling.min_replicas == 0):
            continue
        if app.ingress is not None or app.route is not None or app.allow_from:
            yield Advice(
                ("scaling", "minReplicas"),
                "requests start no pod, only triggers do: while there are none, callers get errors",
                app=app.name,
            )


def foreign_secrets(settings: "StackSettings") -> Iterator[Advice]:
    """Say which Secrets of logins somebody else makes."""
    for app in settings.apps:
        for name, trigger in _triggers(app):
            for secret in sorted({key.name for key in trigger.secret_target_ref.values()} - {own_secret_name(app)}):
                yield Advice(
                    (*TRIGGERS, name, "secretTargetRef"),
                    f"Slipway does not make the Secret {secret}: the app is not scaled before it is in the namespace"
                    f" {app.namespace}",
                    app=app.name,
                )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    installed,
    one_sort,
    readable_queues,
    asked_over_http,
    counted_requests,
    logins,
    own_prometheus,
    counts,
    nothing_at_all,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unanswered, foreign_secrets)
