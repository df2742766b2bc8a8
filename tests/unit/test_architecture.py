"""The rules of the house that a program can check."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
SOURCES = [ROOT / "__main__.py", *COMPONENTS, *sorted((ROOT / "slipway").rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_public_sdk_is_imported(path: Path) -> None:
    private = [
        name
        for name in imported(path)
        if name.startswith("pulumi") and any(part.startswith("_") for part in name.split("."))
    ]
    assert private == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_components_do_not_know_who_runs_them(path: Path) -> None:
    forbidden = ("slipway", "pulumi.runtime", "boto3", "os.environ", "pulumi.Config", "pulumi.config")
    assert [name for name in imported(path) if name.startswith(forbidden)] == []
    attributes = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert attributes.isdisjoint({"is_dry_run", "environ", "getenv", "Config", "set_mocks"})


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_a_small_room(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
