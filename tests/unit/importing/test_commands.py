"""`slipway new` and `slipway import`."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway.cli import main
from tests.support.shipped import ROOT

DOCUMENTS = ROOT / "tests/data/documents"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("Pulumi.yaml", "Pulumi.staging.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "apps", tmp_path / "apps")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, args)
    return result.exit_code, result.output


NEW = ("new", "app", "orders", "--environment", "staging", "--image", "registry.example.com/orders:v1")


def test_new_writes_once(project: Path) -> None:
    code, said = run(*NEW, "--namespace", "web", "--port", "8300")
    assert code == 0, said
    text = (project / "apps/staging/orders.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../../schemas/app.schema.json\nname: orders\n")
    assert run(*NEW, "--namespace", "web")[0] == 2
    assert (project / "apps/staging/orders.yaml").read_text() == text
    assert run(*NEW, "--namespace", "web", "--force")[0] == 0


def test_new_refuses_what_the_stack_refuses(project: Path) -> None:
    code, said = run(*NEW, "--namespace", "wbe")
    assert (code, (project / "apps/staging/orders.yaml").exists()) == (2, False)
    assert "namespace" in said
    assert "nearest: web" in said


def test_new_needs_what_cannot_be_asked_for(project: Path) -> None:
    assert run(*NEW)[0] == 2


def test_import_writes_and_reports(project: Path) -> None:
    paths = [str(DOCUMENTS / name) for name in ("1-07-service.yaml", "1-08-deployment.yaml")]
    code, said = run("import", *paths, "--environment", "staging", "--namespace", "web", "--json")
    report = json.loads(said)
    assert (code, report["files"]) == (0, [str(project / "apps/staging/webapp-deployment.yaml")])
    assert {each["outcome"] for each in report["values"]} == {"carried", "changed"}
    assert run("import", *paths, "--environment", "staging")[0] == 2


def test_import_of_what_is_no_object(project: Path) -> None:
    (project / "x.yaml").write_text("a: 1\n")
    code, said = run("import", "x.yaml", "--environment", "staging")
    assert code == 2
    assert "document 1" in said
