"""Which node groups can run a pod, and which of them it waits for: decided from labels, taints and zones alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.foundation.instance_names import architecture
from components.foundation.pool_plan import Pool, Taint

ZONE_LABEL = "topology.kubernetes.io/zone"
"""The label with which a node says its availability zone."""

BARRIERS = frozenset({"NoSchedule", "NoExecute"})
"""The effects of taints that keep pods away; PreferNoSchedule does not."""

PodSpec = Mapping[str, Any]
"""The fields of a pod's spec that decide where it runs: nodeSelector, affinity, tolerations."""


@dataclass(frozen=True, slots=True)
class Group:
    """The node group of one pool in one zone; `size` is the number of nodes that it starts with."""

    pool: Pool
    zone: str
    size: int

    @property
    def labels(self) -> dict[str, str]:
        """The labels of its nodes as far as they are known before there are any.

        https://kubernetes.io/docs/reference/labels-annotations-taints/, and EKS's own of a managed node group.
        """
        arm = architecture(self.pool.instance_types[0]) == "arm64"
        return {
            "kubernetes.io/arch": "arm64" if arm else "amd64",
            "kubernetes.io/os": "linux",
            "eks.amazonaws.com/capacityType": "SPOT" if self.pool.capacity == "spot" else "ON_DEMAND",
            **self.pool.labels,
            ZONE_LABEL: self.zone,
        }

    @property
    def tainted(self) -> bool:
        """Whether a pod without tolerations is kept away."""
        return any(taint.effect in BARRIERS for taint in self.pool.taints)


def tolerates(taint: Taint, tolerations: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether one of a pod's tolerations matches a taint, by the rules of Kubernetes.

    Without a key and with the operator Exists it matches every taint, without an effect every effect.
    """
    return any(
        (each.get("key") or taint.key) == taint.key
        and (each.get("effect") or taint.effect) == taint.effect
        and (each.get("operator") == "Exists" or (each.get("key") and (each.get("value") or "") == taint.value))
        for each in tolerations
    )


def _meets(labels: Mapping[str, str], known: frozenset[str], expression: Mapping[str, Any]) -> bool:
    """Tell whether nodes may meet one requirement: one on a label that no pool declares is left to the cluster."""
    key, operator, values = expression["key"], expression["operator"], expression.get("values") or ()
    if key not in known or operator in ("Gt", "Lt"):
        return True
    met = {
        "In": labels.get(key) in values,
        "NotIn": labels.get(key) not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return met[operator]


def _selected(group: Group, known: frozenset[str], pod: PodSpec) -> bool:
    selector = pod.get("nodeSelector") or {}
    wanted = [{"key": key, "operator": "In", "values": [value]} for key, value in selector.items()]
    if not all(_meets(group.labels, known, each) for each in wanted):
        return False
    node_affinity = (pod.get("affinity") or {}).get("nodeAffinity") or {}
    required = node_affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = required.get("nodeSelectorTerms") or []
    return not terms or any(
        all(_meets(group.labels, known, each) for each in term.get("matchExpressions") or ()) for term in terms
    )


def fitting(groups: Sequence[Group], pod: PodSpec) -> tuple[Group, ...]:
    """Return the groups on whose nodes a pod can run: its selectors match, and it tolerates every taint."""
    known = frozenset(label for group in groups for label in group.labels)
    tolerations = pod.get("tolerations") or ()
    return tuple(
        group
        for group in groups
        if _selected(group, known, pod)
        and all(tolerates(taint, tolerations) for taint in group.pool.taints if taint.effect in BARRIERS)
    )


def waited_for(groups: Sequence[Group], pod: PodSpec) -> tuple[Group, ...]:
    """Return the groups that have to be there before a pod: of those that can run it, the ones it can count on.

    Groups without a taint come first, so that what tolerates everything waits for no GPU or spot instance; groups that
    start with nodes come before those that something else has to grow. A pod that fits nowhere waits for none: that is
    for the checks to say.
    """
    possible = fitting(groups, pod)
    untainted = [group for group in possible if not group.tainted]
    choices = [
        [group for group in untainted if group.size],
        [group for group in possible if group.size],
        untainted,
        possible,
    ]
    return tuple(next((choice for choice in choices if choice), ()))
