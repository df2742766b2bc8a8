"""The rules between settings: every room's checks and advice, in one place."""

from collections.abc import Callable, Iterator

from components import chart_checks, distinct
from components.apps import checks as apps
from components.apps.expansion import expanded
from components.dependencies.homes import at_home, of_files
from components.foundation import cluster_checks, network_checks, private_checks
from components.networking import checks as networking
from components.operations import checks as operations
from components.problem import Advice, Problem
from components.settings import StackSettings
from components.tenancy import checks as tenancy

EARLY: tuple[Callable[[StackSettings], Iterator[Problem]], ...] = (
    *distinct.CHECKS,
    *network_checks.CHECKS,
    *cluster_checks.CHECKS,
    *chart_checks.CHECKS,
    *private_checks.CHECKS,
    *networking.CHECKS,
    *operations.CHECKS,
    *tenancy.CHECKS,
    *apps.CHECKS,
)
"""What each room refuses. A check yields every problem that it sees and never raises on settings that are complete."""


def late(settings: StackSettings) -> Iterator[Problem]:
    """Ask what only a stack can be asked in which nothing else is wrong."""
    if not any(problem for check in EARLY for problem in check(settings)):
        for check in apps.LATE:
            yield from check(settings)


CHECKS: tuple[Callable[[StackSettings], Iterator[Problem]], ...] = tuple(at_home(check) for check in (*EARLY, late))
"""Everything that is refused."""

ADVICE: tuple[Callable[[StackSettings], Iterator[Advice]], ...] = (
    *network_checks.ADVICE,
    *cluster_checks.ADVICE,
    *chart_checks.ADVICE,
    *private_checks.ADVICE,
    *networking.ADVICE,
    *operations.ADVICE,
    *tenancy.ADVICE,
    *apps.ADVICE,
)
"""What will work and is worth a warning."""


def problems(settings: StackSettings) -> list[Problem]:
    """Return every problem of a stack's settings, each once, room by room."""
    settings = expanded(settings)
    return list(dict.fromkeys(problem for check in CHECKS for problem in check(settings)))


def advice(settings: StackSettings) -> list[Advice]:
    """Return what a stack's author should know of, each once, room by room."""
    settings = expanded(settings)
    return list(dict.fromkeys(each for adviser in ADVICE for each in of_files(adviser)(settings)))


def require_valid(settings: StackSettings) -> None:
    """Raise ValueError with all problems: settings made in Python are held to the same rules as those of a file."""
    found = problems(settings)
    if found:
        raise ValueError("\n".join(_line(problem) for problem in found))


def _line(problem: Problem) -> str:
    place = ".".join(str(step) for step in ((f"apps.{problem.app}",) if problem.app else ()) + problem.path)
    nearest = f", such as {problem.nearest}" if problem.nearest else ""
    return f"{place}: {problem.message}: found {problem.found}, allowed: {problem.allowed}{nearest}"
