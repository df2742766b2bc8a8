"""Whether the platform's own pods find a node."""

from typing import Any

import pytest

from components.foundation.platform_pods import ADVICE
from components.operations.autoscaling_settings import AutoscalingSettings
from tests.support.production import stack

TAINT = {"key": "dedicated", "value": "batch", "effect": "NoSchedule"}
BATCH = {"instanceTypes": ["m6i.large"], "size": 3}


def advice(pools: dict[str, dict[str, Any]], **arguments: Any) -> list[str]:
    settings = stack(pools=pools, **arguments)
    return [each.text for advise in ADVICE for each in advise(settings)]


@pytest.mark.parametrize(
    ("pools", "words"),
    [
        ({"spot": {}}, "spot has the taint slipway.dev/pool"),
        ({"gpu": {}, "spot": {}}, "gpu has the taint nvidia.com/gpu; spot has"),
        ({"batch": {**BATCH, "taints": [TAINT]}}, "batch has the taint dedicated"),
        ({"batch": {**BATCH, "taints": [{**TAINT, "effect": "NoExecute"}]}}, "batch has the taint dedicated"),
        ({"general": {"size": 0}, "spot": {}}, "general has no nodes; spot has the taint"),
    ],
)
def test_a_stack_whose_pools_keep_coredns_away_is_told(pools: dict[str, dict[str, Any]], words: str) -> None:
    (text,) = advice(pools)
    assert "no node can run coredns" in text
    assert words in text
    assert "general: {}" in text


@pytest.mark.parametrize(
    "pools",
    [
        {"general": {}, "spot": {}},
        {"spot": {"taints": []}},
        {"batch": {**BATCH, "taints": [{**TAINT, "effect": "PreferNoSchedule"}]}},
        {"arm": {**BATCH, "instanceTypes": ["m7g.large"]}},
    ],
)
def test_a_pool_that_takes_any_pod_is_enough(pools: dict[str, dict[str, Any]]) -> None:
    assert advice(pools) == []


def test_an_autoscaler_grows_an_empty_pool() -> None:
    assert advice({"general": {"size": 0}}, autoscaling=AutoscalingSettings(nodes="external")) == []


def test_tolerations_of_the_addons_count_and_charts_are_told_then() -> None:
    tolerate = {"tolerations": [{"operator": "Exists"}]}
    addons: dict[str, Any] = {
        name: {"configuration": tolerate} for name in ("coredns", "snapshot-controller", "metrics-server")
    }
    addons["aws-ebs-csi-driver"] = {"configuration": {"controller": tolerate}}
    (text,) = advice({"batch": {**BATCH, "taints": [TAINT]}}, cluster={"addons": addons})
    assert "without tolerations" in text
    del addons["metrics-server"]
    (text,) = advice({"batch": {**BATCH, "taints": [TAINT]}}, cluster={"addons": addons})
    assert "no node can run metrics-server:" in text


def test_an_existing_cluster_has_nodes_of_its_own() -> None:
    assert advice({}, cluster={"existing": {"context": "kind-slipway"}}, network=None, aws=None) == []
