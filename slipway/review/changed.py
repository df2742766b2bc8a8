"""The paths in which the files as they are differ from a commit."""

from pathlib import Path

from slipway.plan.git import git

# Then every path is ASCII in one line: what is not is escaped, within quotes.
_QUOTED = ("-c", "core.quotePath=true")


def changed_paths(root: Path, commit: str) -> frozenset[str]:
    """Return the paths below `root`, with slashes, that differ from a commit, committed or not; new files included.

    Of a renamed file both paths are there; what git ignores is not. `commit` is an id. Letters beyond ASCII are
    escaped as git does. Raises slipway.plan.git.GitError.
    """
    differing = git(root, *_QUOTED, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", commit, "--")
    new = git(root, *_QUOTED, "ls-files", "--others", "--exclude-standard")
    return frozenset(line.strip('"') for line in (*differing.splitlines(), *new.splitlines()) if line)
