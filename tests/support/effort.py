"""How many examples hypothesis makes: a few with every `make test`, many with the profile `thorough`."""

from hypothesis import HealthCheck, settings

THOROUGH = "thorough"
SLOW = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
    HealthCheck.function_scoped_fixture,
)
"""What hypothesis warns of, and whole stacks cannot help being: large; and folders that each example writes anew."""


def thorough() -> bool:
    """Tell whether the tests look long, as `pytest --hypothesis-profile=thorough` has them."""
    return str(settings.get_current_profile_name()).startswith(THOROUGH)


def examples(few: int, many: int) -> settings:
    """Return the settings of a test that makes `few` examples, or `many` where the tests look long."""
    return settings(max_examples=many if thorough() else few, deadline=None, suppress_health_check=SLOW)
