"""What a pod asks for as a whole, and the class that Kubernetes puts it in by that: pure, by Kubernetes' own rules."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal

from components.apps.preset_containers import preset_resources
from components.apps.resources import LimitsSettings, ResourcesSettings, requests
from components.apps.settings import AppSettings
from components.apps.tiers import TIERS
from components.quantity import parse

Role = Literal["sidecar", "init", "container"]
QosClass = Literal["Guaranteed", "Burstable", "BestEffort"]

COMPUTE = ("cpu", "memory")
"""The resources that the classes go by; GPUs and disk do not count."""


def peak(parts: Iterable[tuple[Role, Decimal]]) -> Decimal:
    """Return what the scheduler counts of a pod's containers, each as (role, amount), in the order of their start.

    Containers and sidecars run together. An init container runs before them, beside the sidecars that were started
    before it, and gives its part back (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
    """
    sidecars, together, before = Decimal(0), Decimal(0), Decimal(0)
    for role, amount in parts:
        if role == "container":
            together += amount
        elif role == "sidecar":
            sidecars += amount
        else:
            before = max(before, sidecars + amount)
    return max(together + sidecars, before)


def settled(app: AppSettings) -> Iterator[tuple[Role, ResourcesSettings]]:
    """Yield the resources of an app's containers in the order in which its pods start them."""
    yield from (("sidecar", each) for each in preset_resources(app).values())
    yield from (("sidecar", each.resources) for each in app.sidecars.values())
    yield from (("init", each.resources) for each in app.init_containers.values())
    yield "container", app.resources
    yield from (("container", each.resources) for each in app.containers.values())


def effective_requests(app: AppSettings) -> dict[str, Decimal]:
    """Return what one pod of an app requests: `cpu` in cores, `memory` in bytes; without the mesh's proxy."""
    percent = TIERS[app.tier].request_percent
    parts = [(role, requests(each, percent)) for role, each in settled(app)]
    return {name: peak((role, parse(each[name])) for role, each in parts) for name in COMPUTE}


def effective_limits(app: AppSettings) -> dict[str, Decimal]:
    """Return what one pod of an app may use, counted as its requests are: a quota counts both so."""
    parts = [(role, _limits(each.limits)) for role, each in settled(app)]
    return {name: peak((role, each[name]) for role, each in parts) for name in COMPUTE}


def _limits(limits: LimitsSettings) -> dict[str, Decimal]:
    return {"cpu": parse(limits.cpu), "memory": parse(limits.memory)}


def containers_of(spec: Mapping[str, Any]) -> list[tuple[Role, Mapping[str, Any]]]:
    """Return the containers of a pod spec with their roles, in the order of their start."""
    first: list[tuple[Role, Mapping[str, Any]]] = [
        ("sidecar" if each.get("restartPolicy") == "Always" else "init", each)
        for each in spec.get("initContainers") or ()
    ]
    return [*first, *(("container", each) for each in spec.get("containers") or ())]


def asked(container: Mapping[str, Any], kind: Literal["requests", "limits"]) -> dict[str, Decimal]:
    """Return a container's requests or limits as the API server completes them: a lone limit is a request, too."""
    resources = container.get("resources") or {}
    given = dict(resources.get(kind) or {})
    if kind == "requests":
        given = {**(resources.get("limits") or {}), **given}
    return {name: parse(str(given[name])) for name in COMPUTE if name in given}


def pod_requests(spec: Mapping[str, Any]) -> dict[str, Decimal]:
    """Return what the scheduler counts of a pod spec: `cpu` in cores, `memory` in bytes."""
    parts = [(role, asked(each, "requests")) for role, each in containers_of(spec)]
    return {name: peak((role, each.get(name, Decimal(0))) for role, each in parts) for name in COMPUTE}


def qos_class(spec: Mapping[str, Any]) -> QosClass:
    """Return the class of a pod: who is killed first when its node runs out of memory.

    Guaranteed: every container, init containers and sidecars among them, has limits of CPU and memory, and all of them
    together request what they are limited to. BestEffort: none says anything. Burstable: all between. A pod's own
    `resources` come before those of its containers. Zero says nothing (pkg/apis/core/v1/helper/qos/qos.go).
    """
    parts = [spec] if spec.get("resources") else [each for _, each in containers_of(spec)]
    sums: dict[str, dict[str, Decimal]] = {"requests": {}, "limits": {}}
    limited = True
    for each in parts:
        found = {"requests": asked(each, "requests"), "limits": asked(each, "limits")}
        limited = limited and all(found["limits"].get(name) for name in COMPUTE)
        for kind, amounts in found.items():
            for name, amount in amounts.items():
                if amount:
                    sums[kind][name] = sums[kind].get(name, Decimal(0)) + amount
    if not sums["requests"] and not sums["limits"]:
        return "BestEffort"
    return "Guaranteed" if limited and sums["requests"] == sums["limits"] else "Burstable"


def beside_proxy(pod: QosClass, proxy: QosClass) -> QosClass:
    """Return the class of a pod to which a mesh adds its proxy, which may only take it down to the middle."""
    return pod if pod == proxy else "Burstable"
