"""Which EKS image boots an instance type, for every type that there is."""

import pytest
from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st

from components.foundation.aws_names import AMI_TYPES
from components.foundation.images import Image, ami_type, misspelt, parse
from components.foundation.instance_names import accelerated, accelerator, architecture
from components.foundation.instance_types import INSTANCE_TYPES

EKS = frozenset(Loader().load_service_model("eks", "service-2")["shapes"]["AMITypes"]["enum"])
BOOTABLE = sorted(name for name, each in INSTANCE_TYPES.items() if not each.architecture.endswith("_mac"))

# "Use EKS-optimized accelerated AMIs for GPU instances" in the EKS guide: families by image.
ACCELERATED = {
    "AL2023_x86_64_NVIDIA": "p6-b300 p6-b200 p5 p5e p5en p4d p4de p3 p3dn g7e gr6 g6 g6e g6f gr6f g5 g4dn",
    "AL2023_ARM_64_NVIDIA": "p6e-gb200 p6e-gb300 g5g",
    "AL2023_x86_64_NEURON": "inf1 inf2 trn1 trn2",
}


@pytest.mark.parametrize(("image", "families"), ACCELERATED.items())
def test_accelerated_types_have_the_image_that_the_eks_guide_names(image: str, families: str) -> None:
    assert {each: ami_type([f"{each}.48xlarge"]) for each in families.split()} == dict.fromkeys(families.split(), image)


@given(st.sampled_from(BOOTABLE), st.sampled_from([None, "BOTTLEROCKET_x86_64", "BOTTLEROCKET_x86_64_FIPS"]))
def test_every_type_has_an_image_of_eks_of_its_architecture_with_its_driver(name: str, like: str | None) -> None:
    derived = ami_type([name], parse(like) if like else None)
    image, known = parse(derived), INSTANCE_TYPES[name]
    assert derived in EKS
    assert image is not None
    assert image.architecture == known.architecture
    wanted = known.accelerator if known.accelerator in ("nvidia", "neuron") else ""
    assert image.accelerator == ("" if like and wanted == "neuron" else wanted)
    assert ("FIPS" in derived) == ("FIPS" in (like or ""))


def test_every_single_type_has_one() -> None:
    assert {ami_type([each]) for each in BOOTABLE} == {each for each in EKS if each.startswith("AL2023")}


def test_the_image_types_are_those_of_the_installed_boto3() -> None:
    assert set(AMI_TYPES) == EKS


@pytest.mark.parametrize("name", sorted(EKS - {"CUSTOM"}))
def test_every_image_of_eks_can_be_read(name: str) -> None:
    found = parse(name)
    assert found is not None
    assert (found.architecture == "arm64") == ("ARM" in name)
    assert not misspelt(name)


@pytest.mark.parametrize(
    ("names", "image"),
    [
        (["t3.large"], "AL2023_x86_64_STANDARD"),
        (["m7g.large", "r6g.large"], "AL2023_ARM_64_STANDARD"),
        (["m99g.large"], "AL2023_ARM_64_STANDARD"),
        (["c77gn.large"], "AL2023_ARM_64_STANDARD"),
        (["g66e.xlarge"], "AL2023_x86_64_NVIDIA"),
        (["p7e-gb500.36xlarge"], "AL2023_ARM_64_NVIDIA"),
        (["trn5.3xlarge"], "AL2023_x86_64_NEURON"),
        (["trn9g.3xlarge"], "AL2023_ARM_64_STANDARD"),  # EKS has no image for Neuron on Arm
        (["m99i-flex.large"], "AL2023_x86_64_STANDARD"),
        (["i99i.large"], "AL2023_x86_64_STANDARD"),
        (["g99ad.xlarge"], "AL2023_x86_64_STANDARD"),
        (["dl2q.24xlarge"], "AL2023_x86_64_STANDARD"),
        (["f2.6xlarge"], "AL2023_x86_64_STANDARD"),
    ],
)
def test_the_image_follows_the_type_even_where_only_the_name_is_known(names: list[str], image: str) -> None:
    assert ami_type(names) == image


def test_what_the_name_tells() -> None:
    assert architecture("x99.large") == "x86_64"
    assert not accelerated("nonsense")
    assert accelerator("dl1.24xlarge") == "other"
    assert parse("BOTTLEROCKET_ARM_64_NVIDIA_FIPS") == Image("BOTTLEROCKET", "arm64", "nvidia", ("NVIDIA", "FIPS"))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("AL2023_x86_64_STANDRD", True),
        ("BOTLEROCKET_x86_64", True),
        ("AL2023_x86_64_NVDIA", True),
        ("AL2023_X86_64_STANDARD", True),
        ("AL2023", True),
        ("AL2027_x86_64_STANDARD", False),
        ("WINDOWS_CORE_2028_x86_64", False),
        ("AL2023_ARM_64_NEURON", False),
        ("FEDORA_x86_64", False),
    ],
)
def test_a_typing_mistake_is_told_from_a_newer_image(name: str, wrong: bool) -> None:
    assert misspelt(name) == wrong
