"""Asking git, so that neither the caller's environment nor the repository's hooks have a say in it."""

import os
import subprocess
from pathlib import Path

from slipway.plan.errors import AgainstError

# A hook that runs `slipway` sets these for its own repository and index; `git rev-parse --local-env-vars` lists them.
_ANOTHER_REPOSITORY = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
_OURS = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


class GitError(AgainstError):
    """A git command failed. Its text is what git said."""


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, without hooks, and return what it printed, stripped.

    Raises GitError when it fails, AgainstError when there is no git.
    """
    environment = {name: text for name, text in os.environ.items() if name not in _ANOTHER_REPOSITORY} | _OURS
    try:
        done = subprocess.run(  # noqa: S603 (no shell)
            ["git", "-c", f"core.hooksPath={os.devnull}", *arguments],  # noqa: S607 (the one on the user's PATH)
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise AgainstError("git is not installed: use --save and --baseline, which need none") from None
    if done.returncode:
        raise GitError(done.stderr.strip() or f"git {arguments[0]} ended with status {done.returncode}")
    return done.stdout.strip()


def succeeds(folder: Path, *arguments: str) -> bool:
    """Return whether a git command succeeds."""
    try:
        git(folder, *arguments)
    except GitError:
        return False
    return True
