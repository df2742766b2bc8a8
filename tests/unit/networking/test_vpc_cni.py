"""The VPC CNI: who enforces policies, and whether nodes take prefixes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import kubelet_pods, resolve
from components.networking.cni import CniSettings
from components.networking.vpc_cni import addon_configurations, addresses, prefix_delegation, vpc_cni_configuration
from tests.support.stacks import stack

ANY_TYPE = st.sampled_from([*sorted(INSTANCE_TYPES), "m9z.large", "x99.metal"])
POOLS = st.dictionaries(
    st.sampled_from(["web", "data", "batch"]),
    st.fixed_dictionaries(
        {"instanceTypes": st.lists(ANY_TYPE, min_size=1, max_size=4, unique=True), "size": st.integers(1, 9)}
    ),
    max_size=3,
)


def configuration(*, prefixes: bool = False, **cni: Any) -> dict[str, Any]:
    return vpc_cni_configuration(CniSettings.model_validate(cni), prefixes=prefixes)


def test_network_policy_is_left_to_calico_which_gets_the_pods_addresses() -> None:
    assert configuration() == {"enableNetworkPolicy": "false", "env": {"ANNOTATE_POD_IP": "true"}}
    assert "nodeAgent" not in configuration(flowLogs=True)


def test_alone_its_own_agent_enforces_policies_and_logs_when_asked() -> None:
    assert configuration(policy="vpc-cni") == {"enableNetworkPolicy": "true"}
    assert configuration(policy="vpc-cni", flowLogs=True) == {
        "enableNetworkPolicy": "true",
        "nodeAgent": {"enablePolicyEventLogs": "true"},
    }


def test_prefixes_beside_calico_keep_the_annotation() -> None:
    assert configuration(prefixes=True)["env"] == {
        "ANNOTATE_POD_IP": "true",
        "ENABLE_PREFIX_DELEGATION": "true",
        "WARM_PREFIX_TARGET": "1",
    }


def test_on_an_overlay_metrics_server_is_on_the_host_network() -> None:
    assert addon_configurations(stack(cni={"mode": "cni"}))["metrics-server"] == {"hostNetwork": {"enabled": True}}
    assert addon_configurations(stack())["metrics-server"] == {}


@pytest.mark.parametrize(
    ("cni", "pools", "expected"),
    [
        ("vpc-cni", {"general": {}}, "prefixes"),
        ("vpc-cni", {"general": {}, "gpu": {}}, "prefixes"),
        ("vpc-cni", {"general": {}, "old": {"instanceTypes": ["m4.large"], "size": 1}}, "interfaces"),
        ("vpc-cni", {}, "prefixes"),
        ({"policy": "vpc-cni", "prefixDelegation": False}, {"general": {}}, "interfaces"),
        ("calico", {"general": {}}, "interfaces"),
        ({"prefixDelegation": True}, {"general": {}}, "prefixes"),
        ({"mode": "cni"}, {"general": {}}, "overlay"),
    ],
)
def test_addresses_are_as_the_stack_says_or_can_have(cni: Any, pools: dict[str, Any], expected: str) -> None:
    assert addresses(stack(cni=cni, nodePools=pools)) == expected


def test_an_overlay_takes_no_prefixes_whatever_is_asked() -> None:
    assert not prefix_delegation(stack(cni={"mode": "cni", "prefixDelegation": True}))


def test_an_existing_cluster_has_addresses_of_its_own() -> None:
    assert not prefix_delegation(stack(existing=True))
    assert addresses(stack(existing=True)) == "interfaces"


@given(POOLS)
def test_prefixes_by_default_where_every_type_is_nitro_and_then_every_pool_is_told_its_pods(
    pools: dict[str, Any],
) -> None:
    settings = stack(cni="vpc-cni", nodePools=pools)
    types = {each for pool in pools.values() for each in pool["instanceTypes"]}
    assert prefix_delegation(settings) == all(each in INSTANCE_TYPES and INSTANCE_TYPES[each].nitro for each in types)
    env = addon_configurations(settings)["vpc-cni"].get("env", {})
    assert (env.get("ENABLE_PREFIX_DELEGATION") == "true") == prefix_delegation(settings)
    for name, pool in settings.node_pools.items():
        told = kubelet_pods(resolve(name, pool), addresses(settings))
        assert (told is not None) == prefix_delegation(settings)
