"""Where a preview is printed."""

import sys
from typing import IO

from rich.console import Console

PIPE_WIDTH = 1000
"""Columns of what is no terminal: nothing is cut, the reader's own tools can do that."""


def console(stream: IO[str]) -> Console:
    """Return the console of a stream, as wide as its terminal; plain, and without end, where it is none."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="replace")
    terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else PIPE_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
        legacy_windows=False,
    )


def output() -> Console:
    """Return the console of the preview itself."""
    return console(sys.stdout)


def notices() -> Console:
    """Return the console of progress and of problems."""
    return console(sys.stderr)
