from pathlib import Path

import pytest

from tests.unit.recording.programs import Run, runner


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return runner(tmp_path)
