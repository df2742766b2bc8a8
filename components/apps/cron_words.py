"""Schedules: a line of cron and a time zone, as field types, and how close together such times are."""

import re
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, Field

from components.problem import RefusedError, nearest

_FIELDS = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    ("day of week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_PART = re.compile(r"(?P<range>\*|\?|\w+(-\w+)?)(/(?P<step>\d+))?")


def _number(text: str, least: int, names: tuple[str, ...]) -> int:
    if text.isdecimal():
        return int(text)
    return names.index(text.lower()) + least if text.lower() in names else -1


def _fits(part: str, least: int, most: int, names: tuple[str, ...]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or (match["step"] is not None and not int(match["step"]) >= 1):
        return False
    if match["range"] in {"*", "?"}:
        return True
    ends = [_number(end, least, names) for end in match["range"].split("-")]
    return all(least <= end <= most for end in ends) and ends == sorted(ends)


_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""What CronJobs take in the place of five fields: robfig/cron's descriptors, in its parser.go."""


def cron_fields(schedule: str) -> str:
    """Return the five fields of a schedule, which KEDA wants where a CronJob takes `@daily`, too."""
    return _NAMED.get(schedule, schedule)


def _schedule(value: str) -> str:
    fields = cron_fields(value).split()
    if value.startswith(("TZ=", "CRON_TZ=")):
        raise ValueError(
            f"{value!r} names a time zone, which Kubernetes refuses here: it has a key of its own, timeZone"
        )
    if value.startswith("@") and value not in _NAMED:
        raise RefusedError(
            f"{value!r} is none of {', '.join(_NAMED)}; what comes at intervals is written like */30 * * * *",
            nearest(value.lower(), _NAMED),
        )
    if len(fields) != len(_FIELDS):
        raise ValueError(f"{value!r} has {len(fields)} fields: minute, hour, day of month, month, day of week")
    for text, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        if not all(_fits(part, least, most, names) for part in text.split(",")):
            raise ValueError(f"{text!r} in {value!r} is not a {name}: {least} to {most}, '*', or lists, ranges, steps")
    days, months = (_values(fields[index], *_FIELDS[index][1:]) for index in (2, 3))
    if fields[4] in {"*", "?"} and min(days) > max(_LAST_DAYS[month - 1] for month in months):
        raise ValueError(f"{value!r} never comes: no such month has a day {min(days)}")
    return value if value in _NAMED else " ".join(fields)


@cache
def time_zones() -> frozenset[str]:
    """Return the names of the IANA database, links such as GMT among them, as the package tzdata has them.

    The machine's own database would do, too, but another machine may have another one.
    """
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def _timezone(value: str) -> str:
    if value in time_zones():
        return value
    message = f"{value!r} is not the name of a time zone in the IANA database, such as Europe/Berlin or UTC"
    raise RefusedError(message, nearest(value, sorted(time_zones())))


def _values(text: str, least: int, most: int, names: tuple[str, ...]) -> set[int]:
    """Return the numbers that a field of a valid schedule stands for."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        ends = [_number(end, least, names) for end in span.split("-")] if span not in {"*", "?"} else [least, most]
        last = most if step and len(ends) == 1 else ends[-1]  # 5/15 begins at 5 and goes on to the end
        found.update(range(ends[0], last + 1, int(step or 1)))
    return found


def shortest_gap(schedule: str) -> int:
    """Return the fewest seconds between two times of a valid schedule, as if it held on every day."""
    minutes, hours = (
        _values(text, least, most, names)
        for text, (_, least, most, names) in zip(cron_fields(schedule).split()[:2], _FIELDS[:2], strict=True)
    )
    times = sorted(60 * hour + minute for hour in hours for minute in minutes)
    return 60 * min(later - earlier for earlier, later in pairwise([*times, times[0] + 24 * 60]))


CronSchedule = Annotated[str, Field(max_length=255), AfterValidator(_schedule)]
"""Minute, hour, day of month, month, day of week, or `@daily`: as CronJobs read it (robfig/cron's standard)."""

CronFields = Annotated[CronSchedule, AfterValidator(cron_fields)]
"""The same in its five fields, which are all that KEDA reads."""

Timezone = Annotated[str, Field(max_length=64), AfterValidator(_timezone)]
"""A time zone's name in the IANA database, by the letter: Kubernetes and KEDA ask Go's time.LoadLocation."""
