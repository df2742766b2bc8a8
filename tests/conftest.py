"""What every test run has: hypothesis' profile `thorough`, and garbage collection as the preview has it."""

import gc
import os

from hypothesis import settings

from tests.support.effort import THOROUGH

for _variable in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
    os.environ.pop(_variable, None)  # the pull request that these tests may run for is none of theirs

settings.register_profile(THOROUGH, deadline=None, print_blob=True)


def pytest_collection_finish() -> None:
    """Take what is imported by now out of the collector's way, and let it look more rarely: a quarter of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
