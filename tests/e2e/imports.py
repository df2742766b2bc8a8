"""An import into the shipped project, and the preview of what it wrote."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from typer.testing import CliRunner, Result

from slipway.cli import main
from tests.support.shipped import ROOT
from tests.unit.loading.project import shipped

CASES = ROOT / "tests/data/cases"


def run(root: Path, *args: str) -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(main, args)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The app files that an import wrote, by name, and its report."""

    root: Path
    apps: dict[str, Any]
    values: list[dict[str, Any]]

    def preview(self, environment: str = "local") -> list[dict[str, Any]]:
        """Return the objects of the environment's apps; the preview must take the files."""
        folder = self.root / "manifests"
        result = run(self.root, "preview", environment, "-q", "--manifests", str(folder))
        assert result.exit_code == 0, result.output
        files = sorted(folder.rglob("*.yaml"))
        return [each for file in files for each in YAML(typ="safe").load_all(file.read_text()) if each]

    def why(self, path: str) -> list[tuple[str, str]]:
        """Return the outcomes and reasons of the values whose path ends so."""
        return [(each["outcome"], each["why"]) for each in self.values if each["path"].endswith(path)]


def imported(root: Path, source: Path, *options: str, namespace: str = "web", environment: str = "local") -> Outcome:
    """Import a file into a copy of the shipped project."""
    if not (root / "Pulumi.local.yaml").exists():
        shipped(root)
    where = ("--environment", environment, "--namespace", namespace)
    result = run(root, "import", str(source), *where, "--json", *options)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    documents = [YAML(typ="safe").load((root / file).read_text()) for file in report["files"]]
    return Outcome(root, {each["name"]: each for each in documents}, report["values"])
