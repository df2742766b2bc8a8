"""What is refused, and what is advised, of a stack's region and zones."""

import gzip
import json
from pathlib import Path
from typing import Any

import boto3
import moto.ec2
import pytest
from botocore.loaders import Loader
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from components.foundation.aws_names import EKS_REGIONS, PARTITION, PARTITIONS, ZONES
from components.foundation.network import NetworkSettings
from components.foundation.provider import AwsSettings
from components.foundation.region_checks import ADVICE, CHECKS
from components.foundation.regions import EXCLUDED, REGIONS, default_zones
from components.problem import KeyPath, Problem
from tests.support.production import stack

REGION = ("aws", "region")
ZONE_LIST = ("network", "zones")


def problems(region: str, *zones: str) -> list[Problem]:
    return [problem for check in CHECKS for problem in check(of(region, *zones))]


def advice(region: str, *zones: str) -> dict[KeyPath, str]:
    return {each.path: each.text for advise in ADVICE for each in advise(of(region, *zones))}


def of(region: str, *zones: str) -> Any:
    network = NetworkSettings.model_validate({"zones": zones} if zones else {})
    return stack(aws=AwsSettings(region=region), network=network)


def test_the_regions_are_those_of_the_installed_boto3() -> None:
    session = boto3.Session()
    partitions = {each["id"]: each["regions"] for each in Loader().load_data("partitions")["partitions"]}
    assert {name: {*each} for name, each in PARTITIONS.items()} == {
        name: {region for region in each if not region.endswith("-global")} for name, each in partitions.items()
    }
    assert {region for each in PARTITIONS for region in session.get_available_regions("eks", each)} == EKS_REGIONS


def test_the_zones_are_those_of_another_record_of_ec2s_answers() -> None:
    folder = Path(moto.ec2.__file__).parent / "resources/instance_type_offerings/availability-zone"
    for region, letters in ZONES.items():
        answers = json.loads(gzip.decompress((folder / f"{region}.json.gz").read_bytes()))
        assert {each["Location"] for each in answers} == {region + letter for letter in letters}, region


@given(st.sampled_from(REGIONS))
def test_no_region_of_awss_is_refused_nor_its_own_zones(region: str) -> None:
    assert problems(region) == []
    assert problems(region, *default_zones(region)) == []
    if region in ZONES:
        assert advice(region) == advice(region, *default_zones(region)) == {}


@given(st.sampled_from(REGIONS), st.integers(0, 20), st.booleans())
def test_a_letter_left_out_of_a_region_blames_the_region_alone(region: str, place: int, with_zones: bool) -> None:
    words = region.split("-")
    middle = words[1][: place % len(words[1])] + words[1][place % len(words[1]) + 1 :]
    wrong = "-".join([words[0], middle or "x", words[2]])
    if wrong in REGIONS:  # not that there is one
        return
    (found,) = problems(wrong, *(default_zones(region) if with_zones else ()))
    assert (found.path, found.found) == (REGION, wrong)
    assert found.nearest in REGIONS
    if with_zones:
        assert found.nearest == region


@pytest.mark.parametrize(
    ("region", "nearest"), [("eu-centrl-1", "eu-central-1"), ("us-west-9", "us-west-2"), ("us-wset-2", "us-west-2")]
)
def test_a_mistyped_region_is_refused_with_the_nearest(region: str, nearest: str) -> None:
    (found,) = problems(region, *default_zones(nearest))
    assert (found.path, found.found, found.nearest) == (REGION, region, nearest)
    assert nearest in found.allowed
    (found,) = problems(region)
    assert found.nearest is not None
    assert found.nearest.startswith(nearest[:-1])


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_other_partitions_are_named(region: str, partition: str) -> None:
    (found,) = problems(region)
    assert (found.path, found.nearest) == (REGION, None)
    assert f"of the partition {partition}" in found.message


def test_a_mistyped_zone_is_blamed_alone() -> None:
    (found,) = problems("us-west-2", "us-west-2a", "us-wset-2b", "us-west-2c")
    assert (found.path, found.found, found.nearest) == ((*ZONE_LIST, 1), "us-wset-2b", "us-west-2b")


