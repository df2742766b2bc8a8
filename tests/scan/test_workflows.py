"""The workflows, judged by actionlint: syntax, expressions, the contexts that each place has, inputs of actions."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


@pytest.mark.skipif(
    shutil.which("go") is None and os.environ.get("CI") != "true", reason="needs Go, which builds actionlint"
)
def test_actionlint_finds_nothing() -> None:
    workflows = sorted(str(path) for path in (ROOT / ".github" / "workflows").glob("*.yml"))
    # Without shellcheck and pyflakes: where they are not installed nobody should miss them.
    command = ["go", "run", ACTIONLINT, "-no-color", "-shellcheck=", "-pyflakes=", *workflows]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), f"{done.stdout}\n{done.stderr}"
