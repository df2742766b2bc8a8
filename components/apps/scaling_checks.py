"""Checks of what scales an app, and of its HorizontalPodAutoscaler."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.mesh_limits import mesh_of
from components.apps.preset_containers import preset_resources
from components.apps.strategies import by_events
from components.foundation.addons import AddonSettings
from components.problem import Advice, Problem, unknown_word

if TYPE_CHECKING:
    from components.apps.scaling import ScalingSettings
    from components.apps.scaling_metrics import Resource
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

PROXIES = {"istio": "istio-proxy", "linkerd": "linkerd-proxy"}
"""The containers that a mesh adds to pods."""

SCALABLE = ("Deployment", "StatefulSet")


def measured(scaling: "ScalingSettings") -> "Iterator[tuple[tuple[str | int, ...], Resource, str | None]]":
    """Yield what goes by metrics-server: where it is said, the resource, and the container (None: all of the pod)."""
    for resource in scaling.shares:
        yield ("scaling", resource), resource, None
    for index, each in enumerate(scaling.metrics):
        if each.measured is not None:
            container = each.container_resource.container or "" if each.container_resource is not None else None
            yield ("scaling", "metrics", index), each.measured.name, container
    for name, trigger in scaling.keda.triggers.items() if scaling.keda is not None else ():
        if trigger.cpu is not None:
            yield ("scaling", "keda", "triggers", name), "cpu", trigger.cpu.container
        if trigger.memory is not None:
            yield ("scaling", "keda", "triggers", name), "memory", trigger.memory.container


@each_app
def scalable(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """What has a number of pods can be scaled, and a Job be started for each event."""
    if app.scaling is None or app.kind in SCALABLE or by_events(app):
        return
    if app.kind in {"Job", "CronJob"}:
        yield Problem(
            ("scaling",),
            "the pods of a Job end by themselves: only KEDA starts Jobs by what happens"
            if app.kind == "Job"
            else "a CronJob starts its Jobs by the clock, and by nothing else",
            f"scaling of a {app.kind}",
            "`kind: Job` with `scaling: {minReplicas: 0, maxReplicas: 10, keda: {triggers: …}}`, or no scaling",
            app=app.name,
        )
    else:
        yield Problem(
            ("scaling",),
            f"a {app.kind} has no number of pods for an autoscaler to change",
            app.kind,
            f"{' or '.join(SCALABLE)}, or no scaling",
            app=app.name,
        )


@each_app
def one_autoscaler(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """KEDA makes a HorizontalPodAutoscaler of its own: a second one of the same pods stops both."""
    scaling = app.scaling
    if scaling is None or scaling.keda is None or app.kind == "Job":
        return
    given = {
        "cpu": "cpu" in scaling.model_fields_set and scaling.cpu is not None,
        "memory": scaling.memory is not None,
        "metrics": bool(scaling.metrics),
    }
    for key, said in given.items():
        if said:
            line = f"{key}: {{averageUtilization: 70}}" if key != "metrics" else "prometheus: {query: …}"
            yield Problem(
                ("scaling", key),
                "is for Kubernetes' own autoscaler, and two autoscalers of the same pods stop each other",
                f"{key} with keda",
                f"no keda, or a trigger of KEDA's: `scaling: {{keda: {{triggers: {{load: {{{line}}}}}}}}}`",
                app=app.name,
            )


@each_app
def down_to_nothing(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """Kubernetes' own autoscaler keeps a pod, since it measures pods."""
    if app.scaling is not None and app.scaling.keda is None and app.scaling.min_replicas == 0:
        yield Problem(
            ("scaling", "minReplicas"),
            "Kubernetes' own autoscaler cannot start the first pod: it goes by what pods use",
            "0 without keda",
            "at least 1, or `keda: {triggers: …}`, which scales from 0",
            "1",
            app=app.name,
        )


@each_app
def one_target(app: "AppSettings", _: "StackSettings") -> Iterator[Problem]:
    """A metric is of one sort, and has one target."""
    for index, each in enumerate(app.scaling.metrics if app.scaling is not None else ()):
        path: tuple[str | int, ...] = ("scaling", "metrics", index)
        if len(each.sources) != 1:
            yield Problem(
                path,
                "a metric is of one sort",
                " and ".join(each.sources) or "none",
                "exactly one of resource, containerResource, pods, object, external",
                app=app.name,
            )
            continue
        targets = list(each.target.model_dump(by_alias=True, exclude_none=True)) if each.target is not None else []
        if len(targets) != 1:
            (source,) = each.sources
            allowed = "averageUtilization, averageValue" if each.measured is not None else "averageValue, value"
            yield Problem(
                (*path, source, "target"),
                "a metric has one target",
                " and ".join(targets) or "none",
                f"exactly one of {allowed}",
                app=app.name,
            )


def container_names(app: "AppSettings", settings: "StackSettings") -> tuple[str, ...]:
    """Return the containers of an app's pods: its own, the mesh's proxy, and those that it declares itself."""
    proxy = PROXIES.get(mesh_of(app, settings))
    beside = (*app.sidecars, *app.containers, *preset_resources(app))
    return (app.name, *([proxy] if proxy else []), *beside)


@each_app
def measured_containers(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A container that is measured is there: the metric would be missing for ever, and with it the scaling down."""
    names = container_names(app, settings)
    for path, _, container in measured(app.scaling) if app.scaling is not None else ():
        if container and container not in names:
            yield unknown_word((*path, "container"), "container", container, names, app.name)


@each_app
def metrics_server(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """CPU and memory are what metrics-server says."""
    if app.scaling is None or settings.cluster.existing is not None:
        return
    if settings.cluster.addons.get("metrics-server", AddonSettings()).enabled:
        return
    for path, resource, _ in measured(app.scaling):
        yield Problem(
            path,
            f"what pods use of {resource} is known from metrics-server, which the stack has switched off: the number of"
            " pods would never change",
            "cluster.addons.metrics-server.enabled false",
            "no line `enabled: false` under cluster.addons.metrics-server in the stack file",
            app=app.name,
        )


@each_app
def external_metrics(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """KEDA is the one server of external metrics, and has those of its ScaledObjects only."""
    if app.scaling is None or settings.autoscaling.keda is None:
        return
    for index, each in enumerate(app.scaling.metrics):
        if each.external is not None:
            yield Problem(
                ("scaling", "metrics", index, "external"),
                "the API external.metrics.k8s.io has one server, here KEDA, which knows only what its own triggers ask"
                " for",
                each.external.metric.name,
                "a trigger of KEDA's: `scaling: {keda: {triggers: …}}`",
                app=app.name,
            )


@each_app
def unserved_metrics(app: "AppSettings", settings: "StackSettings") -> Iterator[Advice]:
    """Say which metrics nothing in the stack serves."""
    for index, each in enumerate(app.scaling.metrics if app.scaling is not None else ()):
        custom = each.pods is not None or each.object is not None
        if custom or (each.external is not None and settings.autoscaling.keda is None):
            api = "custom.metrics.k8s.io" if custom else "external.metrics.k8s.io"
            yield Advice(
                ("scaling", "metrics", index),
                f"nothing that Slipway installs serves {api}: until an adapter does (prometheus-adapter), the app is"
                " not scaled down; KEDA's trigger `prometheus` needs none",
                app=app.name,
            )


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    scalable,
    one_autoscaler,
    down_to_nothing,
    one_target,
    measured_containers,
    metrics_server,
    external_metrics,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (unserved_metrics,)
