"""The marker of these tests: each is a preview of a whole stack."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that every test here gets."""
    config.addinivalue_line("markers", "edits: edits a shipped stack and previews it; run by `make test-edits`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that the fast suite can leave them out."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.edits)
