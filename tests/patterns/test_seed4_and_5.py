"""Nothing of the fourth and fifth document is left out, and everything that is rendered is valid."""

from pathlib import Path

import pytest

from components.apps.context import context
from components.apps.manifests import render
from tests.support.patterns import DOCUMENTS, PATTERNS, pattern
from tests.support.schemas import manifest_problems


def names(folder: Path) -> set[str]:
    """Return the names of a folder's files of the two documents."""
    return {file.name.partition(".")[0] for file in folder.iterdir() if file.name.startswith(("4-", "5-"))}


def test_each_has_its_pattern() -> None:
    assert names(DOCUMENTS) | names(DOCUMENTS / "parts") == names(PATTERNS)


@pytest.mark.parametrize("name", sorted(names(PATTERNS)))
def test_everything_rendered_is_valid(name: str) -> None:
    settings = pattern(name).settings
    problems = {
        f"{app.name}-{suffix}": found
        for app in settings.apps
        for suffix, manifest in render(app, context(settings)).items()
        if (found := manifest_problems(manifest))
    }
    assert problems == {}
