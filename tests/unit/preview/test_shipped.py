"""The shipped stacks: everything in them can be shown, explained, priced and written down."""

import json
from functools import cache

import pytest

from slipway.preview import purposes
from slipway.preview.manifests import manifests
from slipway.preview.preview import Preview, preview_stack
from slipway.recording.document import from_document, to_document
from tests.support.shipped import ROOT, STACKS
from tests.unit.cost.building import TODAY


@cache
def previewed(stack: str) -> Preview:
    return preview_stack(ROOT, stack, on=TODAY, on_resource=lambda _count: None)


@pytest.mark.parametrize("stack", STACKS)
def test_everything_has_a_purpose(stack: str) -> None:
    resources = previewed(stack).recording.resources
    components = {each.type for each in resources if each.is_component}
    types = {each.type for each in resources if not each.is_component}
    assert [token for token in sorted(components) if not purposes.of_component(token)] == []
    assert [token for token in sorted(types) if not purposes.of_type(token)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_of_unknown_price(stack: str) -> None:
    cost = previewed(stack).cost
    assert (cost is None) == (stack == "local")
    if cost:
        assert cost.gaps == ()
        assert cost.total > 0


@pytest.mark.parametrize("stack", STACKS)
def test_manifests_say_no_unknown_name(stack: str) -> None:
    """Where an object is kept must not wait for the deployment, or its file would move."""
    files = manifests(previewed(stack).recording)
    assert [path for path in files if "unknown" in path or "secret]" in path or "+" in path] == []


def test_a_recording_survives_its_document() -> None:
    recording = previewed("staging").recording
    assert from_document(json.loads(json.dumps(to_document(recording)))) == recording


def test_production_shows_what_it_is_made_of() -> None:
    shown = previewed("production")
    pools = {pool.name: pool.nodes for pool in shown.summary.pools}
    assert {name: pools[name] for name in ("general", "memory", "gpu", "spot")} == {
        "general": 4,
        "memory": 2,
        "gpu": 2,
        "spot": 4,
    }
    # One in each of three zones, but for those that have no node of a pool of two.
    assert len(shown.recording.of_type("aws:eks/nodeGroup:NodeGroup")) == sum(min(3, nodes) for nodes in pools.values())
    assert {workload.name for workload in shown.summary.workloads} >= {"api-gateway", "webapp", "postgres"}
    assert shown.summary.enforcer == "Calico"
    assert shown.cost is not None
    assert shown.cost.saving > 0
