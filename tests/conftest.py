"""The profile `thorough` of hypothesis: thousands of examples, for `make test-apps`."""

from hypothesis import settings

from tests.support.effort import THOROUGH

settings.register_profile(THOROUGH, deadline=None, print_blob=True)
