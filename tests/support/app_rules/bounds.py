"""Numbers of pods and of ports: within their bounds, enough for their budgets, and nobody else's."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.apps.disruption import percent_of
from components.apps.port_discovery import port_discovery
from components.apps.port_plan import declared
from components.apps.words import Manifest
from tests.support.app_rules.words import Rule, named, workloads
from tests.support.coherence import template
from tests.support.generate.stacks import World

_LEAST = {"HorizontalPodAutoscaler": "minReplicas", "ScaledObject": "minReplicaCount"}
_MOST = {"HorizontalPodAutoscaler": "maxReplicas", "ScaledObject": "maxReplicaCount"}


def _scalers(objects: Mapping[str, Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """Yield each autoscaler with the workload whose pods it counts."""
    named_workloads = {(each["kind"], each["metadata"]["name"]): each for each in workloads(objects)}
    for each in (each for each in objects.values() if each["kind"] in _LEAST):
        target = each["spec"]["scaleTargetRef"]
        yield each, named_workloads[target["kind"], target["name"]]


def contained(world: World) -> Iterator[str]:
    """An app starts within the bounds of its autoscaler."""
    for _, objects in world.rendered:
        for scaler, workload in _scalers(objects):
            least, most = scaler["spec"][_LEAST[scaler["kind"]]], scaler["spec"][_MOST[scaler["kind"]]]
            replicas = workload["spec"]["replicas"]
            if not least <= replicas <= most:
                yield f"{named(workload)} has {replicas} pods, {named(scaler)} {least} to {most}"
            if scaler["kind"] == "HorizontalPodAutoscaler" and least < 1:
                yield f"{named(scaler)} goes down to {least}, which Kubernetes' own autoscaler cannot"


def one_autoscaler(world: World) -> Iterator[str]:
    """No two autoscalers count the pods of one workload."""
    for _, objects in world.rendered:
        targets = [named(workload) for _, workload in _scalers(objects)]
        yield from (f"{each} has two autoscalers" for each in set(targets) if targets.count(each) > 1)


def evictions(spec: Mapping[str, Any], expected: int) -> int:
    """Return the `disruptionsAllowed` of a budget over so many pods, all ready, as its controller reckons them."""
    if "maxUnavailable" in spec:
        return expected - max(expected - percent_of(spec["maxUnavailable"], expected, up=True), 0)
    return expected - percent_of(spec["minAvailable"], expected, up=True)


def _fewest(objects: Mapping[str, Manifest], selector: Mapping[str, str]) -> int:
    """Return how many pods a selector finds at the fewest, but for the time without any."""
    lowest = {named(workload): scaler["spec"][_LEAST[scaler["kind"]]] for scaler, workload in _scalers(objects)}
    found = [each for each in workloads(objects) if selector.items() <= template(each)["metadata"]["labels"].items()]
    some = sum(lowest.get(named(each), each["spec"]["replicas"]) for each in found)
    return some if some or not any(named(each) in lowest for each in found) else 1


def budgets(world: World) -> Iterator[str]:
    """A drain may take a pod away even at the fewest, or the app's author is told that it may not."""
    for app, objects in world.rendered:
        for each in (each for each in objects.values() if each["kind"] == "PodDisruptionBudget"):
            pods = _fewest(objects, each["spec"]["selector"]["matchLabels"])
            if pods and evictions(each["spec"], pods) < 1 and not world.told(app, "disruption", "tier"):
                yield f"{named(each)} lets none of {pods} pods go, and nobody is told"


def allocated(world: World) -> Iterator[str]:
    """An allocated port has a number that no other allocated one has, nor one of its app; the discovery says it."""
    discovery = port_discovery(world.settings)
    asked = {key for key, port in declared(world.settings.apps) if port.dynamic}
    numbers = [(key, port, port.container_port) for key, port in declared(world.settings.apps)]
    if discovery is None:
        yield from (f"{key} is allocated, and nothing says where" for key, port, _ in numbers if port.dynamic)
        return
    for key, port, number in numbers:
        same = [other for other, _, taken in numbers if taken == number and other != key]
        others = [other for other in same if other in asked or other[0] == key[0]]
        if port.dynamic and others:
            yield f"{key} was given {number}, which {others} has"
        entry = discovery["services"][key[0]]
        if number != entry["port"] and number != entry.get("ports", {}).get(key[1], {}).get("port"):
            yield f"the port discovery does not say {number} of {key}"


RULES: tuple[Rule, ...] = (contained, one_autoscaler, budgets, allocated)
