"""A place that cannot be written to: named as it was asked for, in every format, and never a traceback."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slipway.cli import main

STACK = """
config:
  slipway:environment: local
  slipway:cluster:
    existing: {context: kind-demo}
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    (tmp_path / "Pulumi.yaml").write_text("name: slipway\nruntime: python\n")
    (tmp_path / "Pulumi.demo.yaml").write_text(STACK)
    (tmp_path / "__main__.py").write_text("import pulumi\n")
    (tmp_path / "file").write_text("here")
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, ["preview", "demo", *map(str, arguments)])


@pytest.mark.parametrize("option", ["--json", "--markdown", "--html", "--save"])
@pytest.mark.parametrize(("place", "why"), [("file/below", "File exists"), ("folder", "Is a directory")])
def test_a_file_that_cannot_be(run: Run, tmp_path: Path, option: str, place: str, why: str) -> None:
    result = run(option, place)
    assert result.exit_code == 2
    assert result.stderr.strip().endswith(f"{place} cannot be written: {why}")
    assert "Traceback" not in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "Pulumi.demo.yaml",
        "Pulumi.yaml",
        "__main__.py",
        "file",
        "folder",
    ]


def test_a_folder_that_cannot_be(run: Run) -> None:
    result = run("--manifests", "file/below")
    assert result.exit_code == 2
    assert "file/below cannot be written: File exists" in result.stderr


def test_a_failure_is_in_the_comment_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("raise ValueError('no zone')\n")
    assert run("--markdown", "comment.md").exit_code == 1
    assert "no zone" in (tmp_path / "comment.md").read_text()


def test_a_limit_that_is_too_small_is_the_smallest(run: Run, tmp_path: Path) -> None:
    """64,000 bytes shared by a hundred stacks, as the pipelines divide them."""
    run("--markdown", "comment.md", "--markdown-limit", "640")
    assert 0 < (tmp_path / "comment.md").stat().st_size <= 1000
