"""What the preview says of pools that AWS and Kubernetes take without a word, and that do not work."""

import contextlib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slipway.cli import main
from slipway.loading import advice, load_stack
from tests.support.shipped import ROOT, recorded

pytestmark = pytest.mark.slow  # see `make test-slow`

CASES = ROOT / "tests/data/cases"


def previewed(name: str, folder: Path) -> Result:
    for each in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / each, folder)
    shutil.copy(CASES / f"{name}.stack.yaml", folder / "Pulumi.staging.yaml")
    (folder / "apps/staging").mkdir(parents=True)
    if (app := CASES / f"{name}.app.yaml").exists():
        shutil.copy(app, folder / "apps/staging/nightly.yaml")
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, ["preview", "staging"])


def warned(result: Result) -> str:
    """Return what was printed in one line, since it is wrapped where the terminal ends."""
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_pools_that_are_all_tainted_keep_coredns_away(tmp_path: Path) -> None:
    assert "no node can run coredns, aws-ebs-csi-driver" in warned(previewed("every-pool-is-tainted", tmp_path))


def test_a_pool_that_nobody_grows_never_gets_a_node(tmp_path: Path) -> None:
    said = warned(previewed("nobody-scales-nodes", tmp_path))
    assert "slipway:nodePools.batch.size: nothing in this stack scales nodes: the pool never gets one" in said
    assert "Nodes: 4 planned (0 batch, 4 general), up to 10 where something scales them" in said


def test_more_pods_than_addresses_are_told(tmp_path: Path) -> None:
    said = warned(previewed("more-pods-than-addresses", tmp_path))
    assert "20 t3.large in us-west-2a take 20 x 36 addresses" in said
    assert "10.30.0.0/24 has 251" in said


@pytest.mark.parametrize("stack", ["development", "local", "production", "staging"])
def test_what_ships_has_as_many_nodes_as_it_says(stack: str) -> None:
    found = [each for each in advice(load_stack(ROOT, stack).settings) if "scales nodes" in each or "addresses" in each]
    assert found == []
    for group in recorded(stack).of_type("aws:eks/nodeGroup:NodeGroup"):
        assert group.inputs["scalingConfig"]["maxSize"] == group.inputs["scalingConfig"]["desiredSize"]  # type: ignore[index,call-overload]
