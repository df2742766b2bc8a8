"""Keeping the SDK from writing down the whole call stack with every resource."""

import contextlib
import sys
from collections.abc import Iterator

_MISSING = object()


@contextlib.contextmanager
def short_traces() -> Iterator[None]:
    """Let `traceback` look at one frame only.

    The SDK sends the place of each registration to the engine, as a trace of the whole call stack, which takes time
    and which no recording has. Exceptions keep their tracebacks; only one that is printed meanwhile is cut.
    """
    before = getattr(sys, "tracebacklimit", _MISSING)
    sys.tracebacklimit = 1
    try:
        yield
    finally:
        if before is _MISSING:
            del sys.tracebacklimit
        else:
            sys.tracebacklimit = before  # type: ignore[assignment]
