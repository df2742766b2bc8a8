"""The sample platform, recorded once for all tests of what a preview shows; and the command in a small project."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from slipway.cli import main
from slipway.cost.estimate import Estimate, estimate
from slipway.cost.prices import read_prices
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.unit.preview import demo

PROGRAM = Path(__file__).parent / "sample" / "__main__.py"
CANARY = "canary-4711"


def record_sample(*, known: bool = True) -> Recording:
    """Record the sample as the stack `demo`."""
    return record(
        PROGRAM,
        project="sample",
        stack="demo",
        config={"sample:pw": CANARY},
        secret_keys=["sample:pw"],
        known=known,
    )


@pytest.fixture(scope="session")
def recording() -> Recording:
    return record_sample()


@pytest.fixture(scope="session")
def cost(recording: Recording) -> Estimate:
    found = estimate(recording, read_prices(), region="us-west-2", on=date(2026, 11, 21))
    assert found is not None
    return found


CI = ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
"""What a pull request's pipeline says of its base: the tests themselves may run in one."""

Run = Callable[..., Result]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the demo project, from which commands are run."""
    demo.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    """What runs `slipway preview`; an exception that is no exit is raised."""

    def call(*arguments: object) -> Result:
        done = CliRunner().invoke(main, ["preview", *map(str, arguments)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return call
