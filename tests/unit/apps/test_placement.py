"""Where pods run: pools and their taints, spreading, priority, and clusters without pools or zones."""

from typing import Any

import pytest

from components.apps.placement import placement
from components.apps.tiers import CLASSES, TIERS
from components.foundation.node_pools import NodePoolSettings, TaintSettings
from components.foundation.pool_plan import resolve
from tests.unit.apps.shipped import POOLS, app, context


def pool(tier: int, *declared: str, own: str | None = None) -> Any:
    where = context(pools={name: POOLS[name] for name in declared})
    return placement(app(tier=tier, pool=own), where, "stable").get("nodeSelector", {}).get("slipway.dev/pool")


@pytest.mark.parametrize(
    ("tier", "declared", "expected"),
    [
        (1, ("general", "production", "spot"), "production"),
        (1, ("general", "spot"), "general"),
        (2, ("general", "production", "spot"), "general"),
        (3, ("general", "production", "spot"), "spot"),
        (3, ("general",), "general"),
        (3, (), None),
        (2, ("spot",), None),
    ],
)
def test_the_pool_of_a_tier(tier: int, declared: tuple[str, ...], expected: str | None) -> None:
    assert pool(tier, *declared) == expected


def test_an_apps_own_pool_comes_first() -> None:
    assert pool(3, "general", "memory", "spot", own="memory") == "memory"


def test_the_pools_taints_are_tolerated() -> None:
    spot = placement(app(tier=3), context(), "stable")
    assert spot["tolerations"] == [
        {"key": "slipway.dev/pool", "operator": "Equal", "value": "spot", "effect": "NoSchedule"}
    ]
    assert "tolerations" not in placement(app(tier=2), context(), "stable")
    taint = TaintSettings(key="example.com/team", value="ml", effect="NoExecute")
    own = resolve("ml", NodePoolSettings(instance_types=("m6i.large",), size=1, taints=(taint,)))
    assert placement(app(pool="ml"), context(pools={"ml": own}), "stable")["tolerations"] == [
        {"key": "example.com/team", "operator": "Equal", "value": "ml", "effect": "NoExecute"}
    ]


def test_tier_1_is_spread_firmly_over_the_zones_and_softly_over_their_nodes() -> None:
    zones, nodes = placement(app(tier=1), context(), "canary")["topologySpreadConstraints"]
    assert nodes == {**zones, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}
    assert zones == {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "nodeTaintsPolicy": "Honor",
        "labelSelector": {"matchLabels": {"app": "api", "track": "canary"}},
        "matchLabelKeys": ["pod-template-hash"],
    }


def test_a_laptop_has_no_zones_and_still_runs_tier_1() -> None:
    constraints = placement(app(tier=1), context(zoned=False, pools={}), "stable")["topologySpreadConstraints"]
    assert [each["whenUnsatisfiable"] for each in constraints] == ["ScheduleAnyway", "ScheduleAnyway"]


def test_a_stateful_set_is_spread_by_its_own_revision_label() -> None:
    constraint, _ = placement(app(tier=1, kind="StatefulSet"), context(), "stable")["topologySpreadConstraints"]
    assert constraint["matchLabelKeys"] == ["controller-revision-hash"]
    assert constraint["labelSelector"] == {"matchLabels": {"app": "api"}}


@pytest.mark.parametrize(
    "strategy", [{"type": "canary", "by": "argo-rollouts"}, {"type": "blue-green", "by": "argo-rollouts"}]
)
@pytest.mark.parametrize("spread", [None, [{"topologyKey": "kubernetes.io/hostname"}]])
def test_a_rollout_is_spread_by_the_label_that_argo_gives_its_versions(strategy: dict[str, str], spread: Any) -> None:
    constraints = placement(app(tier=1, strategy=strategy, spread=spread), context(), "stable")
    keys = [each["matchLabelKeys"] for each in constraints["topologySpreadConstraints"]]
    assert keys == [["rollouts-pod-template-hash"]] * len(keys)


def test_tier_3_has_no_wishes() -> None:
    assert set(placement(app(tier=3), context(), "stable")) == {"priorityClassName", "nodeSelector", "tolerations"}


def test_priority() -> None:
    named = {tier: placement(app(tier=tier), context(), "stable")["priorityClassName"] for tier in (1, 2, 3)}
    assert named == {1: "mission-critical", 2: "high-priority", 3: "low-priority"}
    literal = app(tier=1, priorityClass="system-cluster-critical")
    assert placement(literal, context(), "stable")["priorityClassName"] == "system-cluster-critical"


def test_the_table() -> None:
    rows = {
        tier: (row.budget, row.spread, row.priority_class, row.pools[0], row.request_percent)
        for tier, row in TIERS.items()
    }
    assert rows == {
        1: ({"maxUnavailable": 0}, "across zones and nodes", "mission-critical", "production", 50),
        2: ({"maxUnavailable": 1}, "prefer different nodes", "high-priority", "general", 70),
        3: ({"minAvailable": 0}, "none", "low-priority", "spot", 90),
    }
    assert max(each["value"] for each in CLASSES.values()) == 1_000_000_000
    assert min(each["value"] for each in CLASSES.values()) > -10
