"""A commit checked out beside the user's own work, and removed again whatever happens."""

import contextlib
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from slipway.plan.commits import SHORT
from slipway.plan.errors import AgainstError
from slipway.plan.git import GitError, git

_TERMINATED = 128 + signal.SIGTERM


class _TerminatedError(KeyboardInterrupt):
    """A SIGTERM came. What lets Ctrl-C through lets it through, too; `SystemExit` is the program's own word."""


@contextlib.contextmanager
def checked_out(root: Path, commit: str) -> Iterator[Path]:
    """Check a commit out into a private folder, and yield the folder of the project of `root` in it.

    That folder may not exist: the commit may be older than the project. Branch, index and files of the repository
    stay as they are. The work tree is removed at the end, also after Ctrl-C and a SIGTERM. Raises AgainstError where
    git cannot do it: a repository that may not be written to, a full disk.
    """
    inside = git(root, "rev-parse", "--show-prefix")
    with _ended_by_sigterm():
        private = Path(tempfile.mkdtemp(prefix="slipway-against-"))
        tree = private / private.name
        try:
            with _held():
                _add(root, tree, commit)
            yield tree / inside
        finally:
            with _undisturbed():
                with contextlib.suppress(GitError):
                    # Twice: also one that git has locked, as it does while it makes it.
                    git(root, "worktree", "remove", "--force", "--force", str(tree))
                shutil.rmtree(private, ignore_errors=True)


def _add(root: Path, tree: Path, commit: str) -> None:
    try:
        git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit)
    except GitError as error:
        raise AgainstError(
            f"{commit[:SHORT]} cannot be checked out beside your work: {error}. --save and --baseline need no git"
        ) from None


@contextlib.contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let a SIGTERM, by which a pipeline is cancelled, unwind the stack as Ctrl-C does."""

    def leave(*_: object) -> NoReturn:
        raise _TerminatedError

    try:
        with _handled(signal.SIGTERM, leave):
            yield
    except _TerminatedError:
        sys.exit(_TERMINATED)


@contextlib.contextmanager
def _held() -> Iterator[None]:
    """Let a signal wait until git is done: killed halfway, it leaves helpers behind that go on to write files."""
    came: list[int] = []

    def hold(number: int, _: object) -> None:
        came.append(number)

    try:
        with _handled(signal.SIGINT, hold), _handled(signal.SIGTERM, hold):
            yield
    finally:
        if came:
            signal.raise_signal(came[0])


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
