"""Who changes the number of nodes, and what many of them need."""

from typing import Any

import pytest

from components.foundation.quotas import Quota, vcpu_quota
from components.foundation.scale_checks import ADVICE, CHECKS
from components.operations.autoscaling_settings import AutoscalingSettings
from components.problem import KeyPath, Problem
from tests.support.production import POOLS, stack

WEB: dict[str, Any] = {"instanceTypes": ["m6i.xlarge"], "size": 6}
EXTERNAL = AutoscalingSettings(nodes="external")


def problems(pools: dict[str, dict[str, Any]], **arguments: Any) -> list[Problem]:
    settings = stack(pools=pools, **arguments)
    return [problem for check in CHECKS for problem in check(settings)]


def advice(pools: dict[str, dict[str, Any]], **arguments: Any) -> list[tuple[KeyPath, str]]:
    settings = stack(pools=pools, **arguments)
    return [(each.path, each.text) for advise in ADVICE for each in advise(settings)]


def test_what_ships_needs_no_word() -> None:
    assert problems(POOLS) == []
    assert advice(POOLS) == []


def test_a_zone_has_twenty_nodes_over_all_pools_unless_the_stack_says_more() -> None:
    assert problems({"general": {}, "web": {**WEB, "size": 54}}) == []
    (found,) = problems({"general": {}, "web": {**WEB, "size": 60}})
    assert found.path == ("nodePools",)
    assert found.found == "22 nodes in us-west-2a, 21 nodes in us-west-2b, 21 nodes in us-west-2c"
    assert "at most 20 in each zone" in found.allowed
    assert "cluster.maxNodesPerZone" in found.allowed
    assert problems({"general": {}, "web": {**WEB, "size": 60}}, cluster={"maxNodesPerZone": 22}) == []


def test_no_cluster_is_larger_than_kubernetes_is_built_for() -> None:
    (found,) = problems({"a": {**WEB, "size": 3000}, "b": {**WEB, "size": 3000}}, cluster={"maxNodesPerZone": 5000})
    assert (found.found, found.allowed) == ("6000", "at most 5000")


def test_zones_with_fewer_than_two_nodes_are_named() -> None:
    ((path, text),) = advice({"general": {}})
    assert path == ("nodePools",)
    assert "fewer than 2 nodes in us-west-2b, us-west-2c: " in text
    assert "raise size" in text
    # What counts under an autoscaler is how far it scales in.
    ((_, text),) = advice({"general": {"size": 6, "minSize": 3}}, autoscaling=EXTERNAL)
    assert "when scaled in" in text
    assert "raise minSize" in text


@pytest.mark.parametrize(
    ("keys", "key", "words"),
    [
        ({"maxSize": 12}, "maxSize", "has 6 of them"),
        ({"minSize": 0}, "minSize", "has 6 of them"),
        ({"size": 0}, "size", "never gets one"),
        ({"size": 0, "minSize": 0, "maxSize": 6}, "size", "waits for ever"),
    ],
)
def test_bounds_around_the_size_are_of_no_use_where_nothing_scales_nodes(
    keys: dict[str, int], key: str, words: str
) -> None:
    ((path, text),) = advice({"general": {"size": 6}, "web": {**WEB, **keys}})
    assert path == ("nodePools", "web", key)
    assert words in text
    assert "autoscaling: {nodes: external}" in text
    assert advice({"general": {"size": 6}, "web": {**WEB, **keys}}, autoscaling=EXTERNAL) == []


def test_groups_are_counted_as_eks_does() -> None:
    many = {f"pool-{number}": {**WEB, "size": 3} for number in range(11)}
    found = dict(advice(many, cluster={"maxNodesPerZone": 20}))
    assert "33 node groups" in found["nodePools",]
    assert "L-6D54EA21" in found["nodePools",]
    assert advice(dict(list(many.items())[:10])) == []


def test_a_group_of_more_than_450_nodes_is_told() -> None:
    found = dict(advice({"web": {**WEB, "size": 1353}}, cluster={"maxNodesPerZone": 500}))
    assert "up to 451 nodes in the group of us-west-2a" in found["nodePools", "web"]
    assert "L-BD136A63" in found["nodePools", "web"]


def test_what_five_hundred_nodes_need() -> None:
    pools: dict[str, dict[str, Any]] = {"web": {**WEB, "size": 480}, "spot": {"size": 30}}
    texts = [text for _, text in advice(pools, cluster={"maxNodesPerZone": 170})]
    assert any("up to 1920 vCPUs" in text and "L-1216C47A" in text for text in texts)
    assert any("up to 60 vCPUs" in text and "L-34B43A08" in text for text in texts)
    assert any("autoScaling: {enabled: true}" in text for text in texts)
    assert any("cpu: 510m, memory: 1020Mi" in text for text in texts)
    addons = {
        "coredns": {"configuration": {"autoScaling": {"enabled": True}}},
        "metrics-server": {"configuration": {"resources": {"requests": {"cpu": "600m"}}}},
    }
    found = advice(pools, cluster={"maxNodesPerZone": 170, "addons": addons})
    assert {path for path, _ in found} == {("nodePools",)}


@pytest.mark.parametrize(
    ("name", "spot", "code"),
    [
        ("t3.large", False, "L-1216C47A"),
        ("im4gn.large", False, "L-1216C47A"),
        ("m6i.large", True, "L-34B43A08"),
        ("g6.2xlarge", False, "L-DB2E81BA"),
        ("gr6.4xlarge", True, "L-3819A6DF"),
        ("p5.48xlarge", False, "L-417A185B"),
        ("inf2.xlarge", False, "L-1945791B"),
        ("trn1.2xlarge", True, "L-6B0D517C"),
        ("x2idn.16xlarge", False, "L-7295265B"),
        ("dl1.24xlarge", False, None),
        ("hpc7g.4xlarge", False, None),
    ],
)
def test_a_type_counts_in_the_quota_of_its_class(name: str, spot: bool, code: str | None) -> None:
    found: Quota | None = vcpu_quota(name, spot=spot)
    assert (found.code if found else None) == code
