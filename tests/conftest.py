"""What every test run has: hypothesis' profiles, and garbage collection as the preview has it."""

import gc
import os

from hypothesis import settings

from tests.support.effort import THOROUGH

for _variable in ("GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"):
    os.environ.pop(_variable, None)  # the pull request that these tests may run for is none of theirs

# The same examples in every run: a red build is of the change, not of luck. `make test-apps` looks for new ones.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.register_profile(THOROUGH, deadline=None, print_blob=True)
settings.register_profile(f"{THOROUGH}-fixed", deadline=None, derandomize=True)
settings.load_profile("fixed")


def pytest_collection_finish() -> None:
    """Take what is imported by now out of the collector's way, and let it look more rarely: it took a quarter."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
