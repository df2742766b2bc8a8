"""GPUs that a pod asks for are on some node of its pool, and on enough of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.apps.gpu_checks import node_gpus
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.node_pools import NodePoolSettings
from components.foundation.pool_plan import resolve
from tests.unit.apps.stacks import advice, problems, stack

GPU_TYPES = sorted(name for name, each in INSTANCE_TYPES.items() if each.gpus and each.architecture == "x86_64")


def pools(*types: str, size: int = 2) -> dict[str, Any]:
    return {"general": {"size": 9}, "training": {"instanceTypes": list(types), "size": size}}


@given(st.sampled_from(GPU_TYPES), st.integers(min_value=1, max_value=16))
def test_more_gpus_than_a_node_has_are_refused(name: str, count: int) -> None:
    app = {"tier": 2, "pool": "training", "gpu": {"count": count}}
    settings = stack("staging", app, nodePools=pools(name))
    found = [each for each in problems(settings) if each.path == ("gpu", "count")]
    most = INSTANCE_TYPES[name].gpus
    assert [(each.found, each.nearest) for each in found] == ([(str(count), str(most))] if count > most else [])


def test_of_several_types_the_largest_counts_and_one_that_is_not_described_says_nothing() -> None:
    def gpus(*types: str) -> list[int]:
        return node_gpus(resolve("training", NodePoolSettings.model_validate(pools(*types)["training"], by_name=False)))

    assert gpus("g5.12xlarge", "g5.xlarge") == [1, 4]
    assert gpus("g5.xlarge", "g99.xlarge") == []
    app = {"tier": 2, "pool": "training", "gpu": {"count": 4}}
    assert problems(stack("staging", app, nodePools=pools("g5.xlarge", "g5.12xlarge"))) == []


@pytest.mark.parametrize(("size", "said"), [(2, True), (3, False)])
def test_pods_that_ask_for_more_gpus_than_the_pool_has_are_pointed_out(size: int, said: bool) -> None:
    # Two pods, and a third while they are updated.
    app = {"tier": 2, "replicas": 2, "pool": "training", "gpu": {"count": 4}}
    found = [each.text for each in advice(stack("staging", app, nodePools=pools("g5.12xlarge", size=size)))]
    assert ("api at their most request 12 GPUs; 2 nodes have 8: the last pods would wait" in found) == said


def test_a_share_is_not_counted_as_a_gpu() -> None:
    app = {"tier": 2, "replicas": 6, "pool": "training", "gpu": {"sharing": "mps"}}
    found = stack("staging", app, nodePools=pools("g5.xlarge", size=1))
    assert not [each for each in advice(found) if "GPUs;" in each.text]


def test_a_pool_that_is_not_there_is_said_once() -> None:
    (one,) = problems(stack("staging", {"tier": 2, "pool": "trainng", "gpu": {}}, nodePools=pools("g5.xlarge")))
    assert (one.path, one.nearest) == (("pool",), "training")
