"""The table of instance types, held against what else there is of AWS's own."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from botocore.loaders import Loader

from components.foundation.aws_names import INSTANCE_NAMES
from components.foundation.instance_types import (
    DESCRIBED_ON,
    INSTANCE_TYPES,
    TABLE,
    Accelerator,
    Architecture,
    InstanceType,
    lookup,
    read,
)
from components.foundation.pool_plan import DEFAULTS
from slipway.instances.describe import row
from tests.unit.instances.answers import answers

LOCK = Path(__file__).parents[3] / "uv.lock"
OLDEST = timedelta(days=180)
"""How much older the table may be than the boto3 of the lock file: a checkout that nobody touches stays green."""

# Rows of eni-max-pods.txt of the EKS AMI project, templates/shared/runtime, of its commit 0254c5b.
MAX_PODS = {
    "a1.medium": 8,
    "c5.9xlarge": 234,
    "c5.18xlarge": 737,
    "c6in.32xlarge": 394,
    "c8a.large": 59,
    "c8gn.48xlarge": 590,
    "d3.xlarge": 10,
    "g4dn.2xlarge": 29,
    "g5.48xlarge": 345,
    "g6.2xlarge": 58,
    "g6e.12xlarge": 292,
    "g6f.large": 20,
    "hpc7g.4xlarge": 198,
    "inf1.24xlarge": 321,
    "i4i.24xlarge": 437,
    "m1.medium": 12,
    "m6i.xlarge": 58,
    "m7g.medium": 8,
    "m8i.96xlarge": 1514,
    "p3dn.24xlarge": 737,
    "p5.48xlarge": 100,  # by its first network card alone
    "p5.4xlarge": 118,
    "p6-b300.48xlarge": 198,
    "r5.xlarge": 58,
    "t3.large": 35,
    "c1.xlarge": 58,
}


@cache
def of_moto() -> dict[str, InstanceType]:
    """Return the rows of another record of EC2's answers: the one that moto's EC2 gives."""
    return {name: row(each) for name, each in answers().items()}


def boto3s_day() -> date:
    """Return the day on which the botocore of the lock file was published."""
    packages = tomllib.loads(LOCK.read_text(encoding="utf-8"))["package"]
    (found,) = [each["sdist"]["upload-time"] for each in packages if each["name"] == "botocore"]
    moment = found if isinstance(found, datetime) else datetime.fromisoformat(found)
    return moment.astimezone(UTC).date()


@pytest.mark.parametrize(("name", "pods"), MAX_PODS.items())
def test_the_addresses_are_those_of_awss_own_list(name: str, pods: int) -> None:
    assert INSTANCE_TYPES[name].eni_pods == pods


def test_the_table_says_what_ec2_answered_elsewhere() -> None:
    both = INSTANCE_TYPES.keys() & of_moto().keys()
    assert len(both) > 1000
    assert {name: INSTANCE_TYPES[name] for name in both} == {name: of_moto()[name] for name in both}


def test_every_name_that_the_installed_boto3_has_is_known_here() -> None:
    """A newer boto3 fails here until `slipway instances refresh` has been run: the list does not age unseen."""
    named = {*Loader().load_service_model("ec2", "service-2")["shapes"]["InstanceType"]["enum"]}
    assert named - INSTANCE_TYPES.keys() - INSTANCE_NAMES == set()


def test_the_table_is_not_much_older_than_the_boto3_of_the_lock_file() -> None:
    assert boto3s_day() - DESCRIBED_ON <= OLDEST, "run `slipway instances refresh`"


def test_the_words_of_the_table_are_the_programs() -> None:
    assert {each.architecture for each in INSTANCE_TYPES.values()} <= {*get_args(Architecture)}
    assert {each.accelerator for each in INSTANCE_TYPES.values()} <= {*get_args(Accelerator)}
    assert {each.hypervisor for each in INSTANCE_TYPES.values()} <= {"nitro", "xen", "metal"}
    assert all(bool(each.accelerator) == bool(each.accelerators) for each in INSTANCE_TYPES.values())


def test_a_table_that_is_none_is_refused() -> None:
    text = TABLE.read_text(encoding="ascii")
    assert read(text) == (DESCRIBED_ON, INSTANCE_TYPES)
    with pytest.raises(ValueError, match="the first row is not name,vcpu"):
        read(text.replace("name,vcpu", "vcpu,name"))
    with pytest.raises(ValueError, match="isoformat"):
        read(text.replace("# date: ", "# day: "))


def test_what_is_not_there_is_not_made_up() -> None:
    assert lookup("p3.2xlarge") is None
    assert lookup("t3.large") == InstanceType("t3.large", 2, 8192, 3, 12, "x86_64", "nitro", "", 0)


def test_every_default_is_known() -> None:
    assert {each for pool in DEFAULTS.values() for each in pool.instance_types} <= INSTANCE_TYPES.keys()


def test_the_default_spot_types_are_alike() -> None:
    types = [INSTANCE_TYPES[each] for each in DEFAULTS["spot"].instance_types]
    assert len(types) >= 5
    assert {(each.vcpu, each.memory_mib, each.architecture) for each in types} == {(2, 8192, "x86_64")}


def test_a_managed_node_group_caps_the_pods() -> None:
    assert INSTANCE_TYPES["t3.large"].max_pods == 35
    assert INSTANCE_TYPES["m5.4xlarge"].max_pods == 110
    assert INSTANCE_TYPES["m5.8xlarge"].max_pods == 234
    assert INSTANCE_TYPES["m5.24xlarge"].max_pods == 250


def test_gpus_are_nvidias_and_a_share_of_one_is_one() -> None:
    assert [
        INSTANCE_TYPES[each].gpus for each in ("g6.2xlarge", "g5.48xlarge", "g6f.large", "inf2.xlarge", "f2.6xlarge")
    ] == [
        1,
        8,
        1,
        0,
        0,
    ]


def test_nitro_is_all_but_xen() -> None:
    assert [INSTANCE_TYPES[each].nitro for each in ("m6i.large", "m5.metal", "m4.xlarge")] == [True, True, False]
