"""The three workload tiers, in one table, and the priority classes that they name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from components.apps.words import Manifest

if TYPE_CHECKING:
    from components.policy_settings import PolicySettings

MISSION_CRITICAL = "mission-critical"
HIGH_PRIORITY = "high-priority"
LOW_PRIORITY = "low-priority"

SYSTEM_CLASSES = ("system-cluster-critical", "system-node-critical")
"""The classes that every cluster has."""

CLASSES: dict[str, Manifest] = {
    MISSION_CRITICAL: {
        # the highest value that Kubernetes leaves to users; the system classes are at 2,000,000,000
        "value": 1_000_000_000,
        "preemptionPolicy": "PreemptLowerPriority",
        "description": "Tier 1: evicts anything lower when there is no room.",
    },
    HIGH_PRIORITY: {
        "value": 1_000_000,
        "preemptionPolicy": "PreemptLowerPriority",
        "description": "Tier 2: evicts pods of tier 3 and pods without a class when there is no room.",
    },
    LOW_PRIORITY: {
        # below the 0 of pods that name no class, so that anything may take its place; not below -10, under which
        # Cluster Autoscaler adds no node for a pending pod (expendable-pods-priority-cutoff)
        "value": -1,
        # batch work waits for room; it never evicts, not even pods of value below its own that others brought along
        "preemptionPolicy": "Never",
        "description": "Tier 3: waits for room and evicts nothing.",
    },
}


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """What a tier decides where an app does not, and what it asks of an app.

    `replicas` are the fewest pods with which the app outlives the loss of one; `gapless` is whether an update must
    leave some of them. `budget` is the disruption budget; `spread` is over what its pods are spread, and how firmly;
    `pools` are the node pools it wants, the first that the stack declares; `request_percent` is the share of the limits
    that is requested; `spot` is whether it may run on capacity that AWS takes back with two minutes' notice, unless the
    stack's policy says otherwise (`tiers_on_spot`).
    """

    meaning: str
    replicas: int
    gapless: bool
    budget: Manifest
    spread: Literal["across zones and nodes", "prefer different nodes", "none"]
    priority_class: str
    pools: tuple[str, ...]
    request_percent: int
    spot: bool


TIERS: dict[int, TierPolicy] = {
    1: TierPolicy(
        meaning="mission critical",
        replicas=2,
        gapless=True,
        budget={"maxUnavailable": 0},
        spread="across zones and nodes",
        priority_class=MISSION_CRITICAL,
        pools=("production", "general"),
        request_percent=50,
        spot=False,
    ),
    2: TierPolicy(
        meaning="business critical",
        replicas=2,
        gapless=True,
        budget={"maxUnavailable": 1},
        spread="prefer different nodes",
        priority_class=HIGH_PRIORITY,
        pools=("general",),
        request_percent=70,
        spot=False,
    ),
    3: TierPolicy(
        meaning="non-critical",
        replicas=1,
        gapless=False,
        budget={"minAvailable": 0},
        spread="none",
        priority_class=LOW_PRIORITY,
        pools=("spot", "general"),
        request_percent=90,
        spot=True,
    ),
}
"""The seed's table of tiers. Its `system-cluster-critical` for tier 1 belongs to the cluster's own components (CoreDNS,
the CNI), which an app at that priority could starve: tier 1 has a class of its own at the top of the user range, and
the literal class is an app's `priorityClass` setting."""


SPOT_RULE = "spot-only-tier-3"
"""The rule of the policy pack that judges what runs on spot capacity."""

SPOT_TIERS = tuple(number for number, tier in TIERS.items() if tier.spot)
"""The tiers that may run on spot capacity where a stack says nothing else."""


def tiers_on_spot(policy: "PolicySettings") -> frozenset[int]:
    """Return the tiers that may run on spot capacity in a stack: those that its policy names, else `SPOT_TIERS`.

    Where the rule only warns, or lets something pass, it alone judges: nothing is refused before it.
    """
    rule = policy.rules.get(SPOT_RULE)
    lenient = rule is not None and rule.severity in {"advisory", "disabled"}
    if lenient or any(each.rule == SPOT_RULE for each in policy.exemptions):
        return frozenset(TIERS)
    named = rule.parameters.get("tiers") if rule else None
    return frozenset(named if isinstance(named, list) else SPOT_TIERS)
