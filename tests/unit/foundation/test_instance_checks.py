"""What is refused, and what is advised, of the instance types and images of pools."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.aws_names import AMI_TYPES
from components.foundation.images import NOT_FOR_POOLS, ami_type, parse, system
from components.foundation.instance_checks import ADVICE, CHECKS
from components.foundation.instance_types import INSTANCE_TYPES
from components.foundation.pool_plan import DEFAULTS
from components.foundation.withdrawn import WITHDRAWN
from components.problem import KeyPath, Problem
from tests.support.production import stack

BOOTABLE = sorted(name for name, each in INSTANCE_TYPES.items() if not each.architecture.endswith("_mac"))
GONE = sorted({name: each for gone in WITHDRAWN.values() for name, each in gone.instead.items()}.items())


def problems(**keys: Any) -> list[Problem]:
    settings = stack(pools={"web": {"size": 6, **keys}})
    return [problem for check in CHECKS for problem in check(settings)]


def advice(**keys: Any) -> dict[KeyPath, str]:
    settings = stack(pools={"web": {"size": 6, **keys}})
    return {each.path: each.text for advise in ADVICE for each in advise(settings)}


@pytest.mark.parametrize(("name", "instead"), GONE)
def test_what_aws_has_withdrawn_is_refused_with_reason_and_nearest(name: str, instead: str) -> None:
    (found,) = problems(instanceTypes=[name])
    assert (found.path, found.found, found.nearest) == (("nodePools", "web", "instanceTypes", 0), name, instead)
    assert "AWS has withdrawn" in found.message
    assert "allowWithdrawn: true" in found.allowed
    assert problems(instanceTypes=[instead]) == []


@pytest.mark.parametrize(("name", "instead"), GONE)
def test_an_account_that_still_runs_it_says_so(name: str, instead: str) -> None:
    assert problems(instanceTypes=[name], allowWithdrawn=True) == []
    (text,) = advice(instanceTypes=[name], allowWithdrawn=True).values()
    assert f"the name {name}" in text


def test_the_default_gpu_pool_is_what_comes_instead_of_the_documents() -> None:
    assert dict(GONE)["p3.2xlarge"] == DEFAULTS["gpu"].instance_types[0]


@given(st.sampled_from(BOOTABLE), st.booleans())
def test_no_type_that_aws_describes_is_refused_nor_warned_of(name: str, bottlerocket: bool) -> None:
    keys: dict[str, Any] = {"instanceTypes": [name]}
    if bottlerocket:
        keys["amiType"] = ami_type([name], parse("BOTTLEROCKET_x86_64"))
    assert problems(**keys) == []
    assert advice(**keys) == {}


@given(st.sampled_from(BOOTABLE), st.sampled_from(AMI_TYPES))
def test_an_image_is_refused_where_it_contradicts_the_type_and_only_there(name: str, image: str) -> None:
    known, read = INSTANCE_TYPES[name], parse(image)
    right = (
        read is not None
        and system(image) not in NOT_FOR_POOLS
        and read.architecture == known.architecture
        and read.accelerator in ("", known.accelerator)
    )
    found = problems(instanceTypes=[name], amiType=image)
    assert [each.path for each in found] == ([] if right else [("nodePools", "web", "amiType")])
    for each in found:
        assert problems(instanceTypes=[name], amiType=each.nearest) == []


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("t3.lrage", "t3.large"),
        ("m5.3xlarge", "m5.xlarge"),
        ("m6i.xlrage", "m6i.xlarge"),
        ("mm5.large", "m5.large"),
    ],
)
def test_a_mistake_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    (found,) = problems(instanceTypes=["m6i.xlarge", name])
    assert (found.path, found.found) == (("nodePools", "web", "instanceTypes", 1), name)
    assert found.nearest == nearest
    assert "slipway instances refresh" in found.allowed


def test_the_sizes_that_there_are_are_named() -> None:
    (found,) = problems(instanceTypes=["m5.3xlarge"])
    assert found.allowed.startswith("m5.large, m5.xlarge, m5.2xlarge")


@pytest.mark.parametrize(
    ("name", "image"),
    [("m10g.large", "AL2023_ARM_64_STANDARD"), ("p9.48xlarge", "AL2023_x86_64_NVIDIA"), ("trn3.48xlarge", "NEURON")],
)
def test_a_newer_type_is_taken_with_what_is_derived_of_it(name: str, image: str) -> None:
    assert problems(instanceTypes=[name]) == []
    (text,) = advice(instanceTypes=[name]).values()
    assert f"{name} is not among the types that AWS described on 20" in text
    assert image in text


def test_a_type_of_which_the_api_has_only_the_name_is_pointed_out() -> None:
    assert problems(instanceTypes=["p6e-gb200.36xlarge"]) == []
    (text,) = advice(instanceTypes=["p6e-gb200.36xlarge"]).values()
    assert "did not describe it" in text
    assert "AL2023_ARM_64_NVIDIA" in text


def test_macs_have_no_image() -> None:
    (found,) = problems(instanceTypes=["mac2.metal"])
    assert found.message == "EKS has no image for macOS hardware"


@pytest.mark.parametrize(
    "types",
    [
        ["m6i.large", "m7g.large"],
        ["m6i.large", "g5.xlarge"],
        ["inf2.xlarge", "g5.xlarge"],
        ["c7i.large", "inf2.xlarge"],
    ],
)
def test_one_image_boots_all_instance_types(types: list[str]) -> None:
    (found,) = problems(instanceTypes=types)
    assert found.path == ("nodePools", "web", "instanceTypes")


@pytest.mark.parametrize(
    ("image", "nearest"),
    [
        ("AL2023_ARM_64_STANDARD", "AL2023_x86_64_STANDARD"),
        ("AL2023_x86_64_NVIDIA", "AL2023_x86_64_STANDARD"),
        ("BOTTLEROCKET_ARM_64_FIPS", "BOTTLEROCKET_x86_64_FIPS"),
        ("BOTTLEROCKET_x86_64_NVIDIA", "BOTTLEROCKET_x86_64"),
        ("BOTLEROCKET_x86_64", "AL2023_x86_64_STANDARD"),
        ("AL2_x86_64", "AL2023_x86_64_STANDARD"),
        ("CUSTOM", "AL2023_x86_64_STANDARD"),
    ],
)
def test_a_wrong_image_names_the_right_one_of_its_system(image: str, nearest: str) -> None:
    (found,) = problems(instanceTypes=["m6i.xlarge"], amiType=image)
    assert (found.path, found.found, found.nearest) == (("nodePools", "web", "amiType"), image, nearest)


def test_an_image_without_the_driver_is_pointed_out() -> None:
    text = advice(instanceTypes=["g6.xlarge"], amiType="BOTTLEROCKET_x86_64")["nodePools", "web", "amiType"]
    assert "no driver for NVIDIA GPUs" in text
    assert "BOTTLEROCKET_x86_64_NVIDIA has it" in text
    assert advice(instanceTypes=["inf2.xlarge"], amiType="BOTTLEROCKET_x86_64") == {}


def test_what_no_image_has_a_driver_for_may_be_beside_what_needs_none() -> None:
    assert problems(instanceTypes=["f2.6xlarge", "m6i.xlarge"]) == []


def test_a_wrong_image_is_not_advised_of_as_well() -> None:
    assert problems(instanceTypes=["m6i.xlarge"], amiType="AL2027_ARM_64_STANDARD") != []
    assert advice(instanceTypes=["m6i.xlarge"], amiType="AL2027_ARM_64_STANDARD") == {}


def test_an_image_that_eks_may_have_had_since_is_taken() -> None:
    assert problems(instanceTypes=["m6i.xlarge"], amiType="AL2027_x86_64_STANDARD") == []
    text = advice(instanceTypes=["m6i.xlarge"], amiType="AL2027_x86_64_STANDARD")["nodePools", "web", "amiType"]
    assert "EKS had no image AL2027_x86_64_STANDARD on 20" in text


def test_spot_wants_several_types() -> None:
    two = advice(capacity="spot", instanceTypes=["m6i.large", "m5.large"])
    assert "at least 3 alike" in two["nodePools", "web", "instanceTypes"]
    assert advice(capacity="spot", instanceTypes=["m6i.large", "m5.large", "m5a.large"]) == {}
