"""Waiting for what a controller does in its own time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(
    probe: Callable[[], T], what: str, *, timeout_seconds: float = 30, found: Callable[[], object] | None = None
) -> T:
    """Return the first truthy answer of `probe`, asked ten times a second.

    Raises `AssertionError` after `timeout_seconds`, saying that `what` did not happen and what `found` saw instead.
    """
    end = time.monotonic() + timeout_seconds
    while True:
        if answer := probe():
            return answer
        if time.monotonic() > end:
            instead = f": {found()}" if found else ""
            raise AssertionError(f"after {timeout_seconds:g} s not true that {what}{instead}")
        time.sleep(0.1)
