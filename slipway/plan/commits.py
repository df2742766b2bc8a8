"""Which commit is meant: by its name, or as the merge base of a pull request."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slipway.plan.errors import AgainstError, UnknownRefError
from slipway.plan.git import GitError, git, succeeds

MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What a change is taken to be made for where nothing says so, the first that there is."""
SHORT = 7
"""Digits of a commit that are shown: as many as git shows in a repository of this size."""
_FETCH = (
    "this is a shallow clone, which has a part of the history only. Fetch all of it: `fetch-depth: 0` of"
    ' actions/checkout, `GIT_DEPTH: "0"` in GitLab CI, or `git fetch --unshallow`'
)


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: the name it was asked for by, and its full id."""

    name: str
    id: str

    @property
    def label(self) -> str:
        """How a plan names it: `main at 1a2b3c4`, or the id alone where that was asked for."""
        short = self.id[:SHORT]
        return short if self.id.startswith(self.name.lower()) else f"{self.name} at {short}"


def resolve(root: Path, ref: str) -> Commit:
    """Return the commit that a branch, a tag, an id or `HEAD~3` means in the repository of the project in `root`.

    Raises UnknownRefError, which names the nearest branches and tags, and AgainstError where there is no repository.
    """
    _check_repository(root)
    found = _commit(root, ref)
    if found is None:
        raise UnknownRefError(_unknown(root, ref))
    return Commit(ref, found)


def merge_base(root: Path, target: str | None = None) -> str:
    """Return the id of the commit at which HEAD left `target`, the branch that a change is for.

    Without one it is the first of MAIN that there is. Raises UnknownRefError for a target that is not here, and
    AgainstError where no commit is common.
    """
    _check_repository(root)
    name = target or next((each for each in MAIN if _commit(root, each)), None)
    if name is None:
        raise AgainstError(
            f"none of {', '.join(MAIN)} is here, so there is nothing to compare with by default: name it, --against REF"
        )
    ours, theirs = resolve(root, "HEAD"), resolve(root, name)
    try:
        return git(root, "merge-base", theirs.id, ours.id)
    except GitError:
        why = _FETCH if _is_shallow(root) else "they have no commit in common"
        raise AgainstError(f"there is no merge base of HEAD and {name}: {why}") from None


def ci_target(environ: Mapping[str, str]) -> str | None:
    """Return what a pull or merge request is for, by the variables of GitHub Actions or GitLab CI; None elsewhere.

    GitLab says the merge base itself, where it can. A variable that is empty counts as unset: GITHUB_BASE_REF is,
    outside pull requests.
    """
    if base := environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        return base
    branch = environ.get("GITHUB_BASE_REF") or environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return f"origin/{branch}" if branch else None


def _commit(root: Path, ref: str) -> str | None:
    """Return the id of the commit. With what stands behind it, a ref can be no option."""
    try:
        return git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
    except GitError:
        return None


def _check_repository(root: Path) -> None:
    try:
        git(root, "rev-parse", "--git-dir")
    except GitError as error:
        if "not a git repository" in str(error):
            raise AgainstError(f"{root} is in no git repository: use --save and --baseline, which need none") from None
        raise


def _unknown(root: Path, ref: str) -> str:
    names = git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags").split()
    close = difflib.get_close_matches(ref, names, n=3, cutoff=0.5)
    close += [name for name in names if name.rpartition("/")[2] == ref.rpartition("/")[2] and name not in close]
    nearest = f"Nearest: {', '.join(close)}" if close else f"Known: {', '.join(names[:5]) or 'no branch and no tag'}"
    shallow = f". Perhaps it is missing because {_FETCH}" if _is_shallow(root) else ""
    return f"there is no {ref or 'empty name'} here. {nearest}{shallow}"


def _is_shallow(root: Path) -> bool:
    return succeeds(root, "rev-parse", "--git-dir") and git(root, "rev-parse", "--is-shallow-repository") == "true"
