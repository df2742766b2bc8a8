"""The table of instance types."""

import pytest

from components.foundation.instance_types import INSTANCE_TYPES, InstanceType, accelerated, ami_type, architecture
from components.foundation.pool_plan import DEFAULTS


@pytest.mark.parametrize(
    "expected",
    [
        InstanceType("t3.large", 2, 8, 35),
        InstanceType("r5.xlarge", 4, 32, 58),
        InstanceType("p3.2xlarge", 8, 61, 58, gpus=1, nitro=False),
        InstanceType("m6i.xlarge", 4, 16, 58),
        InstanceType("m7g.medium", 1, 4, 8, "arm64"),
        InstanceType("c5.9xlarge", 36, 72, 234),
        InstanceType("g5.48xlarge", 192, 768, 345, gpus=8),
    ],
    ids=lambda each: each.name,
)
def test_the_table_says_what_aws_says(expected: InstanceType) -> None:
    assert INSTANCE_TYPES[expected.name] == expected


def test_every_default_is_known() -> None:
    assert {each for pool in DEFAULTS.values() for each in pool.instance_types} <= INSTANCE_TYPES.keys()


def test_the_default_spot_types_are_alike() -> None:
    types = [INSTANCE_TYPES[each] for each in DEFAULTS["spot"].instance_types]
    assert len(types) >= 5
    assert {(each.vcpu, each.memory_gib, each.architecture) for each in types} == {(2, 8, "x86_64")}


def test_a_managed_node_group_caps_the_pods() -> None:
    assert INSTANCE_TYPES["t3.large"].max_pods == 35
    assert INSTANCE_TYPES["m5.4xlarge"].max_pods == 110
    assert INSTANCE_TYPES["m5.8xlarge"].max_pods == 234
    assert INSTANCE_TYPES["m5.24xlarge"].max_pods == 250


@pytest.mark.parametrize(
    ("names", "image"),
    [
        (["t3.large"], "AL2023_x86_64_STANDARD"),
        (["m7g.large", "r6g.large"], "AL2023_ARM_64_STANDARD"),
        (["p3.2xlarge"], "AL2023_x86_64_NVIDIA"),
        (["m8g.large"], "AL2023_ARM_64_STANDARD"),
        (["c7gn.large"], "AL2023_ARM_64_STANDARD"),
        (["g6e.xlarge"], "AL2023_x86_64_NVIDIA"),
        (["p5.48xlarge"], "AL2023_x86_64_NVIDIA"),
        (["m8i-flex.large"], "AL2023_x86_64_STANDARD"),
        (["i4i.large"], "AL2023_x86_64_STANDARD"),
        (["g4ad.xlarge"], "AL2023_x86_64_STANDARD"),
    ],
)
def test_the_image_follows_the_type_even_where_only_the_name_is_known(names: list[str], image: str) -> None:
    assert ami_type(names) == image


def test_what_the_name_tells() -> None:
    assert architecture("x9.large") == "x86_64"
    assert not accelerated("nonsense")
