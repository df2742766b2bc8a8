"""The sample platform, recorded once for all tests of what a preview shows."""

from datetime import date
from pathlib import Path

import pytest

from slipway.cost.estimate import Estimate, estimate
from slipway.cost.prices import read_prices
from slipway.recording.recording import Recording
from slipway.recording.run import record

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
