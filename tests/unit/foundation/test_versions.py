"""The support calendar of EKS."""

from datetime import date, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from components.foundation.versions import (
    CALENDAR,
    REVIEWED,
    KubernetesVersion,
    find,
    nearest_version,
    problem,
    support_note,
    supported,
)

PATH = ("cluster", "version")


def test_the_calendar_is_newest_first_without_a_gap() -> None:
    minors = [release.minor for release in CALENDAR]
    assert minors == sorted(minors, reverse=True)
    assert minors[0] - minors[-1] == len(minors) - 1
    assert all(release.standard_until < release.extended_until for release in CALENDAR)


def test_the_state_on_the_day_of_the_review() -> None:
    states = {release.version: release.support(REVIEWED) for release in CALENDAR}
    assert states == {
        "1.36": "standard",
        "1.35": "standard",
        "1.34": "standard",
        "1.33": "extended",
        "1.32": "extended",
    }


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 12, 1), "standard"),
        (date(2026, 12, 2), "extended"),
        (date(2027, 12, 1), "extended"),
        (date(2027, 12, 2), "ended"),
    ],
)
def test_a_period_ends_as_its_last_day_begins(day: date, state: str) -> None:
    release = find("1.34")
    assert release is not None
    assert release.support(day) == state


def test_what_is_no_longer_supported_is_no_longer_allowed() -> None:
    assert supported(REVIEWED) == ("1.36", "1.35", "1.34", "1.33", "1.32")
    assert supported(date(2027, 12, 2)) == ("1.36", "1.35")
    assert supported(date(2030, 1, 1)) == ()


@pytest.mark.parametrize(
    ("version", "nearest"), [("1.29", "1.32"), ("1.31", "1.32"), ("1.37", "1.36"), ("1.40", "1.36")]
)
def test_the_nearest_version_is_by_distance_not_by_spelling(version: str, nearest: str) -> None:
    assert nearest_version(version, REVIEWED) == nearest
    found = problem(version, PATH, REVIEWED)
    assert found is not None
    assert (found.path, found.found, found.nearest) == (PATH, version, nearest)
    assert found.allowed == "1.36, 1.35, 1.34, 1.33, 1.32"


def test_a_supported_version_is_no_problem_until_it_ends() -> None:
    assert problem("1.32", PATH, REVIEWED) is None
    assert problem("1.32", PATH, date(2027, 3, 23)) is not None
    assert nearest_version("1.32", date(2030, 1, 1)) is None


def test_advice_names_the_day_on_which_support_ends() -> None:
    ending = support_note("1.34", REVIEWED)
    assert ending is not None
    assert "2026-12-02" in ending
    extended = support_note("1.33", REVIEWED)
    assert extended is not None
    assert "extended support since 2026-07-29" in extended
    assert "until 2027-07-29" in extended


@pytest.mark.parametrize("version", ["1.36", "1.35", "1.20"])
def test_no_advice_where_nothing_ends_soon_or_all_is_over(version: str) -> None:
    assert support_note(version, REVIEWED) is None


def test_the_end_of_standard_support_is_announced_ninety_days_ahead() -> None:
    assert support_note("1.35", date(2026, 12, 26)) is None
    assert support_note("1.35", date(2026, 12, 27)) is not None


def test_the_time_of_notice_may_be_another() -> None:
    assert support_note("1.35", REVIEWED, timedelta(days=126)) is not None
    assert support_note("1.35", REVIEWED, timedelta(days=125)) is None


def test_a_version_is_text() -> None:
    adapter = TypeAdapter(KubernetesVersion)
    assert adapter.validate_python("1.35") == "1.35"
    with pytest.raises(ValidationError, match=r'1.3 is a number: write the version in quotes, such as "1.35"'):
        adapter.validate_python(1.30)
    for wrong in ("1.35.2", "v1.35", "latest"):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
