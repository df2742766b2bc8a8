"""What a pool comes to once its defaults are filled in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import (
    GPU_TAINT,
    SPOT_TAINT,
    Pool,
    Taint,
    address_pods,
    eni_pods,
    kubelet_pods,
    missing,
    resolve,
)


def pool(name: str = "web", **keys: Any) -> Pool:
    if name == "web":
        keys = {"instanceTypes": ["m6i.xlarge"], "size": 3, **keys}
    return resolve(name, NodePoolSettings.model_validate(keys))


@pytest.mark.parametrize(
    ("name", "types", "size", "capacity", "taints", "image"),
    [
        ("general", ("t3.large",), 4, "on-demand", (), "AL2023_x86_64_STANDARD"),
        ("memory", ("r5.xlarge",), 2, "on-demand", (), "AL2023_x86_64_STANDARD"),
        ("gpu", ("g6.2xlarge",), 2, "on-demand", (GPU_TAINT,), "AL2023_x86_64_NVIDIA"),
    ],
)
def test_the_well_known_pools(
    name: str, types: tuple[str, ...], size: int, capacity: str, taints: tuple[Taint, ...], image: str
) -> None:
    found = pool(name)
    assert (found.instance_types, found.size, found.capacity) == (types, size, capacity)
    assert (found.taints, found.ami_type) == (taints, image)


def test_the_spot_pool_is_diversified_and_tainted() -> None:
    found = pool("spot")
    assert (found.size, found.capacity, found.taints) == (4, "spot", (SPOT_TAINT,))
    assert len(found.instance_types) >= 5
    assert Taint("slipway.dev/pool", "spot", "NoSchedule") == SPOT_TAINT
    assert Taint("nvidia.com/gpu", "present", "NoSchedule") == GPU_TAINT


def test_a_pool_has_as_many_nodes_as_its_size_says() -> None:
    found = pool(size=4)
    assert (found.min_size, found.size, found.max_size) == (4, 4, 4)
    assert pool(size=0).max_size == 1


def test_what_is_given_replaces_the_defaults() -> None:
    found = pool("spot", instanceTypes=["m7g.large"], size=6, minSize=0, maxSize=9, capacity="on-demand", taints=[])
    assert found.instance_types == ("m7g.large",)
    assert (found.min_size, found.size, found.max_size) == (0, 6, 9)
    assert (found.capacity, found.taints, found.ami_type) == ("on-demand", (), "AL2023_ARM_64_STANDARD")


def test_taints_and_labels() -> None:
    found = pool(labels={"team": "web"}, taints=[{"key": "dedicated", "value": "web", "effect": "NoExecute"}])
    assert found.labels == {"team": "web", "slipway.dev/pool": "web"}
    assert found.taints == (Taint("dedicated", "web", "NoExecute"),)


def test_images_for_gpus_are_large() -> None:
    assert (pool().disk_gib, pool("gpu").disk_gib, pool("gpu", diskGib=300).disk_gib) == (50, 100, 300)


@pytest.mark.parametrize(
    ("name", "keys", "expected"),
    [
        ("general", {}, ()),
        ("web", {}, ("instanceTypes", "size")),
        ("web", {"size": 0}, ("instanceTypes",)),
        ("web", {"instanceTypes": ["m6i.large"], "size": 1}, ()),
    ],
)
def test_another_pool_says_what_it_is_made_of(name: str, keys: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert missing(name, NodePoolSettings.model_validate(keys)) == expected


def test_an_unknown_pool_without_instance_types_is_refused() -> None:
    with pytest.raises(ValueError, match="the node pool web has no instanceTypes and no size"):
        resolve("web", NodePoolSettings())


def test_a_group_has_the_pods_of_its_smallest_type() -> None:
    assert eni_pods(pool("general")) == 35
    assert eni_pods(pool("spot")) == 29
    assert eni_pods(pool(instanceTypes=["z1.large"])) is None


def test_under_the_vpc_cni_eks_counts_the_pods_unless_they_are_given() -> None:
    assert kubelet_pods(pool(), "interfaces") is None
    assert kubelet_pods(pool(maxPods=80), "interfaces") == 80


def test_under_calico_the_pods_are_explicit() -> None:
    assert kubelet_pods(pool(), "overlay") == 110
    assert kubelet_pods(pool(instanceTypes=["m6i.8xlarge", "m6i.16xlarge"]), "overlay") == 250
    assert kubelet_pods(pool(instanceTypes=["m6i.8xlarge", "m6i.large"]), "overlay") == 110
    assert kubelet_pods(pool(instanceTypes=["z1.large"]), "overlay") == 110
    assert kubelet_pods(pool(maxPods=60), "overlay") == 60


def test_with_prefixes_the_pods_are_explicit_and_no_more_than_there_are_prefixes_for() -> None:
    assert kubelet_pods(pool(), "prefixes") == 110
    assert kubelet_pods(pool(instanceTypes=["m6i.8xlarge", "m6i.16xlarge"]), "prefixes") == 250
    assert kubelet_pods(pool(instanceTypes=["m7g.medium"]), "prefixes") == 98
    assert kubelet_pods(pool(instanceTypes=["m7g.medium"]), "overlay") == 110
    assert kubelet_pods(pool(maxPods=60), "prefixes") == 60


def test_addresses_bound_the_pods_where_they_are_of_the_vpc() -> None:
    large = pool(instanceTypes=["t3.large"])
    assert [address_pods(large, each) for each in ("interfaces", "prefixes", "overlay")] == [35, 110, None]
    assert address_pods(pool(instanceTypes=["z1.large"]), "prefixes") is None


@given(st.lists(st.sampled_from(sorted(INSTANCE_TYPES)), min_size=1, max_size=6, unique=True))
def test_no_node_is_told_more_pods_than_its_smallest_type_can_have(types: list[str]) -> None:
    chosen = pool(instanceTypes=types)
    told = kubelet_pods(chosen, "prefixes")
    assert told is not None
    assert all(told <= INSTANCE_TYPES[each].prefix_pods <= INSTANCE_TYPES[each].kubelet_pods for each in types)
    assert told >= (eni_pods(chosen) or 0)  # prefixes never make a node smaller
    assert told <= (kubelet_pods(chosen, "overlay") or 0)


@pytest.mark.parametrize(
    "keys",
    [
        {"size": -1},
        {"minSize": -2},
        {"maxSize": "many"},
        {"instanceTypes": []},
        {"instanceTypes": ["large"]},
        {"capacity": "reserved"},
        {"taints": [{"key": "a", "effect": "NO_SCHEDULE"}]},
        {"releaseVersion": "latest"},
        {"maxUnavailablePercentage": 0},
        {"zones": ["west"]},
    ],
)
def test_a_wrong_field_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        NodePoolSettings.model_validate(keys)
