"""`slipway preview` as it is called: exit codes, what is printed where, and what is written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from slipway.cli import main
from slipway.preview.atomic import MARKER
from tests.unit.preview.conftest import Run
from tests.unit.preview.demo import CANARY, STACK, files


def test_a_preview_is_printed(run: Run, project: Path) -> None:
    before = files(project)
    result = run("demo")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("demo  3 resources in 0 components\n")
    assert "ConfigMap settings  web/settings, keys password" in result.stdout
    assert "CLUSTER STATUS — Demo (planned" in result.stdout
    assert "Cost: not estimated (the cluster exists already)" in result.stdout
    assert "simulated" in result.stdout
    assert "Policies: " in result.stdout
    assert "no mandatory violation" in result.stdout
    assert "PLAN" not in result.stdout
    assert result.stdout.endswith("Warning: mind the gap\n")
    assert result.stdout.count("mind the gap") == 1
    assert result.stderr == ""
    assert files(project) == before


def test_quiet_is_one_line_and_the_warnings(run: Run) -> None:
    lines = run("demo", "--quiet", "--json", "preview.json").stdout.splitlines()
    assert lines == [
        "demo: 3 resources, 0 pods planned; cost not estimated (the cluster exists already)",
        "Warning: mind the gap",
    ]


def test_manifests_and_json_are_written(run: Run, project: Path) -> None:
    result = run("demo", "--manifests", "out", "--json", "deep/preview.json")
    assert result.exit_code == 0, result.output
    assert files(project / "out") == [
        MARKER,
        "_cluster/namespace-web.yaml",
        "web/configmap-settings.yaml",
        "web/networkpolicy-default-deny.yaml",
    ]
    document = json.loads((project / "deep/preview.json").read_text(encoding="utf-8"))
    assert document["format"] == "slipway.preview/1"
    assert document["recording"]["format"] == "slipway.recording/1"
    assert document["summary"]["namespaces"] == {"web": "restricted"}
    assert document["cost"] is None
    assert "Wrote 3 manifests to out" in result.stdout
    assert "Wrote deep/preview.json" in result.stdout
    first = {path: (project / path).read_bytes() for path in files(project)}
    assert run("demo", "--manifests", "out", "--json", "deep/preview.json").exit_code == 0
    assert {path: (project / path).read_bytes() for path in files(project)} == first


def test_no_secret_is_printed_or_written(run: Run, project: Path) -> None:
    encrypted = STACK.replace("password: canary-4711", "password: {secure: v1:abc:canary-4711}")
    for stack in (STACK, encrypted):
        (project / "Pulumi.demo.yaml").write_text(stack, encoding="utf-8")
        result = run("demo", "--manifests", "out", "--json", "preview.json")
        written = [(project / path).read_text(encoding="utf-8") for path in files(project) if "Pulumi" not in path]
        assert result.exit_code == 0, result.output
        assert CANARY not in result.output
        assert not any(CANARY in text for text in written)


def test_an_unknown_stack_names_those_that_there_are(run: Run, project: Path) -> None:
    result = run("dmeo", "--manifests", "out", "--json", "preview.json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Pulumi.dmeo.yaml" in result.stderr
    assert "demo" in result.stderr
    assert not (project / "out").exists()
    assert not (project / "preview.json").exists()


def test_mistakes_in_the_stack_file(run: Run, project: Path) -> None:
    (project / "Pulumi.demo.yaml").write_text(STACK + "  slipway:nodePool: {}\n", encoding="utf-8")
    result = run("demo", "--manifests", "out", "--json", "preview.json")
    assert result.exit_code == 2
    assert "slipway:nodePool" in result.stderr
    assert "nearest: nodePools" in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""
    assert not (project / "out").exists()


def test_no_project(run: Run, project: Path) -> None:
    (project / "Pulumi.yaml").unlink()
    result = run("demo")
    assert result.exit_code == 2
    assert "Pulumi.yaml" in result.stderr


def test_a_failing_program(run: Run, project: Path) -> None:
    (project / "__main__.py").write_text("def build():\n    raise ValueError('broken')\nbuild()\n", encoding="utf-8")
    result = run("demo", "--manifests", "out", "--json", "preview.json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "The program failed: ValueError: broken",
        "  __main__.py:3 in <module>: build()",
        "  __main__.py:2 in build: raise ValueError('broken')",
    ]
    assert files(project) == ["Pulumi.demo.yaml", "Pulumi.yaml", "__main__.py"]


def test_a_folder_of_others_is_refused_before_anything_is_done(run: Run, project: Path) -> None:
    (project / "__main__.py").write_text("raise ValueError", encoding="utf-8")
    result = run("demo", "--manifests", ".")
    assert result.exit_code == 2
    assert "is not empty" in result.stderr


@pytest.mark.parametrize("arguments", [[], ["demo", "--nonsense"], ["demo", "extra"]])
def test_a_wrong_command_line(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_place_that_cannot_be_written_to(run: Run, project: Path) -> None:
    result = run("demo", "--json", "Pulumi.yaml/preview.json")
    assert result.exit_code == 2
    assert "Pulumi.yaml" in result.stderr
    assert "Traceback" not in result.output


def test_the_version() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == "slipway 0.1.0\n"


def test_the_help_lists_the_commands() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "preview" in result.stdout
    assert "schema" in result.stdout
    assert CliRunner().invoke(main, ["no-such-command"]).exit_code == 2


def test_starting_up_imports_nothing_heavy() -> None:
    code = "import sys, slipway.cli; print([name for name in sys.modules if name.startswith(('pulumi', 'components'))])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


@pytest.mark.slow
def test_a_process_of_its_own(project: Path) -> None:
    command = Path(sys.executable).with_name("slipway")
    good = subprocess.run([command, "preview", "demo", "-q"], check=False, capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[0].startswith("demo: 3 resources")
    (project / "__main__.py").write_text("raise SystemExit('enough')", encoding="utf-8")
    bad = subprocess.run([command, "preview", "demo"], check=False, capture_output=True, text=True)
    assert (bad.returncode, bad.stdout, bad.stderr) == (1, "", "The program failed: enough\n")
