"""A repository with a project so small that a recording of it takes no time: real git, a real program."""

import os
import subprocess
from pathlib import Path

PROGRAM = """
import pulumi
from components import VALUE

class Raw(pulumi.CustomResource):
    def __init__(self, name):
        password = pulumi.Config("tiny").require_secret("password")
        super().__init__("tiny:raw:Raw", name, {"value": VALUE, "password": password})

Raw("one")
"""
LOADING = """
from types import SimpleNamespace

def load_stack(root, stack):
    password = (root / f"Pulumi.{stack}.yaml").read_text().strip()
    return SimpleNamespace(project="tiny", config={"tiny:password": password}, secret_keys=["tiny:password"])
"""
FILES = {
    "Pulumi.yaml": "name: tiny\n",
    "Pulumi.dev.yaml": "canary-4711\n",
    "__main__.py": PROGRAM,
    "components/__init__.py": "VALUE = 1\n",
    "slipway/__init__.py": "",
    "slipway/loading/__init__.py": LOADING,
    # The recorder of the commit is not the one that records.
    "slipway/recording/__init__.py": "raise ImportError('the recorder of the other commit')\n",
}
IDENTITY = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
}


def run_git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=os.environ | IDENTITY, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def commit(folder: Path, files: dict[str, str], *remove: str) -> str:
    """Commit files, and return the commit's id."""
    put(folder, files)
    for name in remove:
        (folder / name).unlink()
    run_git(folder, "add", "--all")
    run_git(folder, "commit", "--quiet", "--allow-empty", "-m", "one more")
    return run_git(folder, "rev-parse", "HEAD")


def repository(folder: Path, *, within: str = "") -> Path:
    """Make a repository with one commit on `main`, and return the project's folder in it."""
    root = folder / within
    root.mkdir(parents=True, exist_ok=True)
    run_git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, {f"{within}/{name}" if within else name: text for name, text in FILES.items()})
    return root


def worktrees(root: Path) -> int:
    return len(run_git(root, "worktree", "list", "--porcelain").split("\n\n"))
