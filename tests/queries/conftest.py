"""The engine as a fixture: one process for each worker."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.assets import UnavailableError
from tests.queries.build import find
from tests.queries.engine import Engine

_HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that every test here gets."""
    config.addinivalue_line("markers", "queries: asks Prometheus's own engine; run by `make test-queries`")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, so that the fast suite can leave them out."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.queries)


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """Prometheus's engine. Without it the tests are skipped; under CI, where nobody would see that, they fail."""
    try:
        program = find(os.environ)
    except UnavailableError as reason:
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    with Engine(program) as started:
        yield started
