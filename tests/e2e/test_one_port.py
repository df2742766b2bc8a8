"""Any number of apps listen on one port: as imported, and as the README's example puts one beside the shipped apps."""

import contextlib
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slipway.cli import main
from tests.support.shipped import ROOT
from tests.unit.loading.project import shipped

pytestmark = pytest.mark.slow  # see `make test-slow`

CASE = ROOT / "tests/data/cases/two-apps-on-one-port.yaml"


def run(root: Path, *args: str) -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, args)


@pytest.mark.parametrize("environment", ["local", "development"])
def test_two_imported_apps_on_one_port(tmp_path: Path, environment: str) -> None:
    root = shipped(tmp_path)
    imported = run(root, "import", str(CASE), "--environment", environment, "--namespace", "web")
    assert imported.exit_code == 0, imported.output
    assert "0 not carried" in imported.stdout
    previewed = run(root, "preview", environment, "-q")
    assert previewed.exit_code == 0, previewed.output


def test_in_staging_the_same_two_break_no_rule_but_that_of_their_single_pods(tmp_path: Path) -> None:
    """One pod each is what the documents say; the port is nothing that anybody minds."""
    root = shipped(tmp_path)
    run(root, "import", str(CASE), "--environment", "staging", "--namespace", "web")
    for name in ("red", "blue"):
        path = root / f"apps/staging/{name}.yaml"
        path.write_text(path.read_text().replace("replicas: 1", "replicas: 2"))
    previewed = run(root, "preview", "staging", "-q")
    assert previewed.exit_code == 0, previewed.output


def test_the_readmes_new_service_is_one(tmp_path: Path) -> None:
    root = shipped(tmp_path)
    shown = re.search(r"```yaml\n(name: orders\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown
    (root / "apps/staging/orders.yaml").write_text(shown[1])
    previewed = run(root, "preview", "staging")
    assert previewed.exit_code == 0, previewed.output
    assert "orders-deployment" in previewed.stdout
