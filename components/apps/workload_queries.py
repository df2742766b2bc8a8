"""What is asked of Prometheus about an app's pods: are they there, have they room, are they scraped. Pure."""

from components.apps.naming import metrics_name
from components.apps.settings import AppSettings
from components.apps.strategies import by_argo, by_flagger, by_switch, colour_name

_REPLICAS = {
    "Deployment": ("deployment", "kube_deployment_status_replicas_available", "kube_deployment_spec_replicas"),
    "StatefulSet": ("statefulset", "kube_statefulset_status_replicas_ready", "kube_statefulset_replicas"),
    "DaemonSet": (
        "daemonset",
        "kube_daemonset_status_number_available",
        "kube_daemonset_status_desired_number_scheduled",
    ),
}
"""By kind: kube-state-metrics' label, and its metrics of the pods that are there and of those that should be."""

_ROLLOUT = ("rollout_info_replicas_available", "rollout_info_replicas_desired")
"""The same of a Rollout, which kube-state-metrics does not know: Argo Rollouts' own
(https://argo-rollouts.readthedocs.io/en/stable/features/controller-metrics/). In blue-green it counts the active
colour's pods only. The namespace is under `exported_namespace`, since its chart's ServiceMonitor honours no labels."""


def container(name: str, namespace: str) -> str:
    """Return the matchers of the app's own container, which is named after it, in all its pods."""
    return f'namespace="{namespace}",container="{name}"'


def serving(app: AppSettings, name: str) -> str:
    """Return the name of the workload whose pods clients reach: Flagger's copy, the active colour, else the app's."""
    if by_flagger(app):
        return f"{name}-primary"
    if by_switch(app):
        return name + colour_name(app, app.strategy.active).removeprefix(app.name)
    return name


def replicas(app: AppSettings, name: str, namespace: str) -> tuple[str, str] | None:
    """Return the serving pods that are available and those that are wanted; None for a kind that ends, such as a Job.

    Where Argo Rollouts itself is not measured, all ready pods stand for the available ones.
    """
    if app.kind not in _REPLICAS:
        return None
    if by_argo(app):
        available, wanted = (f'max({each}{{exported_namespace="{namespace}",name="{name}"}})' for each in _ROLLOUT)
        return f"({available} or sum(kube_pod_container_status_ready{{{container(name, namespace)}}}))", wanted
    label, available, wanted = _REPLICAS[app.kind]
    matchers = f'{{namespace="{namespace}",{label}="{serving(app, name)}"}}'
    return f"max({available}{matchers})", f"max({wanted}{matchers})"


def down(available: str, wanted: str) -> str:
    """Return what holds while no pod is available, though none may be known at all; not where none is wanted."""
    return f"({available} or vector(0)) == 0 unless {wanted} == 0"


def lasting(app: AppSettings) -> bool:
    """Tell whether an app always has pods: it is no Job, and does not scale to none."""
    fewest = app.scaling.min_replicas if app.scaling is not None else app.initial_replicas
    return app.kind == "DaemonSet" or (app.kind in _REPLICAS and fewest > 0)


def autoscaler(app: AppSettings, name: str) -> str:
    """Return the name of the HorizontalPodAutoscaler: the app's own, KEDA's of its ScaledObject, or Flagger's copy.

    https://docs.flagger.app/usage/how-it-works#canary-target
    """
    if app.scaling is not None and app.scaling.keda is not None:
        return f"keda-hpa-{name}"
    return f"{name}-hpa-primary" if by_flagger(app) else f"{name}-hpa"


def throttled(name: str, namespace: str) -> str:
    """Return the percentage of scheduling periods in which a pod had used up its CPU."""
    own = container(name, namespace)
    periods = [f"container_cpu_cfs{each}_periods_total{{{own}}}[5m]" for each in ("_throttled", "")]
    return f"100 * sum by (pod) (increase({periods[0]})) / sum by (pod) (increase({periods[1]}))"


def memory_used(name: str, namespace: str) -> str:
    """Return the percentage of its limit that a pod's container holds."""
    own = container(name, namespace)
    return (
        f"100 * max by (pod) (container_memory_working_set_bytes{{{own}}})"
        f' / max by (pod) (kube_pod_container_resource_limits{{{own},resource="memory"}})'
    )


def targets_down(app: AppSettings, name: str, namespace: str) -> str:
    """Return the percentage of the app's pods whose metrics are not to be had: all, where a lasting app has none."""
    service = name + metrics_name(app).removeprefix(app.name)
    answering = f'avg(up{{namespace="{namespace}",service="{service}"}})'
    return f"100 * (1 - {f'({answering} or vector(0))' if lasting(app) else answering})"
