"""A commit checked out beside the user's own work, and removed again whatever happens."""

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from slipway.plan.git import GitError, git

_TERMINATED = 128 + signal.SIGTERM


@contextlib.contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Path]:
    """Check a commit out into a private folder, and yield the folder of the project of `root` in it.

    That folder may not exist: the commit may be older than the project. Branch, index and files of the repository
    stay as they are. The work tree is removed at the end, also after Ctrl-C and a SIGTERM.
    """
    inside = git(root, "rev-parse", "--show-prefix")
    with _ended_by_sigterm():
        private = Path(tempfile.mkdtemp(prefix="slipway-against-"))
        tree = private / private.name
        try:
            git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit)
            yield tree / inside
        finally:
            with _undisturbed():
                with contextlib.suppress(GitError):
                    git(root, "worktree", "remove", "--force", str(tree))
                shutil.rmtree(private, ignore_errors=True)


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let a SIGTERM, by which a pipeline is cancelled, unwind the stack as Ctrl-C does."""

    def leave(*_: object) -> None:
        sys.exit(_TERMINATED)

    with _handled(signal.SIGTERM, leave):
        yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C not interrupt the removal."""
    with _handled(signal.SIGINT, signal.SIG_IGN), _handled(signal.SIGTERM, signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handled(which: signal.Signals, handler: Callable[..., None] | signal.Handlers) -> Iterator[None]:
    """Handle a signal in another way for a while; Python lets the main thread alone do so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(which, handler)
    try:
        yield
    finally:
        signal.signal(which, before)
