"""What renders a combination is for `make test-matrix`; what is refused costs nothing, and every test run has it."""

from collections.abc import Sequence

import pytest


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark the tests of this folder that render rows."""
    for item in items:
        callspec = getattr(item, "callspec", None)
        if callspec and "row" in callspec.params and "refused" not in item.name and "matrix" in item.path.parts:
            item.add_marker(pytest.mark.matrix)
