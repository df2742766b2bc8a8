"""Which commit is compared with, and what is said where there is none."""

from pathlib import Path

import pytest

from slipway.plan.commits import ci_target, merge_base, resolve
from slipway.plan.errors import AgainstError, UnknownRefError
from tests.unit.plan.projects import commit, repository, run_git


@pytest.fixture(scope="module")
def forked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """`main` with two commits, the tag v1 on the first, where `work` left it with one of its own; HEAD is `work`."""
    root = repository(tmp_path_factory.mktemp("forked"))
    base = run_git(root, "rev-parse", "HEAD")
    run_git(root, "tag", "-a", "-m", "a tag", "v1")
    main = commit(root, {"a": "1"})
    run_git(root, "checkout", "--quiet", "-b", "work", "v1")
    return {"root": str(root), "base": base, "main": main, "work": commit(root, {"b": "1"})}


def test_every_way_to_name_a_commit(forked: dict[str, str]) -> None:
    root = Path(forked["root"])
    assert resolve(root, "main").id == forked["main"]
    assert resolve(root, "main").label == f"main at {forked['main'][:7]}"
    assert resolve(root, "v1").id == resolve(root, "HEAD~1").id == forked["base"]  # the tag's commit, not its object
    assert resolve(root, forked["main"][:8]).label == forked["main"][:7]
    assert resolve(root, forked["main"]).label == forked["main"][:7]


def test_the_merge_base(forked: dict[str, str]) -> None:
    root = Path(forked["root"])
    assert merge_base(root) == merge_base(root, "main") == forked["base"]
    assert merge_base(root, "work") == forked["work"]
    assert merge_base(root, forked["main"]) == forked["base"]


def test_origin_comes_before_what_is_local(forked: dict[str, str], tmp_path: Path) -> None:
    run_git(tmp_path, "clone", "--quiet", "--branch", "work", forked["root"], "clone")
    clone = tmp_path / "clone"
    run_git(clone, "branch", "main", "work")
    assert merge_base(clone) == forked["work"]  # origin/HEAD is the branch that the origin is on
    run_git(clone, "remote", "set-head", "origin", "main")
    assert merge_base(clone) == forked["base"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("mian", "there is no mian here. Nearest: main"),
        ("v2", "there is no v2 here. Nearest: v1"),
        ("origin/work", "there is no origin/work here. Nearest: work"),
        ("zzzzzzzz", "there is no zzzzzzzz here. Known: main, work, v1"),
        ("0123456789", "there is no 0123456789 here"),
        ("--all", "there is no --all here"),
        ("", "there is no empty name here"),
        ("main:a", "there is no main:a here"),  # a file is no commit
    ],
)
def test_unknown_refs(forked: dict[str, str], asked: str, said: str) -> None:
    with pytest.raises(UnknownRefError) as caught:
        resolve(Path(forked["root"]), asked)
    assert said in str(caught.value)
    assert "shallow" not in str(caught.value)


def test_an_unknown_target_is_not_silently_another_branch(forked: dict[str, str]) -> None:
    with pytest.raises(UnknownRefError, match="origin/release"):
        merge_base(Path(forked["root"]), "origin/release")


def test_a_shallow_clone_is_told_how_to_fetch(forked: dict[str, str], tmp_path: Path) -> None:
    address = f"file://{forked['root']}"
    run_git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-single-branch", "--branch", "work", address, "clone")
    for ask in (lambda: merge_base(tmp_path / "clone", "origin/main"), lambda: resolve(tmp_path / "clone", "v1~1")):
        with pytest.raises(AgainstError, match=r"(?s)shallow clone.*fetch-depth: 0.*GIT_DEPTH.*--unshallow"):
            ask()


def test_no_repository(tmp_path: Path) -> None:
    for ask in (resolve, merge_base):
        with pytest.raises(AgainstError, match=r"is in no git repository: use --save and --baseline"):
            ask(tmp_path, "main")


def test_no_git(forked: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AgainstError, match="git is not installed"):
        resolve(Path(forked["root"]), "main")


def test_nothing_to_compare_with_by_default(tmp_path: Path) -> None:
    root = repository(tmp_path)
    run_git(root, "branch", "-m", "main", "trunk")
    with pytest.raises(AgainstError, match="name it, --against REF"):
        merge_base(root)
    run_git(root, "checkout", "--quiet", "--orphan", "main")
    commit(root, {"other": "1"})
    with pytest.raises(AgainstError, match="no commit in common"):
        merge_base(root, "trunk")


def test_the_variables_of_a_hook_do_not_lead_elsewhere(
    forked: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git" / "index"))
    assert resolve(Path(forked["root"]), "main").id == forked["main"]


@pytest.mark.parametrize(
    ("variables", "target"),
    [
        ({}, None),
        ({"GITHUB_BASE_REF": ""}, None),
        ({"GITHUB_BASE_REF": "main"}, "origin/main"),
        ({"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release/1"}, "origin/release/1"),
        ({"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc"}, "abc"),
    ],
)
def test_what_pipelines_say(variables: dict[str, str], target: str | None) -> None:
    assert ci_target(variables) == target
