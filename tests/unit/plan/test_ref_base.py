"""A commit and a file as the other side of a plan: what is unchanged is equal, and a changed secret is not."""

from dataclasses import replace
from pathlib import Path

import pytest

from slipway.plan.base import Base, base_of_file, base_of_ref
from slipway.plan.baseline import save
from slipway.plan.commits import resolve
from slipway.plan.errors import BaselineError, RefFailedError, UnknownRefError
from slipway.plan.notes import changed_secrets
from slipway.recording.recording import Recording
from slipway.recording.run import record
from tests.unit.plan.projects import PROGRAM, commit, repository, worktrees


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its program imports nothing of the commit: in this process, `components` is another one."""
    root = repository(tmp_path_factory.mktemp("repository"))
    commit(root, {"__main__.py": PROGRAM.replace("from components import VALUE", "VALUE = 1")})
    return root


def present(root: Path, base: Base, canary: str = "canary-4711") -> Recording:
    config = {"tiny:password": canary}
    program = root / "__main__.py"
    return record(program, project="tiny", stack="dev", config=config, secret_keys=list(config), key=base.key)


def test_a_commit(root: Path) -> None:
    with base_of_ref(root, "dev", "main") as base, base_of_ref(root, "dev", "main") as again:
        assert base.label == resolve(root, "main").label
        assert base.key != again.key
        old, new = base.compared(present(root, base))
        assert old == new
        old, new = base.compared(present(root, base, "canary-4712"))
        assert old is not None
        assert old.resources[0].inputs == new.resources[0].inputs
        assert old.resources[0].fingerprints != new.resources[0].fingerprints
    assert worktrees(root) == 1


def test_a_file(root: Path, tmp_path: Path) -> None:
    place = tmp_path / "before.json"
    with base_of_ref(root, "dev", "main") as base:
        save(place, present(root, base), base.key)
    with base_of_file(place, "dev") as base:
        assert base.label == "before.json"
        old, new = base.compared(present(root, base))
        assert old == new
        old, new = base.compared(present(root, base, "canary-4712"))
        assert old is not None
        assert old.resources[0].fingerprints != new.resources[0].fingerprints
        assert changed_secrets(old, new) == ("tiny:password",)
        gone = replace(new, secret_config={})
        assert changed_secrets(old, gone) == changed_secrets(gone, old) == ("tiny:password",)


def test_what_is_not_there(root: Path, tmp_path: Path) -> None:
    with base_of_ref(root, "other", "main") as base:
        recording = Recording("tiny", "other", ())
        assert base.compared(recording) == (None, recording)
    with pytest.raises(UnknownRefError), base_of_ref(root, "dev", "nowhere"):
        pass
    with pytest.raises(BaselineError), base_of_file(tmp_path / "nowhere", "dev"):
        pass


def test_a_failure_there_is_raised_where_it_is_waited_for(tmp_path: Path) -> None:
    root = repository(tmp_path)
    commit(root, {"components/__init__.py": "raise ValueError('no zone')"})
    with base_of_ref(root, "dev", "HEAD") as base, pytest.raises(RefFailedError, match="no zone"):
        base.compared(Recording("tiny", "dev", ()))
    assert worktrees(root) == 1
