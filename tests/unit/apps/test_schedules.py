"""Schedules and time zones: what Kubernetes and KEDA take, and what their authors are told otherwise."""

import zoneinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from components.apps.cron_words import CronFields, CronSchedule, Timezone, cron_fields, shortest_gap, time_zones
from components.problem import RefusedError

ZONE: TypeAdapter[str] = TypeAdapter(Timezone)
CRON: TypeAdapter[str] = TypeAdapter(CronSchedule)


def refusal(adapter: TypeAdapter[str], value: Any) -> RefusedError | ValueError:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(value)
    error = caught.value.errors()[0]["ctx"]["error"]
    assert isinstance(error, ValueError)
    return error


@given(st.sampled_from(sorted(time_zones())))
def test_every_zone_of_the_database_is_one(name: str) -> None:
    assert ZONE.validate_python(name) == name
    assert zoneinfo.ZoneInfo(name).key == name


@pytest.mark.parametrize("name", ["GMT", "EST5EDT", "Etc/GMT+5", "America/Argentina/Buenos_Aires", "US/Pacific"])
def test_links_and_offsets_are_zones(name: str) -> None:
    assert ZONE.validate_python(name) == name


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/NewYork", "America/New_York"),
        ("utc", "UTC"),
        ("Mars/Phobos", None),
        ("Local", None),
        ("", None),
    ],
)
def test_other_names_are_refused_with_the_nearest(name: str, nearest: str | None) -> None:
    error = refusal(ZONE, name)
    assert isinstance(error, RefusedError)
    assert "not the name of a time zone" in str(error)
    if nearest is not None:
        assert error.nearest == nearest


@pytest.mark.parametrize(
    "schedule", ["0 0 29 2 *", "0 0 31 1,2 *", "0 0 31 2 mon", "0 0 ? * 0", "*/7 5/3 1-31/2 jan-MAR sun"]
)
def test_schedules(schedule: str) -> None:
    assert CRON.validate_python(schedule) == schedule


@pytest.mark.parametrize(
    ("schedule", "fields"),
    [("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@weekly", "0 0 * * 0"), ("@annually", "0 0 1 1 *")],
)
def test_the_names_of_schedules_are_fields(schedule: str, fields: str) -> None:
    assert CRON.validate_python(schedule) == schedule
    assert cron_fields(schedule) == TypeAdapter(CronFields).validate_python(schedule) == fields
    assert shortest_gap(schedule) == shortest_gap(fields)


@pytest.mark.parametrize("schedule", ["@every 1h", "@reboot", "@DAILY", "@Daily", "@"])
def test_other_names_are_refused_with_those_that_are(schedule: str) -> None:
    assert "@daily" in str(refusal(CRON, schedule))


@pytest.mark.parametrize("schedule", ["TZ=Europe/Berlin 0 3 * * *", "CRON_TZ=UTC @daily"])
def test_a_time_zone_has_a_key_of_its_own(schedule: str) -> None:
    assert "timeZone" in str(refusal(CRON, schedule))


@pytest.mark.parametrize("schedule", ["0 0 30 2 *", "0 0 31 feb,apr ?", "5 4 31 9 *"])
def test_a_day_that_never_comes_is_refused(schedule: str) -> None:
    assert "never comes" in str(refusal(CRON, schedule))


@pytest.mark.parametrize(
    "schedule", ["0 0 * * 7", "0 0 L * *", "0 0 * * mon#2", "0 0 15W * *", "0 0 * * fri-mon", "0 0 * * * *"]
)
def test_what_other_crons_take_and_kubernetes_does_not(schedule: str) -> None:
    """Robfig/cron's standard parser, which both Kubernetes and KEDA read schedules with, refuses these."""
    assert refusal(CRON, schedule)
