"""Regions, zones, instance types and images, as a stack names them: what AWS has not is refused where it stands."""

import contextlib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slipway.cli import main
from tests.support.shipped import ROOT
from tests.unit.loading.project import edit, shipped

pytestmark = pytest.mark.slow  # see `make test-slow`

CASE = ROOT / "tests/data/cases/zone-that-eks-has-not.yaml"
STACK = "Pulumi.staging.yaml"
GPU = "gpu: {}          # 2x g6.2xlarge"


def preview(root: Path, *args: str) -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, ["preview", *args])


def test_a_zone_without_eks_gets_a_warning(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    shutil.rmtree(root / "apps/staging")
    (root / STACK).write_text(CASE.read_text())
    done = preview(root, "staging", "-q")
    assert done.exit_code == 0, done.output
    said = " ".join(done.output.split())
    assert "network.zones[1]: EKS is not offered in use1-az3, which is us-east-1e in most accounts" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("region: us-west-2", "region: us-wst-2", ["slipway:aws.region: no such region", "nearest: us-west-2"]),
        ("region: us-west-2", "region: us-west-9", ["slipway:aws.region: no such region", "nearest: us-west-2"]),
        (
            "region: us-west-2",
            "region: eu-west-1",
            ["slipway:network.zones: zones of us-west-2 in a"],
        ),
        ("us-west-2b", "us-wset-2b", ["slipway:network.zones[1]: not a zone of us-west-2", "nearest: us-west-2b"]),
        (GPU, "gpu: {instanceTypes: [p3.2xlarge]}", ["AWS has withdrawn the p3 family", "nearest: g6.2xlarge"]),
        (GPU, "gpu: {instanceTypes: [g6.2xlrage]}", ["no such instance type", "nearest: g6.2xlarge"]),
        (
            GPU,
            "gpu: {amiType: BOTTLEROCKET_ARM_64_NVIDIA}",
            ["amiType: an image of arm64", "BOTTLEROCKET_x86"],
        ),
    ],
)
def test_one_mistake_is_one_report(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    root = shipped(tmp_path)
    edit(root / STACK, (old, new))
    done = preview(root, "staging", "-q")
    assert done.exit_code == 2, done.output
    output = " ".join(done.output.split())
    assert output.endswith("1 mistake in 1 file")
    assert [each for each in said if each not in output] == []


def test_a_stack_of_bottlerocket_gpus_and_arm_is_in_order(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    edit(
        root / STACK,
        (
            GPU,
            "gpu: {amiType: BOTTLEROCKET_x86_64_NVIDIA}\n    arm: {instanceTypes: [g5g.xlarge], size: 3, maxSize: 3}",
        ),
    )
    done = preview(root, "staging")
    assert done.exit_code == 0, done.output
    assert "1 x g5g.xlarge" in done.output
