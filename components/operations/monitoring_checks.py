"""What is wrong, or worth knowing, about a stack's monitoring."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.addons import EBS_DRIVER, AddonSettings
from components.foundation.pool_plan import missing, resolve
from components.foundation.storage import storage_class_names
from components.operations.monitoring_settings import ReceiverSettings
from components.operations.monitoring_values import storage_class
from components.problem import Advice, KeyPath, Problem, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

KINDS = ("slack", "pagerduty", "webhook", "sns")


def _receivers(settings: "StackSettings") -> Iterator[tuple[KeyPath, ReceiverSettings]]:
    monitoring = settings.monitoring
    for name, each in monitoring.alertmanager.receivers.items() if monitoring is not None else ():
        yield ("monitoring", "alertmanager", "receivers", name), each


def driver(settings: "StackSettings") -> Iterator[Problem]:
    """The volumes have somebody to make them."""
    if settings.monitoring is None or settings.cluster.existing is not None:
        return
    if not settings.cluster.addons.get(EBS_DRIVER, AddonSettings()).enabled:
        yield Problem(
            ("monitoring",),
            f"Prometheus and Alertmanager keep volumes, and the stack has switched off {EBS_DRIVER}, which makes them:"
            " their pods would never start",
            f"monitoring with cluster.addons.{EBS_DRIVER}.enabled false",
            f"no line `enabled: false` under cluster.addons.{EBS_DRIVER}, or no monitoring",
        )
    elif storage_class(settings) is None:
        yield Problem(
            ("monitoring", "storageClass"),
            "the stack has no default storage class: the volumes of Prometheus and Alertmanager would wait forever",
            "nothing, with storage.defaultClass null or none of storage.classes",
            "`storageClass: gp3-ssd`, or storage.defaultClass",
        )


def known_class(settings: "StackSettings") -> Iterator[Problem]:
    """The class of the volumes is one that the stack makes; an existing cluster may have others."""
    monitoring = settings.monitoring
    if monitoring is None or monitoring.storage_class is None or settings.cluster.existing is not None:
        return
    names = storage_class_names(settings.storage, existing=False)
    if monitoring.storage_class not in names:
        yield unknown_word(("monitoring", "storageClass"), "storage class", monitoring.storage_class, names)


def receiver_kinds(settings: "StackSettings") -> Iterator[Problem]:
    """A receiver is told in one way, of something."""
    for path, each in _receivers(settings):
        given = [kind for kind in KINDS if getattr(each, kind) is not None]
        if len(given) != 1:
            yield Problem(
                path,
                "a receiver is told in one way; two ways are two receivers",
                ", ".join(given) or f"none of {', '.join(KINDS)}",
                f"one of {', '.join(KINDS)}",
            )
        if not each.severities and not each.watchdog:
            yield Problem(
                (*path, "severities"),
                "this receiver would never be told anything",
                "no severities, without watchdog",
                "`severities: [critical]`, or `watchdog: true`",
            )


def topics(settings: "StackSettings") -> Iterator[Problem]:
    """Amazon SNS admits only who has an AWS identity."""
    for path, each in _receivers(settings):
        if each.sns is not None and settings.cluster.existing is not None:
            yield Problem(
                (*path, "sns"),
                "an existing cluster gets no AWS identity from Slipway, and SNS admits nobody without",
                f"{each.sns.topic_arn} with cluster.existing",
                "slack, pagerduty or webhook",
            )


def room(settings: "StackSettings") -> Iterator[Problem]:
    """Each pod has a node of its own, and tolerates no taint."""
    monitoring = settings.monitoring
    if monitoring is None or settings.cluster.existing is not None:
        return
    pools = [resolve(name, pool) for name, pool in settings.node_pools.items() if not missing(name, pool)]
    nodes = sum(pool.size for pool in pools if not pool.taints)
    replicas = {"prometheus": monitoring.prometheus.replicas, "alertmanager": monitoring.alertmanager.replicas}
    for part, count in replicas.items():
        if pools and nodes < count:
            yield Problem(
                ("monitoring", part, "replicas"),
                "each pod needs a node of its own without a taint: the others would never start",
                f"{count} pods on {nodes} nodes",
                f"at most {nodes}, or a larger node pool without taints",
            )


def nobody_told(settings: "StackSettings") -> Iterator[Advice]:
    """In production somebody hears of an alert, and of alerts that no longer come."""
    monitoring = settings.monitoring
    if monitoring is None or settings.environment != "production":
        return
    path = ("monitoring", "alertmanager", "receivers")
    receivers = monitoring.alertmanager.receivers.values()
    if not any("critical" in each.severities for each in receivers):
        yield Advice(path, "nobody is told of critical alerts: a receiver with severities [critical] is")
    elif not any(each.watchdog for each in receivers):
        yield Advice(
            path,
            "nobody notices when alerts no longer get through: `watchdog: true` on a receiver that raises an alarm when"
            " it hears nothing",
        )


def alone(settings: "StackSettings") -> Iterator[Advice]:
    """What watches production is not away with one node."""
    monitoring = settings.monitoring
    if monitoring is None or settings.environment != "production":
        return
    for part, count in (
        ("prometheus", monitoring.prometheus.replicas),
        ("alertmanager", monitoring.alertmanager.replicas),
    ):
        if count == 1:
            yield Advice(
                ("monitoring", part, "replicas"),
                "while the only pod moves to another node, which can take as long as its volume does, no alert is"
                " raised: 2 survive one node",
            )


def operator_of_existing(settings: "StackSettings") -> Iterator[Advice]:
    """Two Prometheus operators undo each other's work."""
    if settings.monitoring is not None and settings.cluster.existing is not None:
        yield Advice(
            ("monitoring",),
            "one Prometheus operator serves a whole cluster: if this one has one already (`kubectl get deployments -A"
            " -l app.kubernetes.io/component=prometheus-operator`), leave the room out",
        )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    driver,
    known_class,
    receiver_kinds,
    topics,
    room,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (nobody_told, alone, operator_of_existing)
