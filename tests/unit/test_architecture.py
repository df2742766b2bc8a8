"""The rules of the house that a program can check."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = sorted((ROOT / "components").rglob("*.py"))
SOURCES = [
    ROOT / "__main__.py",
    *COMPONENTS,
    *sorted((ROOT / "slipway").rglob("*.py")),
    *sorted((ROOT / "policy").rglob("*.py")),
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_the_public_sdk_is_imported() -> None:
    private = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (*SOURCES, *TESTS)
        for name in imported(path)
        if name.startswith("pulumi") and any(part.startswith("_") for part in name.split("."))
    ]
    assert private == []


def test_components_do_not_know_who_runs_them() -> None:
    modules = ("slipway", "pulumi.runtime", "boto3", "os.environ", "pulumi.Config", "pulumi.config")
    words = {"is_dry_run", "environ", "getenv", "Config", "set_mocks"}
    for path in COMPONENTS:
        assert [name for name in imported(path) if name.startswith(modules)] == [], path
        attributes = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
        assert attributes.isdisjoint(words), path


def test_a_module_is_a_small_room() -> None:
    lengths = {path.relative_to(ROOT): len(path.read_text().splitlines()) for path in (*SOURCES, *TESTS)}
    assert len(lengths) > 500
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}
