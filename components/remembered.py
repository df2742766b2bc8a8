"""Answers about one object that many ask for in a row, such as the settings of a stack that every rule looks at."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

_Given = TypeVar("_Given")
_Answer = TypeVar("_Answer")


def of_the_last(function: Callable[[_Given], _Answer]) -> Callable[[_Given], _Answer]:
    """Make a function answer from memory while it is asked about the very same object, which must not change.

    It is told by its identity: settings are frozen, and have no hash for the maps in them.
    """
    last: list[tuple[_Given, _Answer]] = []

    @wraps(function)
    def ask(given: _Given) -> _Answer:
        if not last or last[0][0] is not given:
            last[:] = [(given, function(given))]
        return last[0][1]

    return ask
