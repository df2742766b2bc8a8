"""What checks, policies, preview and cost say of one stack is the same, whatever the stack."""

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.pod_counts import most_pods
from components.apps.tiers import SPOT_TIERS, TIERS, tiers_on_spot
from components.foundation.allocatable import allocatable
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import Pool, resolvable
from components.foundation.versions import ENDING_SOON
from components.policy_settings import PolicySettings
from policy.catalogue import RULES
from slipway.preview.pods import workloads
from slipway.preview.pools import pools
from slipway.recording.recording import Recording
from slipway.recording.resource import Resource
from tests.support.effort import examples
from tests.support.generate.stacks import World, worlds
from tests.support.shipped import ROOT

pytestmark = pytest.mark.slow  # see `make test-slow`

if TYPE_CHECKING:
    from slipway.recording.wire import Json

EFFECTS = {"NoSchedule": "NO_SCHEDULE", "PreferNoSchedule": "PREFER_NO_SCHEDULE", "NoExecute": "NO_EXECUTE"}


def node_group(pool: Pool) -> Resource:
    """Return all nodes of a pool as one group, as the engine would have it."""
    inputs: dict[str, Json] = {
        "labels": dict(pool.labels),
        "instanceTypes": list(pool.instance_types),
        "capacityType": "SPOT" if pool.capacity == "spot" else "ON_DEMAND",
        "scalingConfig": {"desiredSize": pool.size, "minSize": pool.min_size, "maxSize": pool.max_size},
        "taints": [{"key": each.key, "value": each.value, "effect": EFFECTS[each.effect]} for each in pool.taints],
    }
    return Resource(f"urn:{pool.name}", "aws:eks/nodeGroup:NodeGroup", pool.name, None, True, inputs)


def recorded(world: World) -> Recording:
    """Return the stack's pools and the apps' objects as a recording."""
    objects = [
        Resource(f"urn:{app.name}:{suffix}", f"kubernetes:x:{manifest['kind']}", suffix, None, True, manifest)
        for app, made in world.rendered
        for suffix, manifest in made.items()
    ]
    groups = [node_group(each) for each in resolvable(world.settings.node_pools).values()]
    return Recording("slipway", "test", (*groups, *objects))


@examples(30, 300)
@given(worlds())
def test_the_quota_check_and_the_policy_count_the_same_pods(world: World) -> None:
    recording, known = recorded(world), resolvable(world.settings.node_pools)
    counted = Counter[str]()
    for each in workloads(recording):
        counted[each.app or ""] += each.peak
    assert counted == Counter({app.name: most_pods(app, known) for app, _ in world.rendered})


@given(st.lists(st.sampled_from(sorted(INSTANCE_TYPES)), min_size=1, max_size=4, unique=True), st.integers(0, 9))
def test_the_preview_has_what_the_checks_leave_on_the_smallest_node(types: list[str], nodes: int) -> None:
    inputs: dict[str, Json] = {
        "instanceTypes": list(types),
        "scalingConfig": {"desiredSize": nodes, "minSize": nodes, "maxSize": nodes},
    }
    group = Resource("urn:g", "aws:eks/nodeGroup:NodeGroup", "g", None, True, inputs)
    (pool,) = pools(Recording("p", "s", (group,)))
    rooms = [allocatable(INSTANCE_TYPES[name]) for name in types]
    assert pool.cpu == nodes * min(room.cpu for room in rooms)
    assert pool.memory == nodes * min(room.memory for room in rooms)


@given(st.lists(st.sampled_from([1, 2, 3]), min_size=1, unique=True))
def test_who_may_run_on_spot_is_what_the_policy_says(tiers: list[int]) -> None:
    said = {"rules": {"spot-only-tier-3": {"parameters": {"tiers": tiers}}}}
    assert tiers_on_spot(PolicySettings.model_validate(said)) == set(tiers)


def test_the_rules_have_the_defaults_of_the_checks() -> None:
    defaults = {(rule.id, each.name): each.default for rule in RULES for each in rule.parameters}
    assert defaults["spot-only-tier-3", "tiers"] == list(SPOT_TIERS) == [3]
    assert tiers_on_spot(PolicySettings()) == set(SPOT_TIERS)
    assert tiers_on_spot(PolicySettings.model_validate({"rules": {"spot-only-tier-3": "advisory"}})) == set(TIERS)
    assert defaults["extended-support", "noticeDays"] == ENDING_SOON.days


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("what EKS reserves of a node", r"\b0\.0025\b|\b255 ?\+ ?11\b"),
        ("how often Jobs begin", r"(?<!def )\bshortest_gap\("),
        ("which Gateways and Ingresses have TLS", r"\"protocol\"\) in \(\"HTTPS\", \"TLS\"\)"),
    ],
)
def test_no_second_module_has_the_fact(what: str, pattern: str) -> None:
    files = [each for folder in ("components", "policy", "slipway") for each in (ROOT / folder).rglob("*.py")]
    found = {str(each.relative_to(ROOT)) for each in files if re.search(pattern, Path(each).read_text())}
    assert len(found) == 1, f"{what}: {sorted(found)}"
