"""The Kubernetes versions of Amazon EKS and how long each is supported."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from components.problem import KeyPath, Problem

Support = Literal["standard", "extended", "ended"]

REVIEWED = date(2026, 11, 21)
"""The day on which `CALENDAR` was last compared with AWS's release calendar. Checks judge a version as of it."""

ENDING_SOON = timedelta(days=90)
"""From how long before its end the end of a support period is worth a word."""


SUPPORT_RULE = "extended-support"
"""The rule of the policy pack that tells it, too, and by whose `noticeDays` a stack chooses another time."""


@dataclass(frozen=True, slots=True)
class Release:
    """One minor version: standard support ends as `standard_until` begins, extended as `extended_until` begins."""

    version: str
    standard_until: date
    extended_until: date

    @property
    def minor(self) -> int:
        """The minor version as a number, for distances between versions."""
        return minor(self.version)

    def support(self, on: date) -> Support:
        """Return how EKS supports the version on a day."""
        if on < self.standard_until:
            return "standard"
        return "extended" if on < self.extended_until else "ended"


CALENDAR = (
    Release("1.36", date(2027, 8, 2), date(2028, 8, 2)),
    Release("1.35", date(2027, 3, 27), date(2028, 3, 27)),
    Release("1.34", date(2026, 12, 2), date(2027, 12, 2)),
    Release("1.33", date(2026, 7, 29), date(2027, 7, 29)),
    Release("1.32", date(2026, 3, 23), date(2027, 3, 23)),
)
"""The versions that Slipway builds, newest first (https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html)."""


def _written_as_text(value: object) -> object:
    """YAML reads an unquoted 1.30 as the number 1.3, so a number is refused whatever its value."""
    if isinstance(value, (int, float)):
        raise ValueError(f'{value!r} is a number: write the version in quotes, such as "{CALENDAR[1].version}"')  # noqa: TRY004
    return value


KubernetesVersion = Annotated[str, BeforeValidator(_written_as_text), Field(pattern=r"^1\.\d{2}$", examples=["1.35"])]
"""A Kubernetes minor version."""


def minor(version: str) -> int:
    """Return 35 for 1.35."""
    return int(version.partition(".")[2])


def find(version: str) -> Release | None:
    """Return the calendar's entry of a version, None where there is none."""
    return next((release for release in CALENDAR if release.version == version), None)


def supported(on: date) -> tuple[str, ...]:
    """Return the versions that a cluster can run on a day, newest first."""
    return tuple(release.version for release in CALENDAR if release.support(on) != "ended")


def nearest_version(version: str, on: date) -> str | None:
    """Return the supported version the fewest minors away: the one to move to."""
    return min(supported(on), key=lambda each: abs(minor(each) - minor(version)), default=None)


def problem(version: str, path: KeyPath, on: date) -> Problem | None:
    """Return the problem of a version that EKS does not run on a day."""
    allowed = supported(on)
    if version in allowed:
        return None
    return Problem(
        path=path,
        message="EKS does not support this Kubernetes version",
        found=version,
        allowed=", ".join(allowed),
        nearest=nearest_version(version, on),
    )


def support_note(version: str, on: date, notice: timedelta = ENDING_SOON) -> str | None:
    """Return what to know of a version in extended support, or within `notice` of the end of standard support."""
    release = find(version)
    if release is None or (support := release.support(on)) == "ended":
        return None
    if support == "extended":
        return (
            f"Kubernetes {version} is in extended support since {release.standard_until}, at six times the cluster's"
            f" hourly price, until {release.extended_until}: upgrade one minor at a time"
        )
    if release.standard_until - on > notice:
        return None
    return (
        f"standard support of Kubernetes {version} ends on {release.standard_until}: plan the upgrade. From then on"
        " supportType STANDARD lets AWS upgrade the control plane itself, EXTENDED costs six times the hourly price"
    )
