"""What is wrong, or worth knowing, about a stack's namespaces, and whether their apps fit in."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from components.apps.each_app import each_app
from components.apps.pod_counts import most_pods
from components.apps.tiers import TIERS
from components.foundation.pool_plan import resolvable
from components.networking.mesh.membership import is_ambient
from components.problem import Advice, Problem
from components.quantity import meant, parse
from components.tenancy.demand import app_demand, waypoint_demand
from components.tenancy.priority import GUARDED_CLASSES
from components.tenancy.quota import ComputeSettings, Demand, exceeds, shortfalls
from components.tenancy.system import is_system_namespace

if TYPE_CHECKING:
    from components.apps.settings import AppSettings
    from components.settings import StackSettings

FORGOTTEN_UNIT = 50
"""So many cores of one container are likely thousandths of them."""

OWN_KEYS = (
    "pod-security.kubernetes.io/",
    "istio-injection",
    "istio.io/rev",
    "istio.io/dataplane-mode",
    "istio.io/use-waypoint",
    "linkerd.io/inject",
    "config.linkerd.io/default-inbound-policy",
)
"""Labels and annotations, or prefixes of them, that other settings decide."""


def system_names(settings: "StackSettings") -> Iterator[Problem]:
    """Namespaces of Kubernetes and of the platform are no place for apps."""
    for name in settings.namespaces:
        if is_system_namespace(name):
            yield Problem(
                ("namespaces", name),
                "this namespace belongs to Kubernetes or to the platform, and their pods are not held to its rules",
                name,
                "any other name that does not start with kube-",
                f"{name.removeprefix('kube-')}-apps",
            )


def decided_labels(settings: "StackSettings") -> Iterator[Problem]:
    """What has a setting of its own is not set by a label."""
    for name, namespace in settings.namespaces.items():
        for kind, keys in (("labels", namespace.labels), ("annotations", namespace.annotations)):
            for key in keys:
                if key.startswith(OWN_KEYS):
                    yield Problem(
                        ("namespaces", name, kind, key),
                        "is decided by another setting",
                        key,
                        "podSecurity and podSecurityVersion, or mesh and meshRevision",
                    )


def limit_order(settings: "StackSettings") -> Iterator[Problem]:
    """The API server refuses a LimitRange whose default request, default limit and maximum do not ascend."""
    for name, namespace in settings.namespaces.items():
        limits = namespace.limits
        ordered = [("defaultRequest", limits.default_request), ("default", limits.default), ("max", limits.max)]
        for (key, lower), (above, upper) in pairwise(ordered):
            if lower is not None and upper is not None and exceeds(lower, upper):
                yield Problem(
                    ("namespaces", name, "limits", key),
                    f"more than limits.{above}, which is {_text(upper)}",
                    _text(lower),
                    f"at most {_text(upper)}",
                )


def _above(app: "AppSettings", settings: "StackSettings") -> ComputeSettings | None:
    """Return the most that the app's namespace lets one container have, None where the app stays within it."""
    namespace = settings.namespaces.get(app.namespace)
    largest = namespace.limits.max if namespace else None
    limits = ComputeSettings(cpu=app.resources.limits.cpu, memory=app.resources.limits.memory)
    return largest if largest is not None and exceeds(limits, largest) else None


def _likely(cpu: str) -> str:
    """Return what was meant by an amount of CPU: 700 cores are likely 700m."""
    return meant(cpu, "m") or cpu if cpu.isdecimal() and parse(cpu) >= FORGOTTEN_UNIT else cpu


def largest_containers(settings: "StackSettings") -> Iterator[Problem]:
    """A container above its namespace's maximum is refused, and its app never starts."""
    for app in settings.apps:
        largest, limits = _above(app, settings), app.resources.limits
        if largest is None:
            continue
        found = ComputeSettings(cpu=limits.cpu, memory=limits.memory)
        likely = found.model_copy(update={"cpu": _likely(limits.cpu)})
        yield Problem(
            ("resources", "limits"),
            f"more than the namespace {app.namespace} lets one container have",
            _text(found),
            f"at most {_text(largest)}, or a larger namespaces.{app.namespace}.limits.max",
            None if exceeds(likely, largest) else _text(likely),
            app=app.name,
        )


@each_app
def allowed_priorities(app: "AppSettings", settings: "StackSettings") -> Iterator[Problem]:
    """A pod in a priority class that its namespace may not use is refused, and its app never starts."""
    namespace = settings.namespaces.get(app.namespace)
    wanted = app.priority_class or TIERS[app.tier].priority_class
    if namespace is None or wanted not in GUARDED_CLASSES or wanted in namespace.priority_classes:
        return
    yield Problem(
        ("priorityClass",) if app.priority_class else ("tier",),
        f"the namespace {app.namespace} admits no pod of this priority class",
        wanted,
        f"{', '.join(namespace.priority_classes) or 'none'}, or {wanted} among"
        f" namespaces.{app.namespace}.priorityClasses in the stack file",
        app=app.name,
    )


def quotas(settings: "StackSettings") -> Iterator[Problem]:
    """A namespace holds its apps at their most: scaled up, and in the middle of an update, with the mesh's proxies."""
    pools = resolvable(settings.node_pools)
    for name, namespace in settings.namespaces.items():
        apps = [app for app in settings.apps if app.namespace == name and _above(app, settings) is None]
        if namespace.quota is None or not apps:
            continue
        meshed = namespace.mesh and settings.mesh.kind != "none"
        ambient = meshed and is_ambient(settings.mesh)
        sidecar = settings.mesh.sidecar if meshed and not ambient else None
        demand = sum((app_demand(app, sidecar, pools) for app in apps), start=Demand())
        if ambient:
            demand += waypoint_demand(settings.mesh.istio.waypoint)
        pods = ", ".join(f"{app.name} {most_pods(app, pools)} pods" for app in apps)
        proxies = ", each with a sidecar" if sidecar else ", and their waypoint" if ambient else ""
        written = namespace.quota.model_dump(by_alias=True, exclude_unset=True)
        for shortfall in shortfalls(namespace.quota, demand):
            yield Problem(
                ("namespaces", name, "quota", shortfall.key),
                f"too small for its apps at their most: {pods}{proxies}",
                shortfall.allowed if shortfall.key in written else f"{shortfall.allowed}, the default",
                f"at least {shortfall.needed}, or fewer replicas, or smaller resources",
                shortfall.needed,
            )


def _text(amount: ComputeSettings) -> str:
    return f"{amount.cpu} CPU and {amount.memory}"


def relaxed_security(settings: "StackSettings") -> Iterator[Advice]:
    """Say which production namespaces admit more than restricted pods."""
    for name, namespace in settings.namespaces.items():
        if settings.environment == "production" and namespace.pod_security != "restricted":
            yield Advice(
                ("namespaces", name, "podSecurity"),
                f"{namespace.pod_security} admits more than any app of Slipway needs; the API server's warnings say"
                " which pods break the level restricted, and by what",
            )


def unbounded(settings: "StackSettings") -> Iterator[Advice]:
    """Say which production namespaces may use up the cluster."""
    for name, namespace in settings.namespaces.items():
        if settings.environment == "production" and namespace.quota is None:
            yield Advice(("namespaces", name, "quota"), "no quota: a runaway app here takes the others' room")


CHECKS: tuple[Callable[["StackSettings"], Iterator[Problem]], ...] = (
    system_names,
    decided_labels,
    limit_order,
    largest_containers,
    allowed_priorities,
    quotas,
)
ADVICE: tuple[Callable[["StackSettings"], Iterator[Advice]], ...] = (relaxed_security, unbounded)
