"""Which node groups run a pod, by the rules of Kubernetes, and which of them it waits for."""

from typing import Any

import pytest

from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_fit import Group, fitting, tolerates, waited_for
from components.foundation.pool_plan import Taint, resolve

DEDICATED = {"key": "team", "value": "data"}
POOLS: dict[str, dict[str, Any]] = {
    "general": {},
    "gpu": {},
    "spot": {},
    "data": {"instanceTypes": ["r6i.large"], "size": 1, "taints": [DEDICATED], "labels": {"disk": "fast"}},
    "soft": {"instanceTypes": ["m6i.large"], "size": 1, "taints": [{"key": "a", "effect": "PreferNoSchedule"}]},
    "later": {"instanceTypes": ["m6i.large"], "size": 0, "maxSize": 3, "labels": {"disk": "fast"}},
}
GROUPS = [
    Group(pool, zone, size)
    for name, settings in POOLS.items()
    for pool in [resolve(name, NodePoolSettings.model_validate(settings))]
    for zone, size in (("us-west-2a", 1 if pool.size else 0), ("us-west-2b", 1 if pool.size > 1 else 0))
]
EVERYTHING = [{"operator": "Exists"}]


def pools(groups: tuple[Group, ...]) -> list[str]:
    return list(dict.fromkeys(group.pool.name for group in groups))


def required(*expressions: dict[str, Any]) -> dict[str, Any]:
    terms = {"nodeSelectorTerms": [{"matchExpressions": [each]} for each in expressions]}
    return {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}}


@pytest.mark.parametrize(
    ("pod", "possible", "awaited"),
    [
        ({}, ["general", "soft", "later"], ["general", "soft"]),
        ({"tolerations": EVERYTHING}, list(POOLS), ["general", "soft"]),
        ({"nodeSelector": {"slipway.dev/pool": "spot"}}, [], []),
        ({"nodeSelector": {"slipway.dev/pool": "spot"}, "tolerations": EVERYTHING}, ["spot"], ["spot"]),
        ({"nodeSelector": {"slipway.dev/pool": "later"}}, ["later"], ["later"]),
        ({"nodeSelector": {"disk": "fast"}}, ["later"], ["later"]),
        ({"nodeSelector": {"disk": "fast"}, "tolerations": EVERYTHING}, ["data", "later"], ["data"]),
        ({"nodeSelector": {"kubernetes.io/arch": "amd64"}}, ["general", "soft", "later"], ["general", "soft"]),
        ({"tolerations": [{**DEDICATED, "operator": "Equal"}]}, ["general", "data", "soft", "later"], None),
        (required({"key": "disk", "operator": "Exists"}), ["later"], ["later"]),
        (required({"key": "disk", "operator": "DoesNotExist"}), ["general", "soft"], ["general", "soft"]),
        (
            required(*({"key": "slipway.dev/pool", "operator": "In", "values": [name]} for name in ("soft", "later"))),
            ["soft", "later"],
            ["soft"],
        ),
        (
            required({"key": "slipway.dev/pool", "operator": "NotIn", "values": ["general"]}),
            ["soft", "later"],
            ["soft"],
        ),
        (
            {"nodeSelector": {"topology.kubernetes.io/zone": "us-west-2b"}},
            ["general", "soft", "later"],
            ["general"],
        ),
    ],
)
def test_where_a_pod_fits_and_what_it_waits_for(
    pod: dict[str, Any], possible: list[str], awaited: list[str] | None
) -> None:
    assert pools(fitting(GROUPS, pod)) == possible
    assert awaited is None or pools(waited_for(GROUPS, pod)) == awaited


def test_of_a_pool_only_the_zones_that_have_nodes_are_waited_for() -> None:
    found = waited_for(GROUPS, {"nodeSelector": {"slipway.dev/pool": "soft"}})
    assert [(group.zone, group.size) for group in found] == [("us-west-2a", 1)]


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "team", "operator": "Equal", "value": "data"}, True),
        ({"key": "team", "value": "data"}, True),
        ({"key": "team", "value": "web"}, False),
        ({"key": "team", "operator": "Exists"}, True),
        ({"key": "team", "operator": "Exists", "effect": "NoExecute"}, False),
        ({"key": "team", "operator": "Exists", "effect": "NoSchedule"}, True),
        ({"operator": "Exists"}, True),
        ({"key": "other", "operator": "Exists"}, False),
    ],
)
def test_a_toleration_matches_by_key_value_and_effect(toleration: dict[str, str], expected: bool) -> None:
    assert tolerates(Taint("team", "data", "NoSchedule"), [toleration]) is expected


ARM = Group(
    resolve("arm", NodePoolSettings.model_validate({"instanceTypes": ["m7g.large"], "size": 1})), "us-west-2a", 1
)


@pytest.mark.parametrize(
    ("selector", "possible"),
    [
        ({"kubernetes.io/arch": "arm64"}, ["arm"]),
        ({"kubernetes.io/arch": "amd64"}, ["general", "soft", "later"]),
        ({"kubernetes.io/os": "windows"}, []),
        ({"eks.amazonaws.com/capacityType": "SPOT"}, []),
        (
            {"eks.amazonaws.com/capacityType": "ON_DEMAND", "kubernetes.io/os": "linux"},
            ["general", "soft", "later", "arm"],
        ),
    ],
    ids=str,
)
def test_nodes_have_the_labels_that_kubernetes_and_eks_give_them(selector: dict[str, str], possible: list[str]) -> None:
    assert pools(fitting([*GROUPS, ARM], {"nodeSelector": selector})) == possible
