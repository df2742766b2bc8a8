"""What is wrong, or worth knowing, about what scales the apps."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.foundation.addons import AddonSettings
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.settings import StackSettings

KEDA = ("autoscaling", "keda")


def keda_identity(settings: "StackSettings") -> Iterator[Problem]:
    """What calls AWS needs an AWS identity, which only a cluster that Slipway builds has."""
    keda = settings.autoscaling.keda
    if keda is not None and keda.aws is not None and settings.cluster.existing is not None:
        yield Problem(
            (*KEDA, "aws"),
            "an existing cluster gets no AWS identity from Slipway, and neither SQS nor CloudWatch admits anybody"
            " without",
            "aws with cluster.existing",
            "no aws with cluster.existing: give the service account keda/keda-operator its role there",
        )


def keda_rights(settings: "StackSettings") -> Iterator[Problem]:
    """An AWS identity is for something."""
    keda = settings.autoscaling.keda
    if keda is not None and keda.aws is not None and not keda.aws.queue_arns and not keda.aws.cloudwatch:
        yield Problem(
            (*KEDA, "aws"),
            "gives KEDA an AWS identity that may do nothing",
            "no queueArns, no cloudwatch",
            "`queueArns: [arn:aws:sqs:us-west-2:123456789012:orders]`, `cloudwatch: true`, or no aws",
        )


def watched_namespaces(settings: "StackSettings") -> Iterator[Problem]:
    """KEDA watches namespaces that there are."""
    keda = settings.autoscaling.keda
    for index, name in enumerate(keda.watch_namespaces if keda is not None else ()):
        if name not in settings.namespaces:
            yield unknown_word((*KEDA, "watchNamespaces", index), "namespace", name, settings.namespaces)


def metrics_for_vpa(settings: "StackSettings") -> Iterator[Problem]:
    """The recommender lives on what metrics-server measures."""
    if settings.autoscaling.vpa is not None and not _metrics_server(settings):
        yield Problem(
            ("autoscaling", "vpa"),
            "reads what containers use from metrics-server, which the stack has switched off: it would never recommend"
            " anything",
            "vpa with cluster.addons.metrics-server.enabled false",
            "no vpa, or no line `enabled: false` under cluster.addons.metrics-server",
        )


def metrics_for_keda(settings: "StackSettings") -> Iterator[Advice]:
    """Triggers by CPU and memory are plain HPA metrics."""
    if settings.autoscaling.keda is not None and not _metrics_server(settings):
        yield Advice(
            KEDA,
            "its triggers cpu and memory never fire without metrics-server, which cluster.addons.metrics-server"
            " switches off; all others do",
        )


def external_metrics(settings: "StackSettings") -> Iterator[Advice]:
    """The API of external metrics has one server in a cluster."""
    if settings.autoscaling.keda is not None and settings.cluster.existing is not None:
        yield Advice(
            KEDA,
            "takes the API v1beta1.external.metrics.k8s.io, which has one server in a cluster: if another one is there"
            " (`kubectl get apiservice v1beta1.external.metrics.k8s.io`), such as Datadog's cluster agent or"
            " prometheus-adapter, Helm refuses the release",
        )


def metrics_of_existing(settings: "StackSettings") -> Iterator[Advice]:
    """Whether an existing cluster measures is its own concern."""
    if settings.autoscaling.vpa is not None and settings.cluster.existing is not None:
        yield Advice(
            ("autoscaling", "vpa"),
            "reads what containers use from metrics-server, which Slipway does not install in an existing cluster:"
            " `kubectl top pods` says whether it is there",
        )


def alone(settings: "StackSettings") -> Iterator[Advice]:
    """What production scales by does not stop with one pod."""
    if settings.environment != "production":
        return
    parts = {"keda": settings.autoscaling.keda, "vpa": settings.autoscaling.vpa}
    for key, part in parts.items():
        if part is not None and part.replicas == 1 and not getattr(part, "recommend_only", False):
            stops = "nothing scales by events" if key == "keda" else "new pods get the requests of their files"
            yield Advice(("autoscaling", key, "replicas"), f"while the only pod moves to another node, {stops}")


def _metrics_server(settings: "StackSettings") -> bool:
    """Tell whether the stack has metrics-server; an existing cluster has no line that switches it off."""
    return settings.cluster.addons.get("metrics-server", AddonSettings()).enabled


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    keda_identity,
    keda_rights,
    watched_namespaces,
    metrics_for_vpa,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (
    metrics_for_keda,
    external_metrics,
    metrics_of_existing,
    alone,
)
