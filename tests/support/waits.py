"""What of a recorded stack waits for node groups on which it cannot run: nothing should."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from components.dependencies.on_aws import pod_template_of
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.graph import Graph

GROUP = "aws:eks/nodeGroup:NodeGroup"
POOL_LABEL = "slipway.dev/pool"
EFFECTS = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute"}


class HasInputs(Protocol):
    """A resource of either recorder."""

    @property
    def inputs(self) -> Mapping[str, Any]:
        """What it was asked for with."""


def pool(group: HasInputs) -> str:
    """Return the pool of a node group, by the label of its nodes."""
    return str(group.inputs["labels"][POOL_LABEL])


def barriers(group: HasInputs) -> list[Mapping[str, Any]]:
    """Return the taints of a node group that keep pods away."""
    taints: Any = group.inputs.get("taints") or []
    return [taint for taint in taints if taint["effect"] in EFFECTS]


def runs(group: HasInputs, pod: Mapping[str, Any]) -> bool:
    """Tell whether a pod's selector and tolerations let it run in a node group: the test's own reading of the rules."""
    labels: Any = group.inputs["labels"]
    chosen = all(labels.get(key, value) == value for key, value in pod.get("nodeSelector", {}).items())
    return chosen and all(
        any(
            each.get("key") in (None, taint["key"])
            and (each.get("operator") == "Exists" or each.get("value", "") == taint.get("value", ""))
            and each.get("effect") in (None, EFFECTS[taint["effect"]])
            for each in pod.get("tolerations", [])
        )
        for taint in barriers(group)
    )


def pod_of(resource: Resource) -> Mapping[str, Any]:
    """Return the pod that an object makes; the pods of charts and add-ons have no selectors of their own."""
    inputs: Any = resource.inputs
    if "kind" not in inputs:
        return {}
    template = pod_template_of(inputs)
    return template["spec"] if template else {}


def over_wide(recording: Recording) -> Iterator[str]:
    """Yield what waits for a node group that neither it nor anything before it can run on."""
    graph = Graph(recording)
    groups = recording.of_type(GROUP)
    by_urn = {group.urn: group for group in groups}
    for resource in recording.resources:
        for urn in set(resource.dependencies) & set(by_urn):
            if not runs(by_urn[urn], pod_of(resource)):
                yield f"{resource.name} waits for {by_urn[urn].name}, where it cannot run"
        reached = [by_urn[urn] for urn in graph.before(resource) & set(by_urn)]
        ground = [pod_of(recording.by_urn[urn]) for urn in graph.before(resource) if urn in recording.by_urn]
        for group in reached:
            if barriers(group) and not any(runs(group, pod) for pod in [pod_of(resource), *ground]):
                yield f"{resource.name} waits through others for {group.name}, where none of them can run"