def test_a_mistyped_zone_is_blamed_beside_a_mistyped_region() -> None:
    region, zone = problems("us-west-9", "us-west-2a", "us-wset-2b", "us-west-2c")
    assert (region.path, region.nearest) == (REGION, "us-west-2")
    assert (zone.path, zone.nearest) == ((*ZONE_LIST, 1), "us-west-2b")


def test_zones_that_are_all_of_one_other_region_are_one_mistake() -> None:
    (found,) = problems("eu-west-1", "us-west-2a", "us-west-2b", "us-west-2c")
    assert found.path == ZONE_LIST
    assert found.message == "zones of us-west-2 in a stack of eu-west-1: either is the mistake"
    assert found.allowed == "eu-west-1a, eu-west-1b, eu-west-1c; or aws.region: us-west-2"


def test_one_zone_says_nothing_of_the_region() -> None:
    (found,) = problems("eu-west-1", "us-west-2a")
    assert (found.path, found.nearest) == ((*ZONE_LIST, 0), "eu-west-1a")


def test_a_mistyped_region_leaves_the_zones_of_two_regions_alone() -> None:
    (found,) = problems("us-west-9", "us-west-2a", "us-west-1a")
    assert found.path == REGION


def test_zones_of_a_region_that_is_not_known_are_judged_by_its_letters() -> None:
    assert problems("mx-central-1", "mx-central-1a", "mx-central-1b") == []
    (text,) = advice("mx-central-1").values()
    assert "which zones mx-central-1 has is not known" in text
    (found,) = problems("mx-central-1", "mx-central-1a", "mx-centrl-1b")
    assert (found.allowed, found.nearest) == ("mx-central-1a to mx-central-1f", "mx-central-1b")


@pytest.mark.parametrize(
    ("region", "zones"),
    [
        ("ap-northeast-1", "acd"),
        ("ca-central-1", "abd"),
        ("us-west-1", "ab"),
        ("us-east-1", "abc"),
        ("eu-west-1", "abc"),
        ("mx-central-1", "abc"),
    ],
)
def test_a_network_that_names_no_zone_has_the_first_three(region: str, zones: str) -> None:
    assert default_zones(region) == tuple(region + letter for letter in zones)


def test_a_zone_without_eks_is_pointed_out() -> None:
    assert list(advice("us-east-1", "us-east-1a", "us-east-1e")) == [(*ZONE_LIST, 1)]
    text = advice("us-east-1", "us-east-1a", "us-east-1e")[(*ZONE_LIST, 1)]
    assert "EKS is not offered in use1-az3, which is us-east-1e in most accounts" in text
    assert "--zone-ids use1-az3" in text
    assert problems("us-east-1", "us-east-1a", "us-east-1e") == []


@pytest.mark.parametrize(("region", "zone"), [("us-west-1", "us-west-1c"), ("ca-central-1", "ca-central-1c")])
def test_a_zone_that_may_be_without_eks_is_pointed_out(region: str, zone: str) -> None:
    text = advice(region, f"{region}a", zone)[(*ZONE_LIST, 1)]
    assert f"EKS is not offered in {EXCLUDED[region]}, which is {zone} in some accounts" in text


def test_a_zone_that_not_every_account_has_is_pointed_out() -> None:
    text = advice("eu-west-1", "eu-west-1a", "eu-west-1d")[(*ZONE_LIST, 1)]
    assert "not every account has eu-west-1d: the one that was asked has eu-west-1a, eu-west-1b, eu-west-1c" in text


@pytest.mark.parametrize(("zone", "more"), [("use1-az1", ""), ("use1-az3", "EKS takes no subnet in this one")])
def test_an_id_is_not_a_name(zone: str, more: str) -> None:
    with pytest.raises(ValidationError, match=f"is the ID of a zone.*{more}"):
        NetworkSettings.model_validate({"zones": ["us-east-1a", zone]})


@pytest.mark.parametrize(
    "region", [each for partition, regions in PARTITIONS.items() if partition != PARTITION for each in regions]
)
def test_a_region_of_another_partition_is_blamed_and_not_its_zones(region: str) -> None:
    (found,) = problems(region, *(region + letter for letter in "abc"))
    assert found.path == ("aws", "region")
    assert "partition" in found.message
