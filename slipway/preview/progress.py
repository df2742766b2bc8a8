"""The progress of a recording: a spinner and the number of resources, on a terminal only."""

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console


@contextlib.contextmanager
def progress(stack: str, console: Console) -> Iterator[Callable[[int], None]]:
    """Yield what to call with the number of resources so far; any thread may."""
    if not console.is_terminal:
        yield lambda _count: None
        return
    with console.status(f"Recording {stack}") as status:
        yield lambda count: status.update(f"Recording {stack}: {count} resources")
