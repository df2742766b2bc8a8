"""What holds of waiting for nodes whatever pools there are, and in the shipped stacks."""

from typing import Any

import pulumi
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.context import context
from components.apps.placement import pool_of
from components.apps.stack import AppStack
from components.component import Nodes
from components.foundation.base import eks_base
from tests.support.effort import examples
from tests.support.eks import CALLS, OUTPUTS
from tests.support.graph import Graph
from tests.support.recording import record
from tests.support.shipped import recorded
from tests.support.stacks import app, stack
from tests.support.waits import GROUP, barriers, over_wide, pod_of, pool

pytestmark = pytest.mark.slow  # see `make test-slow`

TAINTS = [
    {"key": "team", "value": "data"},
    {"key": "team", "value": "web", "effect": "NoExecute"},
    {"key": "batch", "effect": "PreferNoSchedule"},
]
EXTRA = st.fixed_dictionaries(
    {"instanceTypes": st.just(["m6i.large"]), "size": st.integers(0, 4), "maxSize": st.just(6)},
    optional={"taints": st.lists(st.sampled_from(TAINTS), max_size=2, unique_by=str)},
)
POOLS = st.fixed_dictionaries(
    {"general": st.just({})},
    optional={"spot": st.just({}), "gpu": st.just({"instanceTypes": ["g5.xlarge"]}), "one": EXTRA, "two": EXTRA},
)
APPS = [
    app("first", tier=1),
    app("third", tier=3),
    app("agent", kind="DaemonSet", tier=2),
    app("training", gpu={}, kind="Job", ports={}),
    app("pinned", pool="one", tier=2),
]


class Parent(pulumi.ComponentResource):
    def __init__(self) -> None:
        super().__init__("test:index:Parent", "parent")


def built(pools: dict[str, Any]) -> tuple[Any, Any]:
    """Return the settings and the recording of the apps, each without a check, in a cluster with these pools."""
    cluster = {"version": "1.35", "admins": ["arn:aws:iam::123456789012:role/platform-admin"]}
    settings = stack(nodePools=pools, cluster=cluster, cni="vpc-cni", namespaces={"web": {}}, apps=APPS)

    def program() -> None:
        base = eks_base(settings, Parent())
        for each in settings.apps:
            AppStack(each.name, each, target=base.target, context=context(settings), opts=base.opts)

    return settings, record(program, outputs=OUTPUTS, calls=CALLS)


@examples(6, 150)
@given(POOLS)
def test_a_workload_waits_for_the_nodes_of_its_own_pool_and_dns_for_untainted_ones(pools: dict[str, Any]) -> None:
    settings, recording = built(pools)
    groups = {group.urn: group for group in recording.all(GROUP)}
    for each in settings.apps:
        own = [found for found in recording.resources if found.name.startswith(f"{each.name}-")]
        workload = next(found for found in own if "template" in found.inputs.get("spec", {}))
        direct = {pool(groups[urn]) for urn in workload.dependencies if urn in groups}
        chosen = pool_of(each, context(settings))
        if chosen is not None:
            assert direct == {chosen.name}, each.name
        else:
            assert "general" in direct
            assert not any(barriers(groups[urn]) for urn in workload.dependencies if urn in groups), each.name
    for addon in recording.all("aws:eks/addon:Addon"):
        for urn in set(addon.dependencies) & set(groups):
            assert not barriers(groups[urn]), addon.name
            assert groups[urn].inputs["scalingConfig"]["desiredSize"] > 0


@pytest.mark.parametrize("name", ["development", "staging", "production"])
def test_in_a_shipped_stack_nothing_waits_for_nodes_that_it_cannot_use(name: str) -> None:
    assert list(over_wide(recorded(name))) == []


@pytest.mark.parametrize("name", ["development", "staging", "production"])
def test_the_platform_comes_up_whatever_becomes_of_gpu_and_spot(name: str) -> None:
    recording = recorded(name)
    graph = Graph(recording)
    tainted = {group.urn for group in recording.of_type(GROUP) if barriers(group)}
    assert tainted
    held = {each for each in recording.resources if each.custom and graph.before(each) & tainted}
    assert [each.urn for each in held if not pod_of(each).get("tolerations")] == []


def test_nodes_that_slipway_does_not_own_are_waited_for_by_nobody() -> None:
    assert Nodes().for_pod({}) == ()
