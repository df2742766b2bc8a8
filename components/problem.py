"""What is wrong with a setting, said so that its author can put it right."""

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

KeyPath = tuple[str | int, ...]

NOT_SHOWN = "text that is not shown: it could be the secret itself"
_ALIKE = 0.75
"""How like a declared name one is that was meant to be it."""


def nearest(found: object, allowed: "Iterable[str]") -> str | None:
    """Return the allowed word most like `found`, or None where nothing is like it."""
    candidates = {word.lower(): word for word in allowed}
    close = get_close_matches(str(found).lower(), list(candidates), n=1, cutoff=0.5)
    return candidates[close[0]] if close else None


class RefusedError(ValueError):
    """Why a field type refuses a value, with the nearest value that it takes, where one is known."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake.

    `path` leads from the room's key in the stack file (`("nodePools", "gpu", "size")`) or from the root of the app
    file; `app` is the app whose file it is, or None for the stack file.
    """

    path: KeyPath
    message: str
    found: str
    allowed: str
    nearest: str | None = None
    app: str | None = None


def unknown_word(path: KeyPath, what: str, found: str, allowed: "Iterable[str]", app: str | None = None) -> Problem:
    """Return the problem of a name that is not one of the declared ones."""
    words = sorted(allowed)
    return Problem(
        path=path,
        message=f"no such {what}",
        found=found,
        allowed=", ".join(words) or "none is declared",
        nearest=nearest(found, words),
        app=app,
    )


def unknown_secret(path: KeyPath, what: str, found: str, allowed: "Iterable[str]", app: str | None = None) -> Problem:
    """Return the problem of a secret's name that is not declared: shown only where it is much like one that is.

    Else it could be the secret itself, written where its name belongs.
    """
    problem = unknown_word(path, what, found, allowed, app)
    alike = get_close_matches(found.lower(), [word.lower() for word in allowed], n=1, cutoff=_ALIKE)
    return problem if alike else replace(problem, found=NOT_SHOWN, nearest=None)


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that will work, and that its author should know of: a warning, with the way out in its text."""

    path: KeyPath
    text: str
    app: str | None = None
